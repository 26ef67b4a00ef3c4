from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace

from core.agreement import Agreement
from core.use_cases.divergent_since import runs_of
from core.use_cases.explain_lines import causes_of
from core.use_cases.months import Judged, Months, ReconciliationPolicy
from ports.audit import Act
from ports.calendar import Period, local_day
from ports.causes import Cause, KeptCause
from ports.clock import Clock
from ports.errors import RefusalCode, refused
from ports.identity import Identity
from ports.ids import new_id
from ports.reconciliations import ClosingRecord, LineSnapshot, Month, Since
from ports.titles import BillingBasis
from ports.work import Duty, OpenWork, Work


class ClosePeriod:
    """Keep both sides of an ended month, the rule and the verdicts, as they are told now, for good.

    Refused unless the month has ended and its data are fresh, and once it is closed, on whatever basis.
    """

    def __init__(
        self, open_work: OpenWork, clock: Clock, months: Months, policy: ReconciliationPolicy
    ) -> None:
        self._open_work = open_work
        self._clock = clock
        self._months = months
        self._policy = policy

    async def __call__(self, period: Period, basis: BillingBasis | None, *, by: Identity) -> Month:
        act, now = Act(by.subject, "closePeriod"), self._clock.now()
        async with self._open_work(act, duty=Duty.SYNC, still=True) as work:
            month = await self._months.open(work, period, basis)
            if month.source is not None and await work.closings.current(month.source, period):
                raise refused(RefusalCode.PERIOD_CLOSED, "period")
            if period.last_day >= local_day(now):
                raise refused(RefusalCode.PERIOD_NOT_ENDED, "period")
            if not month.fresh or month.source is None or month.data_as_of is None:
                raise refused(RefusalCode.DATA_NOT_FRESH, "period")
            closing = ClosingRecord(
                id=new_id(),
                source=month.source,
                period=period,
                basis=month.basis,
                rule_id=month.rule.id,
                data_as_of=month.data_as_of,
                closed_at=now,
                closed_by=by.subject,
            )
            await work.closings.add(closing)
            await self._keep(work, month, closing)
            await work.commit()
            return await self._months.open(work, period, month.basis)

    async def _keep(self, work: Work, month: Month, closing: ClosingRecord) -> None:
        await work.closings.keep_titles(closing.id, self._months.titles_of(month))
        async with aclosing(self._months.judged(work, [month])) as batches:
            async for batch in batches:
                await self._keep_lines(work, closing, batch)
                agreed = [
                    (terms, Agreement(terms).expected_in(month.period))
                    for party, _ in batch
                    for terms in party.contracts
                ]
                await work.closings.keep_agreed(closing.id, agreed)

    async def _keep_lines(self, work: Work, closing: ClosingRecord, batch: Sequence[Judged]) -> None:
        lines = [line for _, line in batch]
        runs = await runs_of(work, self._months, lines)
        causes = await causes_of(work, lines, self._policy)
        kept = [
            replace(line, snapshot=_snapshot(runs.get(line.ref), causes.get(line.ref, ()))) for line in lines
        ]
        await work.closings.keep(closing.id, kept)


def _snapshot(run: Since | None, causes: Sequence[Cause]) -> LineSnapshot:
    return LineSnapshot(
        run=run,
        causes=tuple(
            KeptCause(
                cause.kind,
                cause.amount,
                tuple(title.id for title in cause.titles),
                cause.contract.id if cause.contract else None,
            )
            for cause in causes
        ),
    )
