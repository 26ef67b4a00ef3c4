"""The bounds of what variables bring."""

from collections.abc import Mapping
from typing import Any

from graphql_api.limits.budgets import LARGEST_BATCH, Limit, check


def check_variables(variables: Mapping[str, Any]) -> None:
    """QUERY_TOO_COMPLEX for a list that is too long, or too many values in all; nothing is read twice.

    They have come as JSON: what is below them is of its types.
    """
    count = 0
    waiting: list[Any] = [dict(variables)]
    while waiting:
        members = found = waiting.pop()
        if type(found) is dict:
            members = found.values()
        else:
            batch = found and type(found[0]) is dict
            check(Limit.LIST, len(found), LARGEST_BATCH if batch else None)
        count += len(found)
        check(Limit.VALUES, count)
        waiting += [member for member in members if type(member) is dict or type(member) is list]
