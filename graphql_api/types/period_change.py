from datetime import datetime

import strawberry
from strawberry.utils.str_converters import to_camel_case

from core.period_changes import PeriodChange as Change
from graphql_api.context import Info
from graphql_api.fields import plain, resolved
from graphql_api.types.client import Client
from graphql_api.types.title import Title
from ports.clients import ClientRecord
from ports.titles import TitleRecord


@strawberry.type(
    description="Something that the ERP or a contract says differently since the month was closed."
)
class PeriodChange:
    @resolved(Client | None)
    async def client(self, info: Info, root: strawberry.Parent[Change]) -> ClientRecord | None:
        """Whose title or contract it is; null when the ERP's code is nobody's here."""
        loaders = info.context.loaders
        if root.client_id is not None:
            return await loaders.clients.load(root.client_id)
        return await loaders.clients_by_code.load(str(root.client_code))

    @resolved(Title | None)
    async def title(self, info: Info, root: strawberry.Parent[Change]) -> TitleRecord | None:
        """The title as it is; null when it is a contract that changed."""
        return await info.context.loaders.titles.load(root.external_id) if root.title_id else None

    @resolved()
    def field(self, root: strawberry.Parent[Change]) -> str:
        """The title's field; its amount, from null, when it is new in the month. Of a contract: expected."""
        return to_camel_case(root.field)

    before: str | None = plain("As it was when the month was closed; null when there was none.")
    after: str | None = plain("As it is; null when there is none.")
    at: datetime = plain("When the ERP last showed it so, or when the contract was changed.")
