"""The bounds of what variables bring."""

from collections.abc import Mapping
from typing import Any

from graphql_api.limits.budgets import LARGEST_BATCH, Limit, check


def check_variables(variables: Mapping[str, Any]) -> None:
    """QUERY_TOO_COMPLEX for a list that is too long, or too many values in all; nothing is read twice."""
    count = 0
    waiting: list[Any] = [variables]
    while waiting:
        found = waiting.pop()
        members = found.values() if isinstance(found, Mapping) else found
        if isinstance(found, list):
            batch = any(isinstance(member, dict) for member in found[:1])
            check(Limit.LIST, len(found), LARGEST_BATCH if batch else None)
        count += len(found)
        check(Limit.VALUES, count)
        waiting += [member for member in members if isinstance(member, (dict, list))]
