from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from core.use_cases.keep_page import KeepPage
from core.use_cases.read_pages import PageReader
from ports.clock import Clock
from ports.erp import (
    ErpGateway,
    ErpNeverEnds,
    ErpNotConfigured,
    ErpProblem,
    ErpRejectedCredentials,
    ErpUnreachable,
)
from ports.errors import Unavailable
from ports.sync_runs import SyncFailure, SyncRunRecord, SyncStatus
from ports.work import Duty, OpenWork

LOOK_UP = 5.0
"""Seconds after which a waiting run looks whether it was cancelled meanwhile."""


class RunSync:
    """Carry a run from where it stands to its end.

    A page and the position after it are kept in one transaction, and only if the run still stands where this
    worker left it: so a run may be carried on by another worker at any moment, and two never both count.
    """

    def __init__(self, open_work: OpenWork, clock: Clock, erp: ErpGateway, keep_page: KeepPage) -> None:
        self._open_work = open_work
        self._clock = clock
        self._erp = erp
        self._keep_page = keep_page

    async def __call__(self, run_id: UUID) -> None:
        """Returns when the run is over or in another worker's hands; Unavailable when our own store is."""
        run = await self._taken_over(run_id)
        reader = PageReader(self._erp, self._clock, self._keep_page)
        while run is not None and run.status is SyncStatus.RUNNING:
            standing = run
            try:
                run = await self._go_on(reader, standing)
            except ErpProblem as problem:
                await self._fail(run_id, _failure(problem))
                return
            except Unavailable:
                raise
            except Exception:
                await self._fail(run_id, SyncFailure.INTERNAL)
                raise

    async def _go_on(self, reader: PageReader, run: SyncRunRecord) -> SyncRunRecord | None:
        if run.source != self._erp.source:
            raise ErpNotConfigured
        reading = await reader.read(run)
        if reading.run is not None and reading.wait is not None:
            return await self._park(reading.run, reading.wait)
        return reading.run

    async def _taken_over(self, run_id: UUID) -> SyncRunRecord | None:
        """The run; a round that another worker began proves nothing any more."""
        async with self._open_work(duty=Duty.SYNC) as work:
            run = await work.runs.get(run_id)
            if run is None or not run.pages_kept:
                return run
            resumed = replace(run, resumed=True, resumes_at=None)
            if not await work.runs.move(resumed, standing=run):
                return None
            await work.commit()
            return resumed

    async def _park(self, run: SyncRunRecord, seconds: float) -> SyncRunRecord | None:
        """Show when the run goes on, and wait until then, or until it is cancelled."""
        parked = replace(run, resumes_at=self._clock.now() + timedelta(seconds=seconds))
        async with self._open_work(duty=Duty.SYNC) as work:
            if not await work.runs.move(parked, standing=run):
                return None
            await work.commit()
        while seconds > 0:
            await self._clock.sleep(min(seconds, LOOK_UP))
            seconds -= LOOK_UP
            async with self._open_work(duty=Duty.SYNC) as work:
                now = await work.runs.get(run.id)
            if now is None or now.status is not SyncStatus.RUNNING:
                return None
        return parked

    async def _fail(self, run_id: UUID, failure: SyncFailure) -> None:
        async with self._open_work(duty=Duty.SYNC) as work:
            run = await work.runs.get(run_id)
            if run is not None:
                ended = replace(
                    run,
                    status=SyncStatus.ERROR,
                    failure=failure,
                    finished_at=self._clock.now(),
                    resumes_at=None,
                )
                await work.runs.move(ended, standing=run)
                await work.commit()


def _failure(problem: ErpProblem) -> SyncFailure:
    match problem:
        case ErpRejectedCredentials():
            return SyncFailure.CREDENTIALS_REJECTED
        case ErpNotConfigured():
            return SyncFailure.NOT_CONFIGURED
        case ErpNeverEnds():
            return SyncFailure.ENDLESS_LISTING
        case ErpUnreachable():
            return SyncFailure.UNAVAILABLE
        case _:
            return SyncFailure.BROKEN_ANSWER
