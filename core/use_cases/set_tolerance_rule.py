from decimal import Decimal

from core.tolerance import check_rule
from ports.audit import Act
from ports.clock import Clock
from ports.identity import Identity
from ports.money import CENT, Money
from ports.reconciliations import ToleranceRuleRecord
from ports.work import OpenWork


class SetToleranceRule:
    """A new version of the rule, in force from now on."""

    def __init__(self, open_work: OpenWork, clock: Clock) -> None:
        self._open_work = open_work
        self._clock = clock

    async def __call__(self, percent: Decimal, minimum: Money, *, by: Identity) -> ToleranceRuleRecord:
        check_rule(percent, minimum)
        async with self._open_work(Act(by.subject, "setToleranceRule")) as work:
            exact = percent.quantize(CENT)
            rule = await work.rules.add(exact, minimum, self._clock.now(), by.subject)
            await work.commit()
        return rule
