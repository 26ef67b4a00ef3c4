"""Billing added up in SQL: one row per client code and month, however many titles."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    DateTime,
    Numeric,
    Select,
    Subquery,
    and_,
    cast,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    union,
    union_all,
)

from adapters.postgres.categories import counted
from adapters.postgres.erp_tables import SyncIssueRow
from adapters.postgres.receipts import RECEIPTS
from adapters.postgres.rows import among
from adapters.postgres.sync_runs import RUNS, newest_success_id
from adapters.postgres.tables import table_of
from adapters.postgres.titles import TABLES, basis_date
from ports.erp import Entity, Side
from ports.money import ZERO
from ports.sync_runs import SyncMode
from ports.titles import BillingBasis, MonthOfTitles, MonthsOfTitles

TITLES = TABLES[Side.RECEIVABLE]
C, R = TITLES.c, RECEIPTS.c
ISSUES = table_of(SyncIssueRow)
PARTS = ("amount", "discount", "interest", "fine", "incomplete")
OF_TITLES = (
    "id",
    "source",
    "external_id",
    "client_code",
    "amount",
    "withheld",
    "settled",
    "remaining",
    "cancelled",
)
WHENEVER = cast(null(), Date)
"""The month of what holds for every month."""

NOTHING = literal_column("0.00", Numeric)


def billing_of(of: MonthsOfTitles, received: CTE, codes: Collection[str] | None) -> Subquery:
    """`code`, `month` (its first day) and the parts of its `Billing`. codes: of no others.

    Incomplete titles lie in no month; there may be several rows of them.
    """
    on_receipts = of.basis is BillingBasis.RECEIVED
    sources = (_receipts(received), _undated(of, codes)) if on_receipts else (_titles(of, codes),)
    return union_all(*sources, _set_aside(of, codes)).subquery()


def received_of(of: MonthsOfTitles, codes: Collection[str] | None) -> CTE:
    """The receipts of the months, with what is to be known of their titles. codes: of no others."""
    parts = (R[name].label(f"received_{name}") for name in PARTS[:4])
    return (
        select(*(C[name] for name in OF_TITLES), _month(R.on).label("month"), *parts)
        .select_from(RECEIPTS.join(TITLES, of_receipts()))
        .where(R.source == of.source, in_months(R.on, of), counts(of), among(C.client_code, codes))
        .cte("received")
    )


def counts(of: MonthsOfTitles) -> ColumnElement[bool]:
    """Cancelled and gone titles are out, and those of categories that do not count."""
    return and_(C.cancelled.is_(False), C.gone.is_(False), counted(TITLES, of.categories))


def of_receipts() -> ColumnElement[bool]:
    """Joins receipts to their titles."""
    return and_(R.source == C.source, R.side == Side.RECEIVABLE, R.title_id == C.external_id)


def in_month(column: ColumnElement[Any], of: MonthOfTitles) -> ColumnElement[bool]:
    return column.between(of.period.first_day, of.period.last_day)


def in_months(column: ColumnElement[Any], of: MonthsOfTitles) -> ColumnElement[bool]:
    """From the first of them to the last one."""
    return column.between(min(of.periods).first_day, max(of.periods).last_day)


def _month(day: ColumnElement[Any]) -> ColumnElement[Any]:
    # As a timestamp without zone: of a date itself Postgres would make one with zone.
    return cast(func.date_trunc("month", cast(day, DateTime)), Date)


def _titles(of: MonthsOfTitles, codes: Collection[str] | None) -> Select[Any]:
    day, counted_here = basis_date(TITLES, of.basis), counts(of)
    return (
        select(
            C.client_code.label("code"),
            (month := _month(day)).label("month"),
            func.coalesce(func.sum(C.amount).filter(counted_here, day.is_not(None)), ZERO).label("amount"),
            *(literal(ZERO).label(name) for name in PARTS[1:4]),
            func.count().filter(counted_here, day.is_(None)).label("incomplete"),
        )
        .where(C.source == of.source, or_(in_months(day, of), day.is_(None)), among(C.client_code, codes))
        .group_by(C.client_code, month)
        .having(func.bool_or(counted_here))
    )


def _receipts(received: CTE) -> Select[Any]:
    c = received.c
    sums = (func.sum(c[f"received_{name}"]).label(name) for name in PARTS[:4])
    return select(c.client_code.label("code"), c.month, *sums, literal(0).label("incomplete")).group_by(
        c.client_code, c.month
    )


def _undated(of: MonthsOfTitles, codes: Collection[str] | None) -> Select[Any]:
    """Settled, and nobody knows when."""
    # In the words of the index `erp_receivables_undated`, but for the source.
    undated = and_(~C.has_receipts, or_(C.settled, func.coalesce(C.cleared, NOTHING) != NOTHING))
    return (
        select(
            C.client_code,
            WHENEVER,
            *(literal(ZERO).label(name) for name in PARTS[:4]),
            func.count().label("incomplete"),
        )
        .where(C.source == of.source, undated, counts(of), among(C.client_code, codes))
        .group_by(C.client_code)
    )


def _set_aside(of: MonthsOfTitles, codes: Collection[str] | None) -> Select[Any]:
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
            WHENEVER,
            *(literal(ZERO).label(name) for name in PARTS[:4]),
            func.count().label("incomplete"),
        )
        .where(each.c.code.is_not(None), among(each.c.code, codes))
        .group_by(each.c.code)
    )
