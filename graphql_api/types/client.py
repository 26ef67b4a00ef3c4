"""Clients and their contracts, which name each other."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry

from core.contract import Contract as ContractRules
from graphql_api.context import Context, Info
from graphql_api.fields import plain, resolved
from graphql_api.roles import EVERYONE, FINANCE_TEAM
from graphql_api.scalars import Document, Money
from graphql_api.types.connection import Rows, connection
from graphql_api.types.node import Node, by_uuid, node_type
from ports import money
from ports.calendar import Period, local_day
from ports.clients import ClientRecord
from ports.contracts import Cadence, ContractFilter, ContractPrice, ContractRecord


async def _load_client(context: Context, key: UUID) -> ClientRecord | None:
    return await context.loaders.clients.load(key)


async def _load_contract(context: Context, key: UUID) -> ContractRecord | None:
    async with context.open_work() as work:
        return await work.contracts.get(key)


CLIENT = by_uuid("client", ClientRecord, EVERYONE, _load_client)
CONTRACT = by_uuid("contract", ContractRecord, FINANCE_TEAM, _load_contract)


def contracts_where(where: ContractFilter) -> Rows[ContractRecord]:
    return Rows(lambda work, page: work.contracts.page(where, page), lambda work: work.contracts.count(where))


@node_type(CLIENT, "Somebody whom contracts bill and titles are for.")
class Client(Node):
    name: str = plain("Legal name (razão social).")
    document: Document | None = plain("CPF or CNPJ, bare.")
    contact_email: str | None = plain("Where to write to.")
    active: bool = plain("False when the ERP or a person has put the client out of use.")
    omie_codigo: str | None = plain("The first ERP code (clients.omie_codigo).")
    omie_codigos: list[str] = plain(
        "All of them: one company may stand in the ERP's register more than once. Billing sums over all."
    )

    @resolved(Money | None, roles=FINANCE_TEAM)
    async def mrr(self, info: Info, root: strawberry.Parent[ClientRecord]) -> money.Money:
        """Sum of the contracts in force today."""
        today = Period.of(local_day(info.context.clock.now()))
        contracts: Sequence[ContractRecord] = (
            await info.context.loaders.contracts_in_force.load(root.id) or ()
        )
        return sum((ContractRules(record).mrr_in(today) for record in contracts), money.ZERO)

    @connection(Annotated["Contract", strawberry.lazy(__name__)], roles=FINANCE_TEAM, nullable=True)
    async def contracts(self, root: strawberry.Parent[ClientRecord]) -> Rows[ContractRecord]:
        """The client's contracts, newest start first."""
        rows = contracts_where(ContractFilter(client_id=root.id))
        return replace(
            rows, first_page=lambda context, page: context.loaders.first_contracts.load((root.id, page))
        )

    version: int = plain("Rises by one with every change.")


@strawberry.type(name="ContractPrice", description="A monthly figure and since when it holds.")
class Price:
    mrr: Money = plain("Monthly figure.")

    @resolved(name="from")
    def since(self, root: strawberry.Parent[ContractPrice]) -> Period:
        """First month in which it holds, until the next price."""
        return root.since


@node_type(CONTRACT, "What a client is to be billed.")
class Contract(Node):
    external_id: str | None = plain("Id in the system that the contract comes from.")

    @resolved(Client)
    async def client(self, info: Info, root: strawberry.Parent[ContractRecord]) -> ClientRecord | None:
        """Who is to be billed."""
        return await info.context.loaders.clients.load(root.client_id)

    title: str = plain("What it is about.")

    @resolved(Money)
    def mrr(self, info: Info, root: strawberry.Parent[ContractRecord]) -> money.Money:
        """Monthly figure in force today."""
        return ContractRules(root).mrr_in(Period.of(local_day(info.context.clock.now())))

    prices: list[Price] = plain("Monthly figures, oldest first.")
    starts_on: date = plain("First day in force.")
    ends_on: date | None = plain("Last day in force, inclusive; null = open end.")
    cadence: Cadence = plain(
        "Quarterly and yearly contracts are expected whole (3 or 12 times mrr) in the month they fall due, "
        "counted from startsOn's month."
    )
    pro_rata: bool = plain(
        "First and last month by days: mrr x days in force / days of that month, half up to the cent."
    )
    billing_day: int | None = plain("Day of the month on which it is billed; null = the last.")
    version: int = plain("Rises by one with every change.")
