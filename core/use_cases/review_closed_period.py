from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from core.passing_pages import PassingPage
from core.period_changes import BY_RECORD, PeriodChange, agreed_changes, title_changes
from core.use_cases.months import Months
from ports.paging import Page, PageRequest
from ports.reconciliations import Month
from ports.work import OpenWork


class ReviewClosedPeriod:
    """What the ERP or the contracts say differently since the month was closed; of a live month nothing."""

    def __init__(self, open_work: OpenWork, months: Months) -> None:
        self._open_work = open_work
        self._months = months

    async def page(self, month: Month, wanted: PageRequest) -> Page[PeriodChange]:
        page = PassingPage(BY_RECORD, wanted)
        async with aclosing(self._changes(month)) as batches:
            async for batch in batches:
                page.take(batch)
        return page.done()

    async def count(self, month: Month) -> int:
        async with aclosing(self._changes(month)) as batches:
            return sum([len(batch) async for batch in batches])

    async def _changes(self, month: Month) -> AsyncGenerator[Sequence[PeriodChange], None]:
        if (closing := month.closing) is None:
            return
        of = self._months.titles_of(month)
        async with self._open_work(still=True) as work:
            async with aclosing(work.closings.changed_titles(closing, of)) as titles:
                async for some in titles:
                    yield [change for title in some for change in title_changes(title)]
            async with aclosing(work.closings.agreed(closing)) as contracts:
                async for batch in contracts:
                    yield [change for agreed in batch for change in agreed_changes(agreed, month.period)]
