from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.erp_tables import SyncIssueRow
from adapters.postgres.sync_runs import newest_success_id
from adapters.postgres.tables import table_of
from adapters.postgres.titles import TABLES, basis_date
from ports.calendar import Period
from ports.erp import Entity, Side
from ports.money import ZERO
from ports.reconciliations import Billing, BillingStore
from ports.titles import BillingBasis

TITLES = TABLES[Side.RECEIVABLE]
C = TITLES.c
ISSUES = table_of(SyncIssueRow)


class PostgresBilling(BillingStore):
    """The month added up in SQL: one row per client code, however many titles."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of_month(
        self, source: str, period: Period, basis: BillingBasis, categories: Sequence[str]
    ) -> Sequence[Billing]:
        day = basis_date(TITLES, basis)
        counts = and_(C.cancelled.is_(False), C.gone.is_(False), _counted(categories))
        query = (
            select(
                C.client_code.label("code"),
                func.coalesce(func.sum(C.amount).filter(counts, day.is_not(None)), ZERO).label("billed"),
                func.count().filter(counts, day.is_(None)).label("incomplete"),
            )
            .where(C.source == source, or_(day.between(period.first_day, period.last_day), day.is_(None)))
            .group_by(C.client_code)
            .having(func.bool_or(counts))
        )
        billed = {row.code: Billing(**row._asdict()) for row in await self._connection.execute(query)}
        for row in await self._connection.execute(_set_aside(source)):
            known = billed.get(row.code, Billing(code=row.code))
            incomplete = known.incomplete + row.incomplete
            billed[row.code] = Billing(code=row.code, billed=known.billed, incomplete=incomplete)
        return list(billed.values())


def _set_aside(source: str) -> Select[Any]:
    """Titles that the newest successful run could not keep, by client code."""
    code, entity = ISSUES.c.client_code, ISSUES.c.entity
    return (
        select(code.label("code"), func.count().label("incomplete"))
        .where(ISSUES.c.run_id == newest_success_id(source), entity == Entity.RECEIVABLE, code.is_not(None))
        .group_by(code)
    )


def _counted(categories: Sequence[str]) -> ColumnElement[bool]:
    """`1.01.01` counts itself, `1.01.*` everything below it; no list counts all."""
    if not categories:
        return true()
    whole = [category for category in categories if not category.endswith("*")]
    below = [category.removesuffix("*") for category in categories if category.endswith("*")]
    return or_(C.category.in_(whole), *(C.category.startswith(prefix, autoescape=True) for prefix in below))
