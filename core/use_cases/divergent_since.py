from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from core.use_cases.months import Months
from ports.calendar import Period
from ports.money import Money
from ports.reconciliations import Line, LineRef, Verdict
from ports.titles import BillingBasis
from ports.work import Duty, OpenWork, Work

LONGEST = 120
"""Months that are looked back at most."""


class Since(NamedTuple):
    """An unbroken run of divergent months: its first one, and the sum of |divergence| over it."""

    since: Period
    at_risk: Money


class DivergentSince:
    """Since when divergent lines have been so; lines that are not have no answer."""

    def __init__(self, open_work: OpenWork, months: Months) -> None:
        self._open_work = open_work
        self._months = months

    async def __call__(self, lines: Sequence[Line]) -> Mapping[LineRef, Since]:
        async with self._open_work(duty=Duty.SYNC, still=True) as work:
            return await self.within(work, lines)

    async def within(self, work: Work, lines: Sequence[Line]) -> Mapping[LineRef, Since]:
        """The same, in a work that is under way and may read the sync's log."""
        found = {line.ref: Since(line.period, abs(line.divergence)) for line in _divergent(lines)}
        for month in {(line.period, line.basis) for line in lines}:
            await self._look_back(work, *month, found)
        return found

    async def _look_back(
        self, work: Work, period: Period, basis: BillingBasis, found: dict[LineRef, Since]
    ) -> None:
        runs = {ref.key: ref for ref in found if (ref.period, ref.basis) == (period, basis)}
        for months in range(1, LONGEST):
            if not runs:
                return
            month = await self._months.open(work, period.plus(-months), basis)
            earlier = _divergent(await self._months.these(work, month, list(runs)))
            runs = {line.key: runs[line.key] for line in earlier}
            for line in earlier:
                ref = runs[line.key]
                found[ref] = Since(line.period, found[ref].at_risk + abs(line.divergence))


def _divergent(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if line.verdict is Verdict.DIVERGENT]
