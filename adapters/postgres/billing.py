"""A month's billing added up in SQL: one row per client code, however many titles."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    union,
    union_all,
)

from adapters.postgres.categories import counted
from adapters.postgres.erp_tables import SyncIssueRow
from adapters.postgres.receipts import RECEIPTS, received_in
from adapters.postgres.rows import among
from adapters.postgres.sync_runs import RUNS, newest_success_id
from adapters.postgres.tables import table_of
from adapters.postgres.titles import TABLES, basis_date
from ports.erp import Entity, Side
from ports.money import ZERO
from ports.sync_runs import SyncMode
from ports.titles import BillingBasis, MonthOfTitles

TITLES = TABLES[Side.RECEIVABLE]
C, R = TITLES.c, RECEIPTS.c
ISSUES = table_of(SyncIssueRow)
PARTS = ("amount", "discount", "interest", "fine", "incomplete")


def billing_of(of: MonthOfTitles, codes: Collection[str] | None = None) -> Subquery:
    """`code` and the parts of its `Billing`. codes: of no others."""
    sources = _receipts if of.basis is BillingBasis.RECEIVED else _titles
    parts = union_all(*sources(of, codes), _set_aside(of, codes)).subquery()
    sums = (func.sum(parts.c[name]).label(name) for name in PARTS)
    return select(parts.c.code, *sums).group_by(parts.c.code).subquery()


def withholding_of(of: MonthOfTitles, codes: Collection[str] | None, titles: Select[Any]) -> Select[Any]:
    """On RECEIVED: the titles with withheld taxes of which something was received in the month."""
    received = received_in(of.period, TITLES, Side.RECEIVABLE)
    asked = literal(of.basis is BillingBasis.RECEIVED)
    return titles.where(
        asked, C.source == of.source, C.withheld > 0, counts(of), received, among(C.client_code, codes)
    )


def counts(of: MonthOfTitles) -> ColumnElement[bool]:
    """Cancelled and gone titles are out, and those of categories that do not count."""
    return and_(C.cancelled.is_(False), C.gone.is_(False), counted(TITLES, of.categories))


def of_receipts() -> ColumnElement[bool]:
    """Joins receipts to their titles."""
    return and_(R.source == C.source, R.side == Side.RECEIVABLE, R.title_id == C.external_id)


def in_month(column: ColumnElement[Any], of: MonthOfTitles) -> ColumnElement[bool]:
    return column.between(of.period.first_day, of.period.last_day)


def _titles(of: MonthOfTitles, codes: Collection[str] | None) -> Iterator[Select[Any]]:
    day, counted_here = basis_date(TITLES, of.basis), counts(of)
    yield (
        select(
            C.client_code.label("code"),
            func.coalesce(func.sum(C.amount).filter(counted_here, day.is_not(None)), ZERO).label("amount"),
            *(literal(ZERO).label(name) for name in PARTS[1:4]),
            func.count().filter(counted_here, day.is_(None)).label("incomplete"),
        )
        .where(C.source == of.source, or_(in_month(day, of), day.is_(None)), among(C.client_code, codes))
        .group_by(C.client_code)
        .having(func.bool_or(counted_here))
    )


def _receipts(of: MonthOfTitles, codes: Collection[str] | None) -> Iterator[Select[Any]]:
    theirs = (counts(of), among(C.client_code, codes))
    yield (
        select(
            C.client_code.label("code"),
            *(func.sum(R[name]).label(name) for name in PARTS[:4]),
            literal(0).label("incomplete"),
        )
        .select_from(RECEIPTS.join(TITLES, of_receipts()))
        .where(R.source == of.source, in_month(R.on, of), *theirs)
        .group_by(C.client_code)
    )
    # Settled, and nobody knows when.
    settled = or_(C.settled, func.coalesce(C.cleared, ZERO) != ZERO)
    yield (
        select(
            C.client_code,
            *(literal(ZERO).label(name) for name in PARTS[:4]),
            func.count().label("incomplete"),
        )
        .where(C.source == of.source, settled, ~exists().where(of_receipts()).correlate(TITLES), *theirs)
        .group_by(C.client_code)
    )


def _set_aside(of: MonthOfTitles, codes: Collection[str] | None) -> Select[Any]:
    """Titles that no run could keep since the newest whole one, that one included.

    Whoever the mirror still holds such a title for is as badly off as whoever the ERP states it for now.
    """
    issue, whole = ISSUES.c, RUNS.alias()
    since = select(whole.c.started_at).where(whole.c.id == newest_success_id(str(of.source), SyncMode.FULL))
    held = and_(C.source == of.source, C.external_id == issue.external_id)
    aside = (
        select(issue.external_id, issue.client_code, C.client_code.label("held_for"))
        .select_from(ISSUES.join(RUNS, RUNS.c.id == issue.run_id).outerjoin(TITLES, held))
        .where(
            RUNS.c.source == of.source,
            RUNS.c.started_at >= since.scalar_subquery(),
            issue.entity == Entity.RECEIVABLE,
            or_(C.external_id.is_(None), C.synced_at < RUNS.c.started_at),
        )
        .cte("aside")
    )
    theirs = (
        select(aside.c.external_id, aside.c[name].label("code")) for name in ("client_code", "held_for")
    )
    each = union(*theirs).subquery()
    return (
        select(
            each.c.code,
            *(literal(ZERO).label(name) for name in PARTS[:4]),
            func.count().label("incomplete"),
        )
        .where(each.c.code.is_not(None), among(each.c.code, codes))
        .group_by(each.c.code)
    )
