from typing import Any

import strawberry

from graphql_api.context import Info
from graphql_api.errors import unauthenticated
from graphql_api.fields import plain, resolved
from graphql_api.types.node import Node, find_node
from ports.identity import Identity, Role


@strawberry.type(description="Who is calling.")
class Viewer:
    subject: str = plain("The token's subject.")
    name: str | None = plain("The token's name.")

    @resolved()
    def roles(self, root: strawberry.Parent[Identity]) -> list[Role]:
        """What the caller may do."""
        return [role for role in Role if role in root.roles]


@strawberry.type
class CallerQueries:
    @resolved(Viewer | None)
    async def me(self, info: Info) -> Identity | None:
        """Who the caller is. Null without a token."""
        return info.context.identity

    @resolved(Node | None)
    async def node(self, info: Info, id: strawberry.ID) -> Any:
        """Any record by its opaque id; null when unknown or not the caller's to see."""
        if info.context.identity is None:
            raise unauthenticated()
        return await find_node(info.context, id)
