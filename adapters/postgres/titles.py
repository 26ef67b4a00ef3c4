from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, literal_column, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

from adapters.postgres.erp_tables import ReceivableRow
from adapters.postgres.keyset import Key, Keyset
from adapters.postgres.rows import RowMapper, count_rows
from adapters.postgres.tables import table_of
from ports.calendar import Period
from ports.erp import ErpTitle
from ports.ids import new_id
from ports.paging import Page, PageRequest
from ports.titles import BillingBasis, Kept, TitleRecord, TitleStore

TITLES = table_of(ReceivableRow)
C = TITLES.c
ROWS = RowMapper(TitleRecord, TITLES)
BY_DUE = Keyset(Key("due_on", C.due_on, date), Key("id", C.id, UUID))
STATED = tuple(field.name for field in fields(ErpTitle))
"""What the ERP says of a title; the rest is ours."""

BASIS_DATE: Mapping[BillingBasis, ColumnElement[date]] = {
    BillingBasis.DUE_DATE: C.due_on,
    BillingBasis.ISSUE_DATE: C.issued_on,
    BillingBasis.REGISTRATION_DATE: C.registered_on,
}


class PostgresTitles(TitleStore):
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def keep(self, source: str, titles: Sequence[ErpTitle], at: datetime) -> Kept:
        """Only rows that differ are written anew; the others are marked as seen."""
        latest = {title.external_id: title for title in titles}
        if not latest:
            return Kept(0, 0)
        rows = [
            {name: getattr(title, name) for name in STATED}
            | {"id": new_id(), "source": source, "synced_at": at}
            for title in latest.values()
        ]
        statement = insert(TITLES).values(rows)
        theirs = statement.excluded
        kept: ReturningInsert[Any] = statement.on_conflict_do_update(
            constraint="erp_receivables_external_id",
            set_={name: theirs[name] for name in (*STATED, "synced_at")},
            where=or_(*(C[name].is_distinct_from(theirs[name]) for name in STATED)),
        ).returning(literal_column("xmax = 0"))
        created = (await self._connection.execute(kept)).scalars().all()
        seen = (C.source == source, C.external_id.in_(latest), C.synced_at < at)
        await self._connection.execute(update(TITLES).where(*seen).values(synced_at=at))
        return Kept(created=sum(created), updated=len(created) - sum(created))

    async def get(self, title_id: UUID) -> TitleRecord | None:
        return await ROWS.find(self._connection, select(*ROWS.columns).where(C.id == title_id))

    async def by_external_ids(self, ids: Sequence[str]) -> Mapping[str, TitleRecord]:
        found = await self._connection.execute(select(*ROWS.columns).where(C.external_id.in_(set(ids))))
        return {row.external_id: ROWS.to_record(row) for row in found}

    async def page(
        self, source: str, codes: Sequence[str], period: Period, basis: BillingBasis, page: PageRequest
    ) -> Page[TitleRecord]:
        query = select(*ROWS.columns).where(*_of_month(source, codes, period, basis))
        return await BY_DUE.page(self._connection, query, page, ROWS.to_record)

    async def count(self, source: str, codes: Sequence[str], period: Period, basis: BillingBasis) -> int:
        return await count_rows(self._connection, TITLES, *_of_month(source, codes, period, basis))


def _of_month(
    source: str, codes: Sequence[str], period: Period, basis: BillingBasis
) -> tuple[ColumnElement[bool], ...]:
    in_month = BASIS_DATE[basis].between(period.first_day, period.last_day)
    return C.source == source, C.client_code.in_(codes), in_month
