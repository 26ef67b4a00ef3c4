from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Table,
    bindparam,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

from adapters.postgres.categories import counted
from adapters.postgres.erp_titles import PayableRow, ReceivableRow
from adapters.postgres.keyset import Key, Keyset
from adapters.postgres.receipts import keep_receipts, receipts_of, received_in
from adapters.postgres.rereads import REREADS
from adapters.postgres.rows import RowMapper, among, count_rows
from adapters.postgres.tables import table_of
from ports.calendar import Period
from ports.erp import Entity, ErpSettlement, ErpTitle, Side
from ports.ids import new_id
from ports.paging import Page, PageRequest
from ports.titles import BillingBasis, Kept, MonthOfTitles, TitleRecord, TitleStore

TABLES: Mapping[Side, Table] = {Side.RECEIVABLE: table_of(ReceivableRow), Side.PAYABLE: table_of(PayableRow)}
ENTITIES = {Side.RECEIVABLE: Entity.RECEIVABLE, Side.PAYABLE: Entity.PAYABLE}
STATED = tuple(field.name for field in fields(ErpTitle))
"""What the ERP says of a title; the rest is ours."""


class PostgresTitles(TitleStore):
    def __init__(self, connection: AsyncConnection, side: Side) -> None:
        self._connection = connection
        self._side = side
        self._table = TABLES[side]
        self._rows = RowMapper(TitleRecord, self._table, aside=("receipts",))
        c = self._table.c
        self._by_due = Keyset(Key("due_on", c.due_on, date), Key("id", c.id, UUID))
        self.select: Select[Any] = select(*self._rows.columns, receipts_of(self._table, side))

    async def keep(self, source: str, titles: Sequence[ErpTitle], at: datetime) -> Kept:
        """Only rows that differ are written anew; the others are marked as seen."""
        latest = {title.external_id: title for title in titles}
        if not latest:
            return Kept(0, 0)
        c = self._table.c
        rows = [
            {name: getattr(title, name) for name in STATED}
            | {"id": new_id(), "source": source, "synced_at": at, "gone": False}
            for title in latest.values()
        ]
        # In one order, so that two who keep the same titles never wait for each other.
        statement = insert(self._table).values(sorted(rows, key=itemgetter("external_id")))
        theirs = statement.excluded
        news = or_(c.gone, *(c[name].is_distinct_from(theirs[name]) for name in STATED))
        kept: ReturningInsert[Any] = statement.on_conflict_do_update(
            constraint=f"{self._table.name}_external_id",
            set_={name: theirs[name] for name in (*STATED, "synced_at", "gone")},
            where=news & (c.synced_at <= theirs.synced_at),
        ).returning(literal_column("xmax = 0"))
        created = (await self._connection.execute(kept)).scalars().all()
        seen = (c.source == source, c.external_id.in_(latest), c.synced_at < at)
        await self._connection.execute(update(self._table).where(*seen).values(synced_at=at))
        return Kept(created=sum(created), updated=len(created) - sum(created))

    async def settle(self, source: str, settlements: Sequence[ErpSettlement], at: datetime) -> Sequence[str]:
        latest = {settlement.title_id: settlement for settlement in settlements}
        if not latest:
            return ()
        c = self._table.c
        stale = or_(c.settled_as_of.is_(None), c.settled_as_of <= at)
        query = select(c.external_id, stale).where(c.source == source, c.external_id.in_(latest))
        held = (await self._connection.execute(query.order_by(c.external_id).with_for_update())).all()
        ours = [latest[title_id] for title_id, is_stale in held if is_stale]
        if ours:
            title = (c.source == source, c.external_id == bindparam("title_id"))
            figures = [
                {"title_id": each.title_id, "cleared": each.received, "remaining": each.open} for each in ours
            ]
            await self._connection.execute(
                update(self._table).where(*title).values(settled_as_of=at), figures
            )
            await keep_receipts(self._connection, source, self._side, ours)
        return sorted(latest.keys() - {title_id for title_id, _ in held})

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
        near: ColumnElement[bool] = day.between(
            of.period.plus(-months).first_day, of.period.plus(months).last_day
        )
        if of.basis is BillingBasis.RECEIVED:
            near = or_(near, received_in(of.period, self._table, self._side))
        theirs = (c.source == of.source, among(c.client_code, codes), counted(self._table, of.categories))
        query = self.select.where(*theirs, near)
        return [self.to_record(row) for row in await self._connection.execute(query)]

    async def by_external_ids(self, ids: Sequence[str]) -> Mapping[str, TitleRecord]:
        query = self.select.where(self._table.c.external_id.in_(set(ids)))
        return {row.external_id: self.to_record(row) for row in await self._connection.execute(query)}

    async def page(
        self, source: str, codes: Sequence[str], period: Period, basis: BillingBasis, page: PageRequest
    ) -> Page[TitleRecord]:
        query = self.select.where(*self._of_month(source, codes, period, basis))
        return await self._by_due.page(self._connection, query, page, self.to_record)

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
        in_month: ColumnElement[bool] = basis_date(self._table, basis).between(
            period.first_day, period.last_day
        )
        if basis is BillingBasis.RECEIVED:
            in_month = or_(in_month, received_in(period, self._table, self._side))
        return c.source == source, c.client_code.in_(codes), in_month

    def to_record(self, row: Row[Any]) -> TitleRecord:
        return self._rows.to_record(row, receipts=row.receipts)


def basis_date(table: Table, basis: BillingBasis) -> ColumnElement[date]:
    """The column that puts a title in a month."""
    names = {
        BillingBasis.DUE_DATE: "due_on",
        BillingBasis.ISSUE_DATE: "issued_on",
        BillingBasis.REGISTRATION_DATE: "registered_on",
        BillingBasis.RECEIVED: "due_on",
    }
    return table.c[names[basis]]
