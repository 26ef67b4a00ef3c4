"""One connection listens for all who watch a run in this process."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any
from uuid import UUID

import psycopg
import structlog

from adapters.postgres.engine import APPLICATION
from adapters.postgres.errors import StoreUnavailable, translated
from ports.errors import Problem
from ports.run_watch import RunWatch, UnknownRun
from ports.sync_runs import SyncRunRecord, SyncStatus
from ports.tasks import end
from ports.work import OpenWork

# Between two looks whether the connection still lives, besides what TCP itself notices.
SILENCE = 15.0
RETRY = 1.0
PATIENCE = 10.0
"""Seconds that a new watcher waits for somebody to listen."""

CONNECTION: dict[str, Any] = {
    "autocommit": True,
    "prepare_threshold": None,
    "connect_timeout": 5,
    "options": f"-c role={APPLICATION}",
    "application_name": "concilia-run-watch",
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}

log = structlog.get_logger()


class _Watcher:
    """Holds the newest state that was not taken yet, and nothing older."""

    def __init__(self) -> None:
        self._newest: SyncRunRecord | None = None
        self._changed = asyncio.Event()

    def give(self, run: SyncRunRecord | None) -> None:
        if run is None or run != self._newest:
            self._newest = run
            self._changed.set()

    async def take(self) -> SyncRunRecord | None:
        await self._changed.wait()
        self._changed.clear()
        return self._newest


class PostgresRunWatch(RunWatch):
    """A notification says which run has moved; it is read once, for all its watchers.

    The connection is opened with the first watcher, and again whenever it was lost; what is watched is then
    read anew, so nothing that happened meanwhile is missed.
    """

    def __init__(self, database_url: str, open_work: OpenWork) -> None:
        """`database_url` leads to the server itself: a pooler would lose the notifications."""
        self._url = database_url
        self._open_work = open_work
        self._watchers: dict[UUID, set[_Watcher]] = {}
        # One reader at a time, so that no older state comes after a newer one.
        self._reading = asyncio.Lock()
        self._listening = asyncio.Event()
        self._listener: asyncio.Task[None] | None = None

    async def changes(self, run_id: UUID) -> AsyncGenerator[SyncRunRecord, None]:
        watcher = _Watcher()
        self._watchers.setdefault(run_id, set()).add(watcher)
        try:
            await self._listen()
            await self._read([run_id])
            while True:
                run = await watcher.take()
                if run is None:
                    raise UnknownRun
                yield run
                if run.status is not SyncStatus.RUNNING:
                    return
        finally:
            self._watchers[run_id].discard(watcher)
            if not self._watchers[run_id]:
                del self._watchers[run_id]

    @property
    def watched(self) -> int:
        """How many watch at this moment."""
        return sum(map(len, self._watchers.values()))

    async def close(self) -> None:
        if self._listener is not None:
            await end(self._listener)
            self._listener = None

    async def _listen(self) -> None:
        """Returns when changes are heard of."""
        if self._listener is None or self._listener.done():
            self._listener = asyncio.create_task(self._keep_listening())
        try:
            async with asyncio.timeout(PATIENCE):
                await self._listening.wait()
        except TimeoutError:
            raise StoreUnavailable("nobody can listen for changes") from None

    async def _keep_listening(self) -> None:
        while True:
            try:
                with translated():
                    await self._hear()
            except (Problem, TimeoutError) as lost:
                log.warning("run_watch.lost", error=str(lost.__cause__ or lost))
            finally:
                self._listening.clear()
            await asyncio.sleep(RETRY)

    async def _hear(self) -> None:
        async with await psycopg.AsyncConnection.connect(self._url, **CONNECTION) as connection:
            await connection.execute("LISTEN sync_runs")
            self._listening.set()
            await self._read(list(self._watchers))
            while True:
                async for told in connection.notifies(timeout=SILENCE):
                    await self._read([run_id for run_id in self._watchers if str(run_id) == told.payload])
                async with asyncio.timeout(PATIENCE):
                    await connection.execute("SELECT 1")

    async def _read(self, run_ids: Sequence[UUID]) -> None:
        """Tell the watchers of these runs how they stand."""
        if not run_ids:
            return
        async with self._reading, self._open_work() as work:
            for run_id in run_ids:
                run = await work.runs.get(run_id)
                for watcher in self._watchers.get(run_id, ()):
                    watcher.give(run)
