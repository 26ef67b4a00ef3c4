from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.erp_tables import ToleranceRuleRow
from adapters.postgres.keyset import Key, Keyset
from adapters.postgres.rows import RowMapper, count_rows
from adapters.postgres.tables import table_of
from ports.ids import new_id
from ports.money import Money
from ports.paging import Page, PageRequest
from ports.reconciliations import ToleranceRuleRecord, ToleranceRuleStore

RULES = table_of(ToleranceRuleRow)
C = RULES.c
ROWS = RowMapper(ToleranceRuleRecord, RULES)
NEWEST = Keyset(Key("version", C.version, int, True))


class PostgresToleranceRules(ToleranceRuleStore):
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, percent: Decimal, minimum: Money, at: datetime, by: str) -> ToleranceRuleRecord:
        # The lock lets two who set a rule at once come one after the other, each with its own version.
        await self._connection.execute(select(func.pg_advisory_xact_lock(func.hashtext("tolerance_rules"))))
        newest = await self._connection.execute(select(func.coalesce(func.max(C.version), 0)))
        version = newest.scalar_one() + 1
        rule = ToleranceRuleRecord(
            id=new_id(), version=version, percent=percent, minimum=minimum, valid_from=at, set_by=by
        )
        await self._connection.execute(insert(RULES).values(ROWS.to_row(rule)))
        return rule

    async def add_first(self, percent: Decimal, minimum: Money, at: datetime, by: str) -> None:
        rule = ToleranceRuleRecord(
            id=new_id(), version=1, percent=percent, minimum=minimum, valid_from=at, set_by=by
        )
        await self._connection.execute(upsert(RULES).values(ROWS.to_row(rule)).on_conflict_do_nothing())

    async def newest(self) -> ToleranceRuleRecord:
        query = select(*ROWS.columns).order_by(C.version.desc()).limit(1)
        return ROWS.to_record((await self._connection.execute(query)).one())

    async def get(self, rule_id: UUID) -> ToleranceRuleRecord | None:
        return await ROWS.find(self._connection, select(*ROWS.columns).where(C.id == rule_id))

    async def page(self, page: PageRequest) -> Page[ToleranceRuleRecord]:
        return await NEWEST.page(self._connection, select(*ROWS.columns), page, ROWS.to_record)

    async def count(self) -> int:
        return await count_rows(self._connection, RULES)
