from dataclasses import replace
from uuid import UUID

from ports.clock import Clock
from ports.errors import Missing, RefusalCode, refused
from ports.sync_runs import SyncRunRecord, SyncStatus
from ports.work import Duty, OpenWork


class CancelSync:
    """End a run where it stands; what was kept stays.

    Its worker notices at the next page, which it cannot keep any more, or, when it waits, within seconds.
    """

    def __init__(self, open_work: OpenWork, clock: Clock) -> None:
        self._open_work = open_work
        self._clock = clock

    async def __call__(self, run_id: UUID) -> SyncRunRecord:
        async with self._open_work(duty=Duty.SYNC) as work:
            if (run := await work.runs.for_update(run_id)) is None:
                raise Missing
            if run.status is not SyncStatus.RUNNING:
                raise refused(RefusalCode.SYNC_NOT_RUNNING)
            ended = replace(run, status=SyncStatus.CANCELLED, finished_at=self._clock.now(), resumes_at=None)
            await work.runs.move(ended, standing=run)
            await work.commit()
        return ended
