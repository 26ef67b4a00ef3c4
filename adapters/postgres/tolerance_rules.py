from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.erp_tables import ToleranceRuleRow
from adapters.postgres.keyset import Key, Keyset
from adapters.postgres.rows import RowMapper, count_rows
from adapters.postgres.tables import table_of
from ports.ids import new_id
from ports.money import Money
from ports.paging import Page, PageRequest
from ports.tolerance_rules import ToleranceRuleRecord, ToleranceRuleStore

RULES = table_of(ToleranceRuleRow)
C = RULES.c
ROWS = RowMapper(ToleranceRuleRecord, RULES)
NEWEST = Keyset(Key("version", C.version, int, True))


class PostgresToleranceRules(ToleranceRuleStore):
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(
        self, percent: Decimal, minimum: Money, client_id: UUID | None, at: datetime, by: str
    ) -> ToleranceRuleRecord:
        # The lock lets two who set a rule at once come one after the other, each with its own version.
        await self._connection.execute(select(func.pg_advisory_xact_lock(func.hashtext("tolerance_rules"))))
        newest = await self._connection.execute(select(func.coalesce(func.max(C.version), 0)))
        version = newest.scalar_one() + 1
        rule = ToleranceRuleRecord(
            id=new_id(),
            version=version,
            percent=percent,
            minimum=minimum,
            client_id=client_id,
            valid_from=at,
            set_by=by,
        )
        await self._connection.execute(insert(RULES).values(ROWS.to_row(rule)))
        return rule

    async def add_first(self, percent: Decimal, minimum: Money, at: datetime, by: str) -> None:
        rule = ToleranceRuleRecord(
            id=new_id(), version=1, percent=percent, minimum=minimum, valid_from=at, set_by=by
        )
        await self._connection.execute(upsert(RULES).values(ROWS.to_row(rule)).on_conflict_do_nothing())

    async def newest(self) -> ToleranceRuleRecord:
        query = select(*ROWS.columns).where(C.client_id.is_(None)).order_by(C.version.desc()).limit(1)
        return ROWS.to_record((await self._connection.execute(query)).one())

    async def overrides(self) -> Mapping[UUID, ToleranceRuleRecord]:
        newest = (
            select(*ROWS.columns)
            .where(C.client_id.is_not(None))
            .ext(distinct_on(C.client_id))
            .order_by(C.client_id, C.version.desc())
        )
        return {row.client_id: ROWS.to_record(row) for row in await self._connection.execute(newest)}

    async def get(self, rule_id: UUID) -> ToleranceRuleRecord | None:
        return await ROWS.find(self._connection, select(*ROWS.columns).where(C.id == rule_id))

    async def by_ids(self, ids: Collection[UUID]) -> Mapping[UUID, ToleranceRuleRecord]:
        found = await self._connection.execute(select(*ROWS.columns).where(C.id.in_(set(ids))))
        return {row.id: ROWS.to_record(row) for row in found}

    async def page(self, client_id: UUID | None, page: PageRequest) -> Page[ToleranceRuleRecord]:
        query = select(*ROWS.columns).where(_of(client_id))
        return await NEWEST.page(self._connection, query, page, ROWS.to_record)

    async def count(self, client_id: UUID | None) -> int:
        return await count_rows(self._connection, RULES, _of(client_id))


def _of(client_id: UUID | None) -> ColumnElement[bool]:
    return C.client_id.is_not_distinct_from(client_id)
