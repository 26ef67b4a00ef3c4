"""The job queue: procrastinate, in the same database and, for enqueueing, in the same transaction."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any, TypeAlias
from uuid import UUID

import procrastinate
import structlog
from procrastinate.jobs import Status
from procrastinate.worker import Worker
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.contextvars import bound_contextvars

from adapters.postgres.engine import APPLICATION
from adapters.postgres.errors import translated
from adapters.rounds import in_rounds
from ports.errors import Problem
from ports.jobs import JobQueue
from ports.tasks import end

RunSync: TypeAlias = Callable[[UUID], Coroutine[Any, Any, None]]
Rescue: TypeAlias = Callable[[], Awaitable[int]]

CONNECTION = {"prepare_threshold": None, "options": f"-c role={APPLICATION}"}
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
                conninfo=database_url, min_size=1, max_size=4, kwargs=CONNECTION
            )
        )

    async def defer(self, connection: Any, run_id: UUID) -> None:
        """Enqueue in the transaction of this psycopg connection."""
        task = self._app.configure_task("sync", queue=QUEUE, connection=connection)
        await task.defer_async(run_id=str(run_id))

    @asynccontextmanager
    async def worker(self, run_sync: RunSync, rescue: Rescue) -> AsyncIterator[None]:
        """A worker for as long as the block lasts; what it was doing is handed over at the end.

        It is told to stop rather than cancelled: asyncio of Python 3.11 may lose a cancellation that meets
        the end of a query.
        """
        running: set[asyncio.Task[None]] = set()
        stopping = asyncio.Event()

        async def sync(run_id: str) -> None:
            with bound_contextvars(run_id=run_id):
                run = asyncio.create_task(run_sync(UUID(run_id)))
                running.add(run)
                run.add_done_callback(running.discard)
                log.info("sync.taken_up")
                try:
                    await run
                except Exception as error:
                    log.warning("sync.broke_off", error=type(error).__name__)
                    raise
                finally:
                    log.info("sync.left")

        self._app.tasks.pop("sync", None)
        self._app.task(name="sync", queue=QUEUE)(sync)
        async with self._app.open_async():
            work = asyncio.create_task(self._work(stopping))
            try:
                async with in_rounds("sync.watch", partial(self._watch, rescue), pause=ROUND):
                    yield
            finally:
                stopping.set()
                stopped = bool(running)
                await end(*running)
                await work
                if stopped:
                    await self._hand_over(rescue)

    async def _work(self, stopping: asyncio.Event) -> None:
        """A procrastinate worker, and a new one whenever it has ended for want of the database."""
        while not stopping.is_set():
            worker = Worker(
                self._app,
                queues=[QUEUE],
                concurrency=2,
                install_signal_handlers=False,
                fetch_job_polling_interval=1.0,
                update_heartbeat_interval=HEARTBEAT,
                stalled_worker_timeout=STALLED,
                delete_jobs="successful",
            )
            work, stop = asyncio.create_task(worker.run()), asyncio.create_task(stopping.wait())
            await asyncio.wait((work, stop), return_when=asyncio.FIRST_COMPLETED)
            stop.cancel()
            worker.stop()
            try:
                await work
            except procrastinate.exceptions.ConnectorException as error:
                log.warning("sync.worker_ended", error=str(error.__cause__ or error))
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), 1)

    async def _watch(self, rescue: Rescue) -> None:
        """Bury the jobs of dead workers, hand out the runs that nobody works on."""
        with translated():
            await self._bury()
        if handed_out := await rescue():
            log.warning("sync.handed_out", runs=handed_out)

    async def _hand_over(self, rescue: Rescue) -> None:
        """Others need not wait for their next look; without the database they will have to."""
        try:
            await rescue()
        except Problem as problem:
            log.warning("sync.not_handed_over", error=str(problem.__cause__ or problem))

    async def _bury(self) -> None:
        manager = self._app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
            await manager.finish_job(job, Status.FAILED, delete_job=False)


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
