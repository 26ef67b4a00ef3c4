from collections.abc import Iterable, Mapping, Sequence

from core.use_cases.months import Months
from ports.calendar import Period
from ports.reconciliations import Line, LineRef, Since, Verdict
from ports.titles import BillingBasis
from ports.work import Duty, OpenWork, Work

LONGEST = 120
"""Months that are looked back at most."""


class DivergentSince:
    """Since when divergent lines have been so; lines that are not have no answer."""

    def __init__(self, open_work: OpenWork, months: Months) -> None:
        self._open_work = open_work
        self._months = months

    async def __call__(self, lines: Sequence[Line]) -> Mapping[LineRef, Since]:
        async with self._open_work(duty=Duty.SYNC, still=True) as work:
            return await runs_of(work, self._months, lines)


async def runs_of(work: Work, months: Months, lines: Sequence[Line]) -> dict[LineRef, Since]:
    """The runs that end with these lines, as far as these are divergent; of a closed month as told then."""
    told = {line.ref: line.snapshot.run for line in lines if line.snapshot and line.snapshot.run}
    live = _divergent(line for line in lines if line.snapshot is None)
    found = {line.ref: Since(line.period, abs(line.divergence)) for line in live}
    for month in {(ref.period, ref.basis) for ref in found}:
        await _look_back(work, months, *month, found)
    return told | found


async def _look_back(
    work: Work, months: Months, period: Period, basis: BillingBasis, found: dict[LineRef, Since]
) -> None:
    runs = {ref.key: ref for ref in found if (ref.period, ref.basis) == (period, basis)}
    for ago in range(1, LONGEST):
        before = period.plus(-ago)
        if not runs or not before.exists:
            return
        month = await months.open(work, before, basis)
        earlier = _divergent(await months.these(work, month, list(runs)))
        runs = {line.key: runs[line.key] for line in earlier}
        for line in earlier:
            ref = runs[line.key]
            found[ref] = Since(line.period, found[ref].at_risk + abs(line.divergence))


def _divergent(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if line.verdict is Verdict.DIVERGENT]
