"""Months side by side: how they went, and how another rule would have judged them."""

from collections.abc import Callable
from typing import Any

import strawberry

from core.line_pages import LineFilter
from core.month_totals import MonthTotals
from core.use_cases.reconciliation_trend import TrendPoint as Point
from core.use_cases.simulate_tolerance_rule import SimulatedMonth as MonthSimulated
from graphql_api.fields import plain, resolved
from graphql_api.scalars import Money
from ports import money
from ports.calendar import Period
from ports.reconciliations import Verdict


def _total(description: str, amount: Callable[[MonthTotals], money.Money]) -> Any:
    def of_month(root: strawberry.Parent[Point]) -> money.Money:
        return amount(root.totals)

    return plain(description, resolver=of_month, graphql_type=Money)


@strawberry.type(description="A month, its lines added up.")
class TrendPoint:
    period: Period = plain("The month.")
    expected: Money = _total("What the contracts want.", lambda totals: totals.expected)
    billed: Money = _total("What the ERP billed.", lambda totals: totals.billed)
    divergence: Money = _total("billed - expected, net.", lambda totals: totals.divergence)
    under_billed: Money = _total(
        "Shortfalls of the DIVERGENT lines, positive.", lambda totals: totals.under_billed
    )
    over_billed: Money = _total(
        "Excesses of the DIVERGENT lines, positive.", lambda totals: totals.over_billed
    )

    @resolved()
    def divergent_clients(self, root: strawberry.Parent[Point]) -> int:
        """How many lines are DIVERGENT."""
        return root.totals.count(LineFilter([Verdict.DIVERGENT]))


@strawberry.type(description="A month under the rule as it is (now) and under another one (then).")
class SimulatedMonth:
    period: Period = plain("The month.")
    alerts_now: int = plain("DIVERGENT lines as they are.")
    alerts_then: int = plain("DIVERGENT lines under the other rule.")
    appeared: int = plain("Alerts that the other rule would add.")
    disappeared: int = plain("Alerts that the other rule would take away.")
    amount_now: Money = plain("Sum of |divergence| of the alerts as they are.")
    amount_then: Money = plain("Sum of |divergence| of the alerts under the other rule.")


@strawberry.type(description="What another tolerance rule would have said. Nothing is saved.")
class ToleranceSimulation:
    @resolved()
    def months(self, root: strawberry.Parent[list[MonthSimulated]]) -> list[SimulatedMonth]:
        """Oldest first."""
        return root  # type: ignore[return-value]
