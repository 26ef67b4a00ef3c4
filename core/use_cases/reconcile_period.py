from core.use_cases.months import Months
from ports.calendar import Period
from ports.reconciliations import Month
from ports.titles import BillingBasis
from ports.work import Duty, OpenWork


class ReconcilePeriod:
    """What a month is judged by, and how fresh its figures are; its lines are surveyed by `SurveyMonth`."""

    def __init__(self, open_work: OpenWork, months: Months) -> None:
        self._open_work = open_work
        self._months = months

    async def __call__(self, period: Period, basis: BillingBasis | None) -> Month:
        # How fresh the figures are stands in the sync's log.
        async with self._open_work(duty=Duty.SYNC) as work:
            return await self._months.open(work, period, basis)
