from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from core.line_pages import LineFilter
from core.month_totals import MonthTotals
from core.use_cases.reconcile_period import ReconcilePeriod
from core.use_cases.survey_month import SurveyMonth
from ports.calendar import Period, local_day
from ports.clock import Clock
from ports.figures import Figure, Figures
from ports.reconciliations import Verdict

MEANING = "Cents of last month's DIVERGENT lines, each way for itself."
LINES = "Lines of last month, by verdict."
KEPT = timedelta(minutes=5)


class WatchDivergence(Figures):
    """Tells by how much last month diverges, reckoned at most once in five minutes."""

    def __init__(self, reconcile: ReconcilePeriod, survey: SurveyMonth, clock: Clock) -> None:
        self._reconcile = reconcile
        self._survey = survey
        self._clock = clock
        self._known: tuple[datetime, MonthTotals] | None = None

    async def __call__(self) -> Sequence[Figure]:
        now = self._clock.now()
        if self._known is None or now - self._known[0] > KEPT:
            month = await self._reconcile(Period.of(local_day(now)).plus(-1), None)
            self._known = now, await self._survey(month)
        return list(_figures(self._known[1]))


def _figures(totals: MonthTotals) -> Iterator[Figure]:
    for way, amount in (("under", totals.under_billed), ("over", totals.over_billed)):
        yield Figure("concilia_divergence_cents", MEANING, int(amount * 100), {"billed": way})
    for verdict in Verdict:
        count = totals.count(LineFilter([verdict]))
        yield Figure("concilia_lines", LINES, count, {"verdict": verdict.value})
