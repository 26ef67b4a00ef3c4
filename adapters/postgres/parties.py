from collections.abc import AsyncGenerator, Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres import clients, contracts
from adapters.postgres.billing import PARTS, TITLES, billing_of, withholding_of
from adapters.postgres.rows import among
from adapters.postgres.sorted_rows import SortedRows
from adapters.postgres.titles import PostgresTitles
from ports.erp import Side
from ports.reconciliations import Billing, MonthOfTitles, Party, PartyKey, PartyStore

CLIENTS, LINKS, CONTRACTS = clients.CLIENTS, clients.LINKS, contracts.CONTRACTS


class PostgresParties(PartyStore):
    """Four questions in the order of the clients, read side by side: memory holds some rows of each."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._titles = PostgresTitles(connection, Side.RECEIVABLE)

    async def each(
        self, of: MonthOfTitles, only: Sequence[PartyKey] | None = None
    ) -> AsyncGenerator[Sequence[Party], None]:
        chosen = None if only is None else [key.client_id for key in only if key.client_id]
        codes = None if only is None else await self._codes(of, only)
        billing = billing_of(of, codes)
        kept_back = withholding_of(of, codes, self._titles.select)
        async with (
            SortedRows(self._connection, _clients(chosen)) as owners,
            SortedRows(self._connection, _contracts(of, chosen)) as agreed,
            SortedRows(self._connection, _by_owner(of, select(billing), billing.c.code)) as billed,
            SortedRows(self._connection, _by_owner(of, kept_back, TITLES.c.client_code)) as withholding,
        ):
            while rows := await owners.next():
                found = [
                    Party(
                        client=(client := clients.to_record(row)),
                        codes=tuple(link.code for link in client.links if link.source == of.source),
                        contracts=tuple(map(contracts.to_record, await agreed.of(client.id))),
                        billing=tuple(map(_billing, await billed.of(client.id))),
                        withholding=tuple(map(self._titles.to_record, await withholding.of(client.id))),
                    )
                    for row in rows
                ]
                yield [party for party in found if party.contracts or party.billing]
            while rows := await billed.next():
                nobodys = (_billing(row) for row in rows if row.owner is None)
                yield [Party(client=None, codes=(bill.code,), billing=(bill,)) for bill in nobodys]

    async def _codes(self, of: MonthOfTitles, only: Sequence[PartyKey]) -> list[str]:
        chosen = [key.client_id for key in only if key.client_id]
        linked = select(LINKS.c.code).where(LINKS.c.source == of.source, among(LINKS.c.client_id, chosen))
        found = (await self._connection.execute(linked)).scalars().all()
        return [*found, *(key.code for key in only if key.code is not None)]


def _billing(row: Row[Any]) -> Billing:
    return Billing(code=row.code, **{name: getattr(row, name) for name in PARTS})


def _clients(chosen: Collection[UUID] | None) -> Select[Any]:
    owner = CLIENTS.c.id
    return clients.SELECT.add_columns(owner.label("owner")).where(among(owner, chosen)).order_by(owner)


def _contracts(of: MonthOfTitles, chosen: Collection[UUID] | None) -> Select[Any]:
    owner = CONTRACTS.c.client_id
    in_force = contracts.in_force(of.period.first_day, of.period.last_day)
    query = contracts.SELECT.add_columns(owner.label("owner")).where(*in_force, among(owner, chosen))
    return query.order_by(owner, CONTRACTS.c.id)


def _by_owner(of: MonthOfTitles, query: Select[Any], code: ColumnElement[str]) -> Select[Any]:
    """What belongs to a client code, in the order of the clients; nobody's comes last."""
    owner = LINKS.c.client_id
    linked = and_(LINKS.c.source == of.source, LINKS.c.code == code)
    joined = query.add_columns(owner.label("owner")).outerjoin(LINKS, linked)
    return joined.order_by(owner.nulls_last(), code)
