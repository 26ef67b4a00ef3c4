from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta

from core.use_cases.reconcile_period import ReconcilePeriod
from ports.calendar import Period, local_day
from ports.clock import Clock
from ports.figures import Figure, Figures
from ports.reconciliations import ReconciliationResult, Verdict

MEANING = "Cents of last month's DIVERGENT lines, each way for itself."
LINES = "Lines of last month, by verdict."
KEPT = timedelta(minutes=5)


class WatchDivergence(Figures):
    """Tells by how much last month diverges, reckoned at most once in five minutes."""

    def __init__(self, reconcile: ReconcilePeriod, clock: Clock) -> None:
        self._reconcile = reconcile
        self._clock = clock
        self._known: tuple[ReconciliationResult, ...] = ()

    async def __call__(self) -> Sequence[Figure]:
        now = self._clock.now()
        if not self._known or now - self._known[0].evaluated_at > KEPT:
            self._known = (await self._reconcile(_month_before(Period.of(local_day(now))), None),)
        return list(_figures(self._known[0]))


def _month_before(period: Period) -> Period:
    return Period.of(period.first_day - timedelta(days=1))


def _figures(result: ReconciliationResult) -> Iterator[Figure]:
    cents = [int(line.divergence * 100) for line in result.lines if line.verdict is Verdict.DIVERGENT]
    yield Figure(
        "concilia_divergence_cents", MEANING, -sum(min(one, 0) for one in cents), {"billed": "under"}
    )
    for way, sign in (("under", -1), ("over", 1)):
        total = sum(max(one * sign, 0) for one in cents)
        yield Figure("concilia_divergence_cents", MEANING, total, {"billed": way})
    counts = Counter(line.verdict for line in result.lines)
    for verdict in Verdict:
        yield Figure("concilia_lines", LINES, counts[verdict], {"verdict": verdict.value})
