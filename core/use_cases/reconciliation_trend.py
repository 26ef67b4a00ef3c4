from contextlib import aclosing
from itertools import starmap
from typing import NamedTuple
from uuid import UUID

from core.month_totals import MonthTotals
from core.use_cases.months import Months
from ports.calendar import Period
from ports.reconciliations import PartyKey
from ports.titles import BillingBasis
from ports.work import Duty, OpenWork


class TrendPoint(NamedTuple):
    period: Period
    totals: MonthTotals


class ReconciliationTrend:
    """The last months up to this one, oldest first, of one client or of all."""

    def __init__(self, open_work: OpenWork, months: Months) -> None:
        self._open_work = open_work
        self._months = months

    async def __call__(
        self, client_id: UUID | None, months: int, basis: BillingBasis | None
    ) -> list[TrendPoint]:
        async with self._open_work(duty=Duty.SYNC, still=True) as work:
            # What was closed before clients were merged keeps a line of each.
            ids = await work.clients.every_id(client_id) if client_id else None
            only = None if ids is None else list(map(PartyKey, ids))
            opened = [await self._months.open(work, period, basis) for period in self._months.last(months)]
            totals = {month.period: MonthTotals() for month in opened}
            async with aclosing(self._months.lines(work, opened, only)) as batches:
                async for batch in batches:
                    for line in batch:
                        totals[line.period].take([line])
        return list(starmap(TrendPoint, totals.items()))
