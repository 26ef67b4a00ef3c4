from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Text, delete, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.keyset import Key, Keyset, cut
from adapters.postgres.rows import RowMapper, among, count_rows
from adapters.postgres.tables import ContractPriceRow, ContractRow, table_of
from ports.calendar import Period
from ports.contracts import ContractFilter, ContractPrice, ContractRecord, ContractStore
from ports.errors import Missing
from ports.money import Money
from ports.paging import Page, PageRequest

CONTRACTS, PRICES = table_of(ContractRow), table_of(ContractPriceRow)
C, P = CONTRACTS.c, PRICES.c
ROWS = RowMapper(ContractRecord, CONTRACTS, aside=("prices",))
NEWEST = Keyset(Key("starts_on", C.starts_on, date, True), Key("id", C.id, UUID, True))

# Amounts travel as text: a JSON number would pass through a float.
_OUR_PRICES = (
    select(
        func.jsonb_agg(
            aggregate_order_by(
                func.jsonb_build_array(func.to_char(P.since, "YYYY-MM"), P.mrr.cast(Text)),
                P.since,
            )
        ).cast(JSONB)
    )
    .where(P.contract_id == C.id)
    .correlate(CONTRACTS)
    .scalar_subquery()
    .label("price_pairs")
)
SELECT: Select[Any] = select(*ROWS.columns, _OUR_PRICES)


class PostgresContracts(ContractStore):
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, contract: ContractRecord) -> None:
        await self._connection.execute(insert(CONTRACTS).values(ROWS.to_row(contract)))
        await self._price(contract)

    async def save(self, contract: ContractRecord) -> None:
        row = ROWS.to_row(contract)
        await self._connection.execute(update(CONTRACTS).where(C.id == contract.id).values(row))
        await self._price(contract)

    async def _price(self, contract: ContractRecord) -> None:
        """Write what differs alone: each price that comes or goes is news to the audit trail."""
        wanted = {price.since: price for price in contract.prices}
        query = select(P.mrr, P.since).where(P.contract_id == contract.id)
        known = {row.since: ContractPrice(*row) for row in await self._connection.execute(query)}
        gone = [since for since, price in known.items() if wanted.get(since) != price]
        if gone:
            await self._connection.execute(
                delete(PRICES).where(P.contract_id == contract.id, P.since.in_(gone))
            )
        rows = [
            {"contract_id": contract.id, "since": since, "mrr": price.mrr}
            for since, price in wanted.items()
            if known.get(since) != price
        ]
        if rows:
            await self._connection.execute(insert(PRICES).values(rows))

    async def get(self, contract_id: UUID) -> ContractRecord | None:
        row = (await self._connection.execute(SELECT.where(C.id == contract_id))).one_or_none()
        return row and to_record(row)

    async def for_update(self, contract_id: UUID) -> ContractRecord:
        # First the lock, then the look: what a subquery saw before the wait would be old.
        await self._connection.execute(select(C.id).where(C.id == contract_id).with_for_update())
        if (contract := await self.get(contract_id)) is None:
            raise Missing
        return contract

    async def by_ids(self, ids: Collection[UUID]) -> Mapping[UUID, ContractRecord]:
        query = SELECT.where(among(C.id, ids))
        return {row.id: to_record(row) for row in await self._connection.execute(query)}

    async def of_clients(
        self, client_ids: Collection[UUID], in_force_on: date | None = None
    ) -> Mapping[UUID, Sequence[ContractRecord]]:
        live = in_force(in_force_on, in_force_on) if in_force_on else (C.deleted_at.is_(None),)
        found = await self._connection.execute(SELECT.where(among(C.client_id, client_ids), *live))
        theirs: dict[UUID, list[ContractRecord]] = {}
        for row in found:
            theirs.setdefault(row.client_id, []).append(to_record(row))
        return theirs

    async def page(self, where: ContractFilter, page: PageRequest) -> Page[ContractRecord]:
        query = SELECT.where(*_conditions(where))
        return await NEWEST.page(self._connection, query, page, to_record)

    async def first_pages(
        self, client_ids: Collection[UUID], page: PageRequest
    ) -> Mapping[UUID, Page[ContractRecord]]:
        place = func.row_number().over(
            partition_by=C.client_id, order_by=NEWEST.order(backward=page.backward)
        )
        live = (among(C.client_id, client_ids), C.deleted_at.is_(None))
        placed = select(C.id, place.label("place")).where(*live).subquery()
        near = SELECT.join(placed, placed.c.id == C.id).where(placed.c.place <= page.size + 1)
        query = NEWEST.asked(near, after=None, before=None, backward=page.backward)
        theirs: dict[UUID, list[Row[Any]]] = {client_id: [] for client_id in client_ids}
        for row in await self._connection.execute(query):
            theirs[row.client_id].append(row)
        return {one: cut(rows, page, to_record, NEWEST.cursors) for one, rows in theirs.items()}

    async def count(self, where: ContractFilter) -> int:
        return await count_rows(self._connection, CONTRACTS, *_conditions(where))


def to_record(row: Row[Any]) -> ContractRecord:
    prices = tuple(ContractPrice(Money(mrr), Period.parse(since)) for since, mrr in row.price_pairs)
    return ROWS.to_record(row, prices=prices)


def in_force(first: date, last: date) -> Iterator[ColumnElement[bool]]:
    """Live, and in force on some day from first to last."""
    yield C.deleted_at.is_(None)
    yield C.starts_on <= last
    yield or_(C.ends_on.is_(None), C.ends_on >= first)


def _conditions(where: ContractFilter) -> Iterator[ColumnElement[bool]]:
    yield C.deleted_at.is_(None)
    if where.client_id is not None:
        yield C.client_id == where.client_id
    if where.external_id is not None:
        yield C.external_id.in_(where.external_id)
    if where.in_force_on is not None:
        yield from in_force(where.in_force_on, where.in_force_on)
    if where.source is not None:
        yield C.source == where.source
