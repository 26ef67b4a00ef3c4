from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry

from core.line_pages import LineFilter, LinePage
from core.month_totals import MonthTotals
from core.period_changes import PeriodChange as Change
from graphql_api.context import Context, Info
from graphql_api.fields import plain, resolved
from graphql_api.roles import FINANCE_TEAM
from graphql_api.scalars import Money
from graphql_api.types.connection import Listing, connection
from graphql_api.types.node import Kind, Node, node_type
from graphql_api.types.period_change import PeriodChange
from graphql_api.types.reconciliation_line import ReconciliationLine
from graphql_api.types.tolerance_rule import ToleranceRule
from ports import money
from ports.calendar import Period
from ports.paging import PageRequest
from ports.reconciliations import DivergenceKind, Line, Month, Verdict, month_id
from ports.titles import BillingBasis


async def _load(context: Context, key: str) -> Month | None:
    asked = _parse(key)
    return await context.use_cases.reconcile_period(*asked) if asked else None


def _parse(key: str) -> tuple[Period, BillingBasis] | None:
    """A month and a basis: `2026-11.DUE_DATE`."""
    month, _, basis = key.partition(".")
    try:
        return Period.parse(month), BillingBasis(basis)
    except ValueError:
        return None


def _history(context: Context, key: str) -> UUID | None:
    asked = _parse(key)
    return month_id(context.erp_account, *asked) if asked and context.erp_account else None


RESULT = Kind(
    name="reconciliation",
    record=Month,
    roles=FINANCE_TEAM,
    key=lambda month: f"{month.period}.{month.basis.value}",
    load=_load,
    history=_history,
)


@strawberry.type(description="How many lines got which verdict.")
class VerdictCounts:
    ok: int = plain("Lines that are OK.")
    divergent: int = plain("Lines that are DIVERGENT.")
    not_due: int = plain("Lines that are NOT_DUE.")
    not_evaluated: int = plain("Lines that are NOT_EVALUATED.")


@dataclass(frozen=True, slots=True)
class _Lines:
    """Those lines of a month that a filter admits."""

    month: Month
    where: LineFilter

    async def listing(self, context: Context, page: PageRequest) -> Listing[Line]:
        wanted = LinePage(self.where, page)
        totals: MonthTotals = await context.loaders.survey.load((self.month, wanted))

        async def count() -> int:
            return totals.count(self.where)

        return Listing(wanted.done(), count)


@dataclass(frozen=True, slots=True)
class _Changes:
    """What changed since a month was closed."""

    month: Month

    async def listing(self, context: Context, page: PageRequest) -> Listing[Change]:
        review = context.use_cases.review_closed_period

        async def count() -> int:
            return await review.count(self.month)

        return Listing(await review.page(self.month, page), count)


def _total(description: str, amount: Callable[[MonthTotals], money.Money]) -> Any:
    """A field that adds something up over the lines."""

    async def add_up(info: Info, root: strawberry.Parent[Month]) -> money.Money:
        return amount(await info.context.loaders.survey.load((root, None)))

    return plain(description, resolver=add_up, graphql_type=Money)


@node_type(RESULT, "Contracted against billed, client by client, for one month.")
class Reconciliation(Node):
    period: Period = plain("The month.")
    basis: BillingBasis = plain("Which date puts money in it.")
    rule: ToleranceRule = plain("The rule for all clients; a line tells when it was judged by its client's.")
    evaluated_at: datetime = plain("When the lines were judged: now, or when the month was closed.")
    data_as_of: datetime | None = plain("Start of the sync that the figures rest on.")
    fresh: bool = plain(
        "True when the newest SUCCESS run started within RECONCILIATION_MAX_AGE and, for a past month, after "
        "its end. When false every line is NOT_EVALUATED."
    )
    closed_at: datetime | None = plain(
        "Set while the month is closed on this basis; lines and totals are then the snapshot's."
    )

    @connection(PeriodChange)
    async def changes_since_close(self, root: strawberry.Parent[Month]) -> _Changes:
        """What the ERP or the contracts say differently since the month was closed."""
        return _Changes(root)

    total_expected: Money = _total("What the contracts want, all lines.", lambda totals: totals.expected)
    total_billed: Money = _total("What the ERP billed, all lines.", lambda totals: totals.billed)
    total_divergence: Money = _total(
        "totalBilled - totalExpected, all lines, net.", lambda totals: totals.divergence
    )
    total_under_billed: Money = _total(
        "Shortfalls of the DIVERGENT lines, positive: leaks both ways do not cancel out.",
        lambda totals: totals.under_billed,
    )
    total_over_billed: Money = _total(
        "Excesses of the DIVERGENT lines, positive.", lambda totals: totals.over_billed
    )
    total_not_evaluated: Money = _total(
        "Expected on lines that could not be judged.", lambda totals: totals.not_evaluated
    )

    @resolved()
    async def counts(self, info: Info, root: strawberry.Parent[Month]) -> VerdictCounts:
        """How many lines got which verdict."""
        totals: MonthTotals = await info.context.loaders.survey.load((root, None))
        return VerdictCounts(
            **{verdict.value.lower(): totals.count(LineFilter([verdict])) for verdict in Verdict}
        )

    @connection(ReconciliationLine)
    async def lines(
        self,
        root: strawberry.Parent[Month],
        verdict: list[Verdict] | None = strawberry.UNSET,
        kind: list[DivergenceKind] | None = strawberry.UNSET,
    ) -> _Lines:
        """One line a party, the greatest divergence first."""
        return _Lines(root, LineFilter(verdict or (), kind or ()))
