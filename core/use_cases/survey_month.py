from collections.abc import Sequence
from contextlib import aclosing

from core.line_pages import LinePage
from core.month_totals import MonthTotals
from core.use_cases.months import Months
from ports.reconciliations import Month
from ports.work import Duty, OpenWork


class SurveyMonth:
    """Totals and pages of a month's lines, all from one pass over them, hence of one moment."""

    def __init__(self, open_work: OpenWork, months: Months) -> None:
        self._open_work = open_work
        self._months = months

    async def __call__(self, month: Month, pages: Sequence[LinePage] = ()) -> MonthTotals:
        """Shows every line to the pages, and adds them up."""
        totals = MonthTotals()
        async with (
            self._open_work(duty=Duty.SYNC, still=True) as work,
            aclosing(self._months.lines(work, [month])) as batches,
        ):
            async for batch in batches:
                totals.take(batch)
                for page in pages:
                    page.take(batch)
        return totals
