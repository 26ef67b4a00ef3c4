"""The titles of a closed month, as they were and as they are."""

from typing import Any

from sqlalchemy import Row, Select, Subquery, and_, cast, func, literal, null, or_, select

from adapters.postgres.billing import TITLES, in_month
from adapters.postgres.categories import counted
from adapters.postgres.closing_tables import ClosedTitleRow
from adapters.postgres.columns import Amount
from adapters.postgres.receipts import RECEIPTS
from adapters.postgres.tables import table_of
from adapters.postgres.titles import basis_date
from ports.closings import TitleFacts, TitleThen
from ports.erp import Side
from ports.money import ZERO
from ports.reconciliations import ClosingRecord
from ports.titles import BillingBasis, MonthOfTitles

KEPT = table_of(ClosedTitleRow)
T, R, K = TITLES.c, RECEIPTS.c, KEPT.c
FACTS = TitleFacts._fields
RECEIVED = {"received": R.amount, "discount": R.discount, "interest": R.interest, "fine": R.fine}
ON_RECEIPTS = ("withheld", *RECEIVED)
STATED = [name for name in FACTS if name not in ON_RECEIPTS]


def titles_now(of: MonthOfTitles) -> Subquery:
    """Every title of the account: `is_here` when it is of the month, `counts` when it is billed there."""
    received = (
        select(R.title_id, *(func.sum(part).label(name) for name, part in RECEIVED.items()))
        .where(R.source == of.source, R.side == Side.RECEIVABLE, in_month(R.on, of))
        .group_by(R.title_id)
        .subquery()
    )
    on_receipts = of.basis is BillingBasis.RECEIVED
    is_here = received.c.title_id.is_not(None) if on_receipts else in_month(basis_date(TITLES, of.basis), of)
    theirs = and_(literal(on_receipts), received.c.title_id == T.external_id)
    parts = [T.withheld, *(func.coalesce(received.c[name], ZERO) for name in RECEIVED)]
    told = parts if on_receipts else [cast(null(), Amount)] * len(parts)
    return (
        select(
            T.id.label("title_id"),
            T.external_id,
            T.synced_at,
            *(T[name] for name in STATED),
            *(part.label(name) for name, part in zip(ON_RECEIPTS, told, strict=True)),
            is_here.label("is_here"),
            and_(T.cancelled.is_(False), T.gone.is_(False), counted(TITLES, of.categories)).label("counts"),
        )
        .select_from(TITLES.outerjoin(received, theirs))
        .where(T.source == of.source)
        .subquery()
    )


def changed_titles(closing: ClosingRecord, of: MonthOfTitles) -> Select[Any]:
    """Titles that were kept and differ, and those that count in the month now and were not; both sides."""
    now = titles_now(of)
    kept = select(KEPT).where(K.closing_id == closing.id).subquery()
    differs = or_(*(kept.c[name].is_distinct_from(now.c[name]) for name in FACTS))
    is_new = and_(kept.c.title_id.is_(None), now.c.is_here, now.c.counts)
    sides = [side.c[name].label(f"{name}_{n}") for n, side in enumerate((now, kept)) for name in FACTS]
    return (
        select(now.c.title_id, now.c.external_id, now.c.synced_at, *sides, is_new.label("is_new"))
        .select_from(now.outerjoin(kept, kept.c.title_id == now.c.title_id))
        .where(or_(and_(kept.c.title_id.is_not(None), differs), is_new))
        .order_by(now.c.title_id)
    )


def to_title_then(row: Row[Any]) -> TitleThen:
    sides = row[3:-1]
    now, then = (TitleFacts(*side) for side in (sides[: len(FACTS)], sides[len(FACTS) :]))
    return TitleThen(row.title_id, row.external_id, row.synced_at, now, None if row.is_new else then)
