from datetime import date, datetime
from uuid import UUID

import strawberry

from core.title import is_settled, received, still_open
from graphql_api.context import Context, Info
from graphql_api.fields import plain, resolved
from graphql_api.roles import FINANCE_TEAM
from graphql_api.scalars import Money
from graphql_api.types.client import Client
from graphql_api.types.node import Node, by_uuid, node_type
from ports.clients import ClientRecord
from ports.titles import TitleRecord


async def _load(context: Context, key: UUID) -> TitleRecord | None:
    async with context.open_work() as work:
        return await work.titles.get(key) or await work.payables.get(key)


@strawberry.type(
    description="One receipt (or payment) of a title. Cash is amount - discount + interest + fine."
)
class Receipt:
    external_id: str = plain("The ERP's id of the receipt (or payment).")
    on: date = plain("Day of the receipt (or payment).")
    amount: Money = plain("The part of the title that it cleared.")
    discount: Money = plain("Discount granted (or taken).")
    interest: Money = plain("Interest received (or paid).")
    fine: Money = plain("Fine received (or paid).")


@node_type(
    by_uuid("title", TitleRecord, FINANCE_TEAM, _load), "A receivable or payable as the ERP states it."
)
class Title(Node):
    external_id: str = plain("The ERP's id of the title.")

    @resolved(Client | None)
    async def client(self, info: Info, root: strawberry.Parent[TitleRecord]) -> ClientRecord | None:
        """The client on file with the title's ERP code; null for suppliers and others who are no clients."""
        return await info.context.loaders.clients_by_code.load(root.client_code)

    document_number: str | None = plain("Number of the invoice or other document.")
    installment: str | None = plain('Which part of how many, e.g. "001/003".')
    contract_number: str | None = plain("Number of the ERP's own contract.")
    category: str | None = plain("The ERP's category code.")
    amount: Money = plain("Gross, as issued.")
    withheld: Money = plain("Taxes that the payer (of a payable: we) keeps back.")
    due_on: date = plain("Due date (data_vencimento).")
    issued_on: date | None = plain("Issue date (data_emissao).")
    registered_on: date | None = plain("Registration date (data_registro).")
    status: str = plain("As the ERP spells it.")
    cancelled: bool = plain("Cancelled in the ERP: it counts neither as billed nor as owed.")

    @resolved()
    def received(self, root: strawberry.Parent[TitleRecord]) -> Money:
        """What was received (or paid) of it so far."""
        return received(root)  # type: ignore[return-value]

    @resolved(name="open")
    def still_open(self, root: strawberry.Parent[TitleRecord]) -> Money:
        """What is still to be received (or paid); nothing of a cancelled or gone title."""
        return still_open(root)  # type: ignore[return-value]

    @resolved(name="settled")
    def is_settled(self, root: strawberry.Parent[TitleRecord]) -> bool:
        """Received (or paid) in full."""
        return is_settled(root)

    gone: bool = plain("Deleted in the ERP, and confirmed so: it does not count as billed.")
    receipts: list[Receipt] = plain("What was received (or paid) of it, oldest first.")
    synced_at: datetime = plain("When the ERP last showed it so.")
