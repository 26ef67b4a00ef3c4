"""The job queue: procrastinate, in the same database and, for enqueueing, in the same transaction."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID

import procrastinate
import structlog
from procrastinate import jobs as procrastinate_jobs
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ports.jobs import JobQueue

QUEUE = "sync"
HEARTBEAT = 2.0
STALLED = 7.0
"""Seconds without a heartbeat after which a worker counts as gone."""
ROUND = 3.0
"""Seconds between two looks for runs that nobody works on."""

_ALIVE = text(
    """
    SELECT EXISTS (
        SELECT FROM procrastinate_jobs AS job
        LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id
        WHERE job.task_name = 'sync' AND job.args ->> 'run_id' = :run_id
          AND (job.status = 'todo'
               OR job.status = 'doing'
                  AND worker.last_heartbeat > clock_timestamp() - make_interval(secs => :stalled))
    )
    """
)

log = structlog.get_logger()


class SyncJobs:
    """The queue's application: one task, `sync`."""

    def __init__(self, database_url: str) -> None:
        self._app = procrastinate.App(
            connector=procrastinate.PsycopgConnector(
                conninfo=database_url, min_size=1, max_size=4, kwargs={"prepare_threshold": None}
            )
        )

    async def defer(self, connection: Any, run_id: UUID) -> None:
        """Enqueue in the transaction of this psycopg connection."""
        task = self._app.configure_task("sync", queue=QUEUE, connection=connection)
        await task.defer_async(run_id=str(run_id))

    @asynccontextmanager
    async def worker(
        self, run_sync: Callable[[UUID], Awaitable[None]], rescue: Callable[[], Awaitable[int]]
    ) -> AsyncIterator[asyncio.Task[None]]:
        """A worker for as long as the block lasts; what it was doing is handed over at the end."""

        async def sync(run_id: str) -> None:
            await run_sync(UUID(run_id))

        if "sync" not in self._app.tasks:
            self._app.task(name="sync", queue=QUEUE)(sync)
        async with self._app.open_async():
            worker = asyncio.create_task(
                self._app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=2,
                    install_signal_handlers=False,
                    fetch_job_polling_interval=1.0,
                    update_heartbeat_interval=HEARTBEAT,
                    stalled_worker_timeout=STALLED,
                    shutdown_graceful_timeout=0.5,
                    delete_jobs="successful",
                )
            )
            watch = asyncio.create_task(self._watch(rescue))
            try:
                yield worker
            finally:
                watch.cancel()
                worker.cancel()
                with suppress(asyncio.CancelledError):
                    await worker

    async def _watch(self, rescue: Callable[[], Awaitable[int]]) -> None:
        """Again and again: bury the jobs of dead workers, hand out the runs that nobody works on."""
        while True:
            try:
                stalled = await self._app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED)
                for job in stalled:
                    await self._app.job_manager.finish_job(
                        job, procrastinate_jobs.Status.FAILED, delete_job=False
                    )
                if handed_out := await rescue():
                    log.warning("sync.handed_out", runs=handed_out)
            except Exception as error:  # noqa: BLE001
                # The watch must outlive a restart of the database.
                log.warning("sync.watch_failed", error=type(error).__name__)
            await asyncio.sleep(ROUND)


class PostgresJobs(JobQueue):
    def __init__(self, connection: AsyncConnection, jobs: SyncJobs) -> None:
        self._connection = connection
        self._jobs = jobs

    async def enqueue_sync(self, run_id: UUID) -> None:
        raw = await self._connection.get_raw_connection()
        await self._jobs.defer(raw.driver_connection, run_id)

    async def sync_is_alive(self, run_id: UUID) -> bool:
        found = await self._connection.execute(_ALIVE, {"run_id": str(run_id), "stalled": STALLED})
        return bool(found.scalar_one())
