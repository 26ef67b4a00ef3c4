"""Who may see a field: one object that is printed in the schema and enforced."""

from collections.abc import Callable, Sequence
from inspect import isawaitable
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.schema_directive import Location
from strawberry.types.field import StrawberryField

from graphql_api.context import Context, Info
from graphql_api.errors import forbidden, unauthenticated
from ports.identity import Role

EVERYONE = (Role.ADMIN, Role.CFO, Role.FINANCE, Role.VIEWER)
FINANCE_TEAM = (Role.ADMIN, Role.CFO, Role.FINANCE)
DIRECTORS = (Role.ADMIN, Role.CFO)


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="requiresRole",
    description="Names the roles of which the caller needs at least one. "
    "Printed in the schema and enforced by the same object.",
)
class RequiresRole(FieldExtension):
    any_of: list[Role]

    def apply(self, field: StrawberryField) -> None:
        field.directives = [*field.directives, self]
        # GraphiQL shows descriptions, not directives.
        names = ", ".join(role.name for role in self.any_of)
        field.description = f"{field.description}\n\nNeeds one of the roles {names}."

    def resolve(self, next_: Callable[..., Any], source: Any, info: Info, **kwargs: Any) -> Any:
        self.check(info.context)
        return next_(source, info, **kwargs)

    async def resolve_async(self, next_: Callable[..., Any], source: Any, info: Info, **kwargs: Any) -> Any:
        self.check(info.context)
        answer = next_(source, info, **kwargs)
        # A subscription gives its stream at once.
        return await answer if isawaitable(answer) else answer

    def check(self, context: Context) -> None:
        """UNAUTHENTICATED without a caller, FORBIDDEN without one of the roles."""
        if context.identity is None:
            raise unauthenticated()
        if not may(context, self.any_of):
            raise forbidden(self.any_of)


def may(context: Context, any_of: Sequence[Role]) -> bool:
    return context.identity is not None and not context.identity.roles.isdisjoint(any_of)
