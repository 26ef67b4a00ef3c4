from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Row,
    Select,
    Table,
    TableValuedAlias,
    Text,
    bindparam,
    column,
    exists,
    false,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.categories import counted
from adapters.postgres.erp_titles import PayableRow, ReceivableRow
from adapters.postgres.keyset import Key, Keyset, cut
from adapters.postgres.receipts import receipts_of, received_in
from adapters.postgres.rereads import REREADS
from adapters.postgres.rows import RowMapper, among, count_rows
from adapters.postgres.tables import table_of
from adapters.postgres.title_pages import TitlePages
from ports.calendar import Period
from ports.erp import Entity, ErpSettlement, ErpTitle, Side
from ports.paging import Page, PageRequest
from ports.titles import BillingBasis, Kept, MonthOfTitles, TitleRecord, TitleStore

TABLES: Mapping[Side, Table] = {Side.RECEIVABLE: table_of(ReceivableRow), Side.PAYABLE: table_of(PayableRow)}
ENTITIES = {Side.RECEIVABLE: Entity.RECEIVABLE, Side.PAYABLE: Entity.PAYABLE}


class _Side(NamedTuple):
    """What is asked of one side's titles, built once."""

    table: Table
    rows: RowMapper[TitleRecord]
    select: Select[Any]
    by_due: Keyset
    pages: TitlePages


def _side(side: Side) -> _Side:
    table = TABLES[side]
    rows = RowMapper(TitleRecord, table, aside=("receipts",))
    by_due = Keyset(Key("due_on", table.c.due_on, date), Key("id", table.c.id, UUID))
    query = select(*rows.columns, receipts_of(table, side))
    return _Side(table, rows, query, by_due, TitlePages(side, table))


SIDES = {side: _side(side) for side in Side}


class PostgresTitles(TitleStore):
    def __init__(self, connection: AsyncConnection, side: Side) -> None:
        self._connection = connection
        self._side = side
        self._table, self._rows, self.select, self._by_due, self._pages = SIDES[side]

    async def keep(self, source: str, titles: Sequence[ErpTitle], at: datetime) -> Kept:
        return await self._pages.keep(self._connection, source, titles, at)

    async def settle(self, source: str, settlements: Sequence[ErpSettlement], at: datetime) -> Sequence[str]:
        return await self._pages.settle(self._connection, source, settlements, at)

    async def mark_gone(self, source: str, external_id: str, at: datetime) -> None:
        c = self._table.c
        seen = (c.source == source, c.external_id == external_id, c.synced_at <= at)
        await self._connection.execute(update(self._table).where(*seen).values(gone=True, synced_at=at))

    async def unseen(self, source: str, before: datetime) -> Sequence[str]:
        c = self._table.c
        missed = (c.source == source, c.gone.is_(False), c.synced_at < before)
        return (await self._connection.execute(select(c.external_id).where(*missed))).scalars().all()

    async def half_seen(self, source: str, since: datetime) -> Sequence[str]:
        c = self._table.c
        told = func.coalesce(c.settled_as_of >= since, false())
        half = (c.source == source, c.gone.is_(False), (c.synced_at >= since) != told)
        return (await self._connection.execute(select(c.external_id).where(*half))).scalars().all()

    async def some_live(self, source: str) -> str | None:
        c = self._table.c
        theirs = (REREADS.c.source == c.source, REREADS.c.external_id == c.external_id)
        doubted = exists().where(*theirs, REREADS.c.entity == ENTITIES[self._side])
        live = select(c.external_id).where(c.source == source, c.gone.is_(False), ~doubted)
        newest = live.order_by(c.synced_at.desc()).limit(100).subquery()
        some = select(newest.c.external_id).order_by(func.random()).limit(1)
        return (await self._connection.execute(some)).scalar_one_or_none()

    async def get(self, title_id: UUID) -> TitleRecord | None:
        query = self.select.where(self._table.c.id == title_id)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else self.to_record(row)

    async def by_ids(self, ids: Collection[UUID]) -> Mapping[UUID, TitleRecord]:
        query = self.select.where(among(self._table.c.id, ids))
        return {row.id: self.to_record(row) for row in await self._connection.execute(query)}

    async def around(self, of: MonthOfTitles, codes: Collection[str], months: int) -> Sequence[TitleRecord]:
        c, day = self._table.c, basis_date(self._table, of.basis)
        near = self._or_received(day.between(*of.period.around(months)), of.period, of.basis)
        theirs = (c.source == of.source, among(c.client_code, codes), counted(self._table, of.categories))
        query = self.select.where(*theirs, near)
        return [self.to_record(row) for row in await self._connection.execute(query)]

    async def by_external_ids(self, ids: Sequence[str]) -> Mapping[str, TitleRecord]:
        query = self.select.where(among(self._table.c.external_id, set(ids)))
        return {row.external_id: self.to_record(row) for row in await self._connection.execute(query)}

    async def page(
        self, source: str, codes: Sequence[str], period: Period, basis: BillingBasis, page: PageRequest
    ) -> Page[TitleRecord]:
        query = self.select.where(*self._of_month(source, codes, period, basis))
        return await self._by_due.page(self._connection, query, page, self.to_record)

    async def first_pages(
        self,
        source: str,
        parties: Collection[tuple[str, ...]],
        period: Period,
        basis: BillingBasis,
        page: PageRequest,
    ) -> Mapping[tuple[str, ...], Page[TitleRecord]]:
        c, theirs = self._table.c, {party: list[Row[Any]]() for party in parties}
        owners = _owners(list(theirs))
        place = func.row_number().over(
            partition_by=owners.c.party, order_by=self._by_due.order(backward=page.backward)
        )
        of_month = (c.source == source, self._in_month(period, basis))
        found = select(c.id, owners.c.party, place.label("place")).where(*of_month)
        placed = found.join(owners, owners.c.code == c.client_code).subquery()
        near = self.select.add_columns(placed.c.party).join(placed, placed.c.id == c.id)
        near = near.where(placed.c.place <= page.size + 1)
        query = self._by_due.asked(near, after=None, before=None, backward=page.backward)
        in_order = list(theirs.values())
        for row in await self._connection.execute(query):
            in_order[row.party].append(row)
        return {one: cut(rows, page, self.to_record, self._by_due.cursors) for one, rows in theirs.items()}

    async def count(self, source: str, codes: Sequence[str], period: Period, basis: BillingBasis) -> int:
        return await count_rows(self._connection, self._table, *self._of_month(source, codes, period, basis))

    async def listing(self, source: str, period: Period | None, page: PageRequest) -> Page[TitleRecord]:
        query = self.select.where(*self._due(source, period))
        return await self._by_due.page(self._connection, query, page, self.to_record)

    async def count_listing(self, source: str, period: Period | None) -> int:
        return await count_rows(self._connection, self._table, *self._due(source, period))

    def _due(self, source: str, period: Period | None) -> Iterator[ColumnElement[bool]]:
        yield self._table.c.source == source
        if period is not None:
            yield self._table.c.due_on.between(period.first_day, period.last_day)

    def _of_month(
        self, source: str, codes: Sequence[str], period: Period, basis: BillingBasis
    ) -> tuple[ColumnElement[bool], ...]:
        c = self._table.c
        return c.source == source, c.client_code.in_(codes), self._in_month(period, basis)

    def _in_month(self, period: Period, basis: BillingBasis) -> ColumnElement[bool]:
        dated = basis_date(self._table, basis).between(period.first_day, period.last_day)
        return self._or_received(dated, period, basis)

    def _or_received(
        self, dated: ColumnElement[bool], period: Period, basis: BillingBasis
    ) -> ColumnElement[bool]:
        """On RECEIVED also what came in in the month, whenever it was due."""
        if basis is not BillingBasis.RECEIVED:
            return dated
        return or_(dated, received_in(period, self._table, self._side))

    def to_record(self, row: Row[Any]) -> TitleRecord:
        return self._rows.to_record(row, receipts=row.receipts)


def _owners(parties: Sequence[tuple[str, ...]]) -> TableValuedAlias:
    """Each code, beside the place of its party."""
    pairs = [(place, code) for place, codes in enumerate(parties) for code in set(codes)]
    places, codes = ([pair[side] for pair in pairs] for side in (0, 1))
    arrays = (bindparam(None, places, ARRAY(Integer)), bindparam(None, codes, ARRAY(Text)))
    return func.unnest(*arrays).table_valued(column("party", Integer), column("code", Text)).render_derived()


def basis_date(table: Table, basis: BillingBasis) -> ColumnElement[date]:
    """The column that puts a title in a month."""
    names = {
        BillingBasis.DUE_DATE: "due_on",
        BillingBasis.ISSUE_DATE: "issued_on",
        BillingBasis.REGISTRATION_DATE: "registered_on",
        BillingBasis.RECEIVED: "due_on",
    }
    return table.c[names[basis]]
