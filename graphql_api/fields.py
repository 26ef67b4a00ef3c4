"""How fields are declared: a resolver returns a record of the ports, `of` names the type that shows it."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension

from graphql_api.arguments import explain_arguments
from graphql_api.roles import RequiresRole
from ports.identity import Role


def plain(description: str, **options: Any) -> Any:
    """A field that reads the record's attribute of the same name."""
    return strawberry.field(description=description, **options)


def resolved(
    of: object = None,
    *,
    roles: Sequence[Role] = (),
    extensions: Sequence[FieldExtension] = (),
    **options: Any,
) -> Callable[[Callable[..., Any]], Any]:
    """A field with a resolver; its docstring is its description, `roles` guard it.

    With `is_subscription` the resolver gives one record after the other.
    """
    guards = [RequiresRole(any_of=list(roles))] if roles else []
    if of is not None:
        options["graphql_type"] = of

    def declare(resolver: Callable[..., Any]) -> Any:
        field = strawberry.field(
            resolver=resolver,
            description=inspect.getdoc(resolver),
            extensions=[*guards, *extensions],
            **options,
        )
        return explain_arguments(field)

    return declare
