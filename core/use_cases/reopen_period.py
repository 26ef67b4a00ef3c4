from core.text import absent_if_empty, text_faults
from core.use_cases.months import Months
from ports.audit import Act
from ports.calendar import Period
from ports.clock import Clock
from ports.erp import ErpGateway
from ports.errors import Fault, RefusalCode, Refused, refused
from ports.identity import Identity
from ports.reconciliations import Month
from ports.work import Duty, OpenWork


class ReopenPeriod:
    """Make a closed month live again; its snapshot is kept, and why it was reopened."""

    def __init__(self, open_work: OpenWork, clock: Clock, erp: ErpGateway, months: Months) -> None:
        self._open_work = open_work
        self._clock = clock
        self._erp = erp
        self._months = months

    async def __call__(self, period: Period, reason: str, *, by: Identity) -> Month:
        if found := [*text_faults(reason, "reason")]:
            raise Refused(found)
        if absent_if_empty(reason) is None:
            raise Refused([Fault(RefusalCode.MISSING, ("reason",))])
        now, source = self._clock.now(), self._erp.source
        async with self._open_work(Act(by.subject, "reopenPeriod"), duty=Duty.SYNC) as work:
            closing = await work.closings.current(source, period) if source else None
            if closing is None or not await work.closings.reopen(closing.id, now, by.subject, reason):
                raise refused(RefusalCode.PERIOD_NOT_CLOSED, "period")
            await work.commit()
            return await self._months.open(work, period, closing.basis)
