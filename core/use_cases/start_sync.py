from ports.clock import Clock
from ports.erp import ErpGateway
from ports.errors import RefusalCode, refused
from ports.ids import new_id
from ports.sync_runs import SyncMode, SyncRunRecord, SyncStatus, SyncTrigger
from ports.work import OpenWork


class StartSync:
    """Start a run for a worker to carry out, or give the one that is running.

    Run and job are kept in one transaction. A running run that nobody works on is handed out anew.
    """

    def __init__(self, open_work: OpenWork, clock: Clock, erp: ErpGateway) -> None:
        self._open_work = open_work
        self._clock = clock
        self._erp = erp

    async def __call__(self, mode: SyncMode, trigger: SyncTrigger, requested_by: str | None) -> SyncRunRecord:
        """The run, new or running already."""
        if self._erp.source is None:
            raise refused(RefusalCode.ERP_NOT_CONFIGURED)
        wanted = SyncRunRecord(
            id=new_id(),
            source=self._erp.source,
            status=SyncStatus.RUNNING,
            mode=mode,
            trigger=trigger,
            requested_by=requested_by,
            started_at=self._clock.now(),
        )
        async with self._open_work() as work:
            run = await work.runs.start(wanted)
            if not await work.jobs.sync_is_alive(run.id):
                await work.jobs.enqueue_sync(run.id)
            await work.commit()
        return run
