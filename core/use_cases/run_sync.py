from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from core.sync import ClientMatcher, advance
from ports.audit import Act
from ports.clock import Clock
from ports.documents import DocumentRules
from ports.erp import (
    Entity,
    ErpAsksToWait,
    ErpClient,
    ErpGateway,
    ErpNotConfigured,
    ErpPage,
    ErpProblem,
    ErpRejectedCredentials,
    ErpTitle,
)
from ports.errors import Refused, Unavailable
from ports.sync_runs import SyncFailure, SyncRunRecord, SyncStatus
from ports.work import OpenWork, Work

FAILURES_IN_A_ROW = 6
"""Omie blocks a method after ten errors in a row; a run gives up well before."""


class RunSync:
    """Carry a run from where it stands to its end, page by page.

    A page and the position after it are kept in one transaction, and only if the run still stands where this
    worker left it: so a run may be carried on by another worker at any moment, and two never both count.
    """

    def __init__(self, open_work: OpenWork, clock: Clock, documents: DocumentRules, erp: ErpGateway) -> None:
        self._open_work = open_work
        self._clock = clock
        self._documents = documents
        self._erp = erp

    async def __call__(self, run_id: UUID) -> None:
        """Returns when the run is over or in another worker's hands; Unavailable when our own store is."""
        async with self._open_work() as work:
            run = await work.runs.get(run_id)
        failures = 0
        while run is not None and run.status is SyncStatus.RUNNING:
            standing = run
            try:
                run = await self._step(standing)
                failures = 0
            except ErpAsksToWait as wait:
                failures += wait.failed
                if failures < FAILURES_IN_A_ROW:
                    run = await self._park(standing, wait.seconds)
                else:
                    run = await self._fail(standing, SyncFailure.UNAVAILABLE)
            except ErpProblem as problem:
                run = await self._fail(standing, _failure(problem))
            except Refused:
                # Somebody wrote the same client at the same moment: read the page again.
                failures += 1
                if failures == FAILURES_IN_A_ROW:
                    run = await self._fail(standing, SyncFailure.INTERNAL)
            except Unavailable:
                raise
            except Exception:
                await self._fail(standing, SyncFailure.INTERNAL)
                raise

    async def _step(self, run: SyncRunRecord) -> SyncRunRecord | None:
        """Read the next page and keep it."""
        if run.source != self._erp.source:
            raise ErpNotConfigured
        if run.stage is Entity.CLIENT:
            registers = await self._erp.clients(run.page + 1)
            return await self._keep_clients(run, registers)
        titles = await self._erp.receivables(run.page + 1)
        return await self._keep_receivables(run, titles)

    async def _keep_clients(self, run: SyncRunRecord, page: ErpPage[ErpClient]) -> SyncRunRecord | None:
        customers = [register for register in page.items if register.is_customer]
        codes = [theirs.code for theirs in customers]
        documents = [theirs.document for theirs in customers if theirs.document]
        async with self._open_work(Act(run.requested_by or run.source, "syncErp")) as work:
            await work.clients.hold(run.source, codes, documents)
            matcher = ClientMatcher(
                run.source,
                await work.clients.by_codes(run.source, codes),
                await work.clients.by_documents(documents),
                self._documents,
                self._clock.now(),
            )
            changes = matcher.match(customers)
            for client in changes.created.values():
                await work.clients.add(client)
            for client in changes.updated.values():
                await work.clients.save(client)
            counted = replace(
                run,
                record_count=run.record_count + len(customers) - len(changes.issues),
                clients_created=run.clients_created + len(changes.created),
                clients_updated=run.clients_updated + len(changes.updated),
            )
            await work.runs.set_aside(run.id, [*page.issues, *changes.issues])
            return await self._move(work, run, self._advanced(counted, page))

    async def _keep_receivables(self, run: SyncRunRecord, page: ErpPage[ErpTitle]) -> SyncRunRecord | None:
        async with self._open_work() as work:
            kept = await work.titles.keep(run.source, page.items, self._clock.now())
            counted = replace(
                run,
                record_count=run.record_count + len(page.items),
                receivables_created=run.receivables_created + kept.created,
                receivables_updated=run.receivables_updated + kept.updated,
            )
            await work.runs.set_aside(run.id, page.issues)
            return await self._move(work, run, self._advanced(counted, page))

    def _advanced(self, run: SyncRunRecord, page: ErpPage[ErpClient] | ErpPage[ErpTitle]) -> SyncRunRecord:
        return advance(run, page=page.number, last=page.last, now=self._clock.now())

    async def _park(self, run: SyncRunRecord, seconds: float) -> SyncRunRecord | None:
        """Show when the run goes on, and wait until then."""
        resumes_at = self._clock.now() + timedelta(seconds=seconds)
        async with self._open_work() as work:
            parked = await self._move(work, run, replace(run, resumes_at=resumes_at))
        if parked is not None:
            await self._clock.sleep(seconds)
        return parked

    async def _fail(self, run: SyncRunRecord, failure: SyncFailure) -> SyncRunRecord | None:
        ended = replace(
            run, status=SyncStatus.ERROR, failure=failure, finished_at=self._clock.now(), resumes_at=None
        )
        async with self._open_work() as work:
            return await self._move(work, run, ended)

    @staticmethod
    async def _move(work: Work, run: SyncRunRecord, moved: SyncRunRecord) -> SyncRunRecord | None:
        """Keep this work and the run's new position; None, and nothing kept, when it was elsewhere."""
        if not await work.runs.save(moved, expected_page=run.page, expected_stage=run.stage):
            return None
        await work.commit()
        return moved


def _failure(problem: ErpProblem) -> SyncFailure:
    match problem:
        case ErpRejectedCredentials():
            return SyncFailure.CREDENTIALS_REJECTED
        case ErpNotConfigured():
            return SyncFailure.NOT_CONFIGURED
        case _:
            return SyncFailure.BROKEN_ANSWER
