from core.sync_plan import window
from ports.clock import Clock
from ports.erp import ErpGateway
from ports.errors import RefusalCode, refused
from ports.ids import new_id
from ports.sync_runs import SyncMode, SyncRunRecord, SyncStatus, SyncTrigger
from ports.work import Duty, OpenWork, Work


class StartSync:
    """Start a run for a worker to carry out, or give the one that is running.

    Run and job are kept in one transaction. A running run that nobody works on is handed out anew.
    """

    def __init__(self, open_work: OpenWork, clock: Clock, erp: ErpGateway) -> None:
        self._open_work = open_work
        self._clock = clock
        self._erp = erp

    async def __call__(
        self, mode: SyncMode | None, trigger: SyncTrigger, requested_by: str | None
    ) -> SyncRunRecord:
        """The run, new or running already. mode None: FULL until one has succeeded, INCREMENTAL after."""
        async with self._open_work(duty=Duty.SYNC) as work:
            run = await self.within(work, mode, trigger, requested_by)
            await work.commit()
        return run

    async def within(
        self, work: Work, mode: SyncMode | None, trigger: SyncTrigger, requested_by: str | None
    ) -> SyncRunRecord:
        """The same as part of other work."""
        if self._erp.source is None:
            raise refused(RefusalCode.ERP_NOT_CONFIGURED)
        wanted = await self._wanted(work, self._erp.source, mode, trigger, requested_by)
        run = await work.runs.start(wanted)
        if not await work.jobs.sync_is_alive(run.id):
            await work.jobs.enqueue_sync(run.id)
        return run

    async def _wanted(
        self,
        work: Work,
        source: str,
        mode: SyncMode | None,
        trigger: SyncTrigger,
        requested_by: str | None,
    ) -> SyncRunRecord:
        """An incremental run rests on a full one: without it, it is full itself."""
        whole = await work.runs.newest_success(source, SyncMode.FULL)
        mode = SyncMode.FULL if whole is None else mode or SyncMode.INCREMENTAL
        last = await work.runs.newest_success(source) if mode is SyncMode.INCREMENTAL else None
        now = self._clock.now()
        return SyncRunRecord(
            id=new_id(),
            source=source,
            status=SyncStatus.RUNNING,
            mode=mode,
            since=window(last),
            trigger=trigger,
            requested_by=requested_by,
            started_at=now,
            round_started_at=now,
        )
