from collections.abc import Mapping
from datetime import datetime

from core.use_cases.start_sync import StartSync
from ports.clock import Clock
from ports.erp import ErpGateway
from ports.schedules import SyncSchedules
from ports.sync_runs import SyncMode, SyncRunRecord, SyncTrigger
from ports.work import Duty, OpenWork


class StartDueSyncs:
    """Start the run whose time has come: one for all ticks that were missed, one for all hosts.

    Tick and run are kept in one transaction. A full run that is due takes the place of an incremental one; it
    waits for a run that is under way, while an incremental tick is content with it.
    """

    def __init__(
        self,
        open_work: OpenWork,
        clock: Clock,
        erp: ErpGateway,
        schedules: SyncSchedules,
        start_sync: StartSync,
    ) -> None:
        self._open_work = open_work
        self._clock = clock
        self._erp = erp
        self._schedules = schedules
        self._start_sync = start_sync

    async def __call__(self) -> SyncRunRecord | None:
        """The run that a tick asked for, if one was due."""
        source, ticks = self._erp.source, self._ticks()
        if source is None or not ticks:
            return None
        async with self._open_work(duty=Duty.SYNC) as work:
            due = [mode for mode, tick in ticks.items() if await work.ticks.claim(source, mode, tick)]
            mode = SyncMode.FULL if SyncMode.FULL in due else SyncMode.INCREMENTAL
            run = await self._start_sync.within(work, mode, SyncTrigger.SCHEDULE, None) if due else None
            if run and mode is SyncMode.FULL and run.mode is not mode:
                # The tick stays due until the run that is in its way is over.
                return None
            await work.commit()
        return run

    def _ticks(self) -> Mapping[SyncMode, datetime]:
        """The newest of each schedule, always in this order, so that two hosts never wait for each other."""
        now, schedules = self._clock.now(), self._schedules
        ordered = ((SyncMode.FULL, schedules.full), (SyncMode.INCREMENTAL, schedules.incremental))
        return {mode: schedule.last_tick(now) for mode, schedule in ordered if schedule}
