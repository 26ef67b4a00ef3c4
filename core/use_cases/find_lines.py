from collections.abc import Mapping, Sequence

from core.use_cases.months import Months
from ports.reconciliations import Line, LineRef
from ports.work import Duty, OpenWork


class FindLines:
    """Lines by their names; one that the month does not have is left out."""

    def __init__(self, open_work: OpenWork, months: Months) -> None:
        self._open_work = open_work
        self._months = months

    async def __call__(self, refs: Sequence[LineRef]) -> Mapping[LineRef, Line]:
        found: dict[LineRef, Line] = {}
        async with self._open_work(duty=Duty.SYNC, still=True) as work:
            for asked in {(ref.period, ref.basis) for ref in refs}:
                month = await self._months.open(work, *asked)
                theirs = [ref.key for ref in refs if (ref.period, ref.basis) == asked]
                found |= {line.ref: line for line in await self._months.these(work, month, theirs)}
        return found
