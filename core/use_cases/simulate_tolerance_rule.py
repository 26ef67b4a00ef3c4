from contextlib import aclosing
from dataclasses import dataclass, replace
from decimal import Decimal

from core.reconciliation import judged_by
from core.tolerance import check_rule
from core.use_cases.months import Months
from ports.calendar import Period
from ports.money import ZERO, Money
from ports.reconciliations import Line, Verdict
from ports.titles import BillingBasis
from ports.work import Duty, OpenWork


@dataclass(slots=True)
class SimulatedMonth:
    """Alerts of a month as they are, and as another rule would give them; amounts sum |divergence|."""

    period: Period
    alerts_now: int = 0
    alerts_then: int = 0
    appeared: int = 0
    disappeared: int = 0
    amount_now: Money = ZERO
    amount_then: Money = ZERO

    def take(self, line: Line, then: Verdict) -> None:
        is_alert, would_be = line.verdict is Verdict.DIVERGENT, then is Verdict.DIVERGENT
        self.alerts_now += is_alert
        self.alerts_then += would_be
        self.appeared += would_be and not is_alert
        self.disappeared += is_alert and not would_be
        self.amount_now += abs(line.divergence) if is_alert else ZERO
        self.amount_then += abs(line.divergence) if would_be else ZERO


class SimulateToleranceRule:
    """What another rule for all clients would have said of the last months, oldest first. Saves nothing.

    Clients with a rule of their own keep it.
    """

    def __init__(self, open_work: OpenWork, months: Months) -> None:
        self._open_work = open_work
        self._months = months

    async def __call__(
        self, percent: Decimal, minimum: Money, months: int, basis: BillingBasis | None
    ) -> list[SimulatedMonth]:
        check_rule(percent, minimum)
        async with self._open_work(duty=Duty.SYNC, still=True) as work:
            rule = replace(await work.rules.newest(), percent=percent, minimum=minimum)
            opened = [await self._months.open(work, period, basis) for period in self._months.last(months)]
            simulated = {month.period: SimulatedMonth(month.period) for month in opened}
            async with aclosing(self._months.lines(work, opened)) as batches:
                async for batch in batches:
                    for line in batch:
                        then = judged_by(line, line.rule if line.rule.client_id else rule)
                        simulated[line.period].take(line, then)
        return list(simulated.values())
