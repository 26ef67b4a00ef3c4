"""What the operations share: reading arguments, and declaring mutations that answer refusals."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeAlias
from uuid import UUID

import strawberry
from strawberry import UNSET

from graphql_api.fields import resolved
from graphql_api.types.node import key_of
from graphql_api.types.refusal import AnswersRefusals, Refusal
from ports.errors import Missing
from ports.identity import Role

Version: TypeAlias = Annotated[
    int | None,
    strawberry.argument(description="The version that was read; any other is refused as STALE_VERSION."),
]


def result(of: Any, name: str | None = None) -> Any:
    """The union that a mutation answers: the record, or a refusal."""
    union = strawberry.union(name or f"{of.__name__}Result", description=f"The {of.__name__}, or why not.")
    return Annotated[of | Refusal, union]


def mutation(of: Any, *, roles: Sequence[Role]) -> Callable[[Callable[..., Any]], Any]:
    """A mutation: what the business refuses is answered as data."""
    return resolved(of, roles=roles, extensions=[AnswersRefusals()])


def needed_key(node_id: str, kind: str, *path: str) -> UUID:
    """The key in an id of this kind; an id that cannot be one is as unknown as any other."""
    if (key := key_of(node_id, kind)) is None:
        raise Missing(*path)
    return key


def given(values: object) -> dict[str, Any]:
    """What the caller wrote in an input, by field name; what was left out or is null is not in it."""
    return {name: value for name, value in vars(values).items() if value is not UNSET and value is not None}


def written(values: object) -> dict[str, Any]:
    """What the caller wrote in an input, nulls too."""
    return {name: value for name, value in vars(values).items() if value is not UNSET}


def or_none(value: Any) -> Any:
    """An argument that was left out is as good as null."""
    return None if value is UNSET else value
