"""The stage of a drill: a Postgres and a demo Omie of its own, and Concilia as real processes."""

import asyncio
import os
import sys
import tempfile
from asyncio.subprocess import DEVNULL, Process, create_subprocess_exec
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from adapters.embedded_postgres import EmbeddedPostgres
from adapters.omie.demo.app import DEMO_CREDENTIALS, DemoOmie
from drills.omie import Network, connected
from drills.watch import Watch

CONCILIA = Path(sys.executable).parent / "concilia"
WINDOW = 15.0
"""Seconds; Omie's are 60. Longer than it takes to notice that a worker is gone, so that it matters."""
LATENCY = 0.2


@dataclass(slots=True)
class Stage:
    postgres: EmbeddedPostgres
    database: str
    demo: DemoOmie
    network: Network
    home: Path
    page_size: int
    workers: dict[int, Process] = field(default_factory=dict)
    """By the number that the job queue gave them."""
    watch: Watch = field(init=False)

    def __post_init__(self) -> None:
        self.watch = Watch(self.rows)

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        async with await psycopg.AsyncConnection.connect(self.database) as connection:
            return await (await connection.execute(query.encode())).fetchall()

    async def migrate(self) -> None:
        await self._done("migrate")

    async def sync(self) -> None:
        """Ask for a full one, or join the one that goes on."""
        await self._done("sync", "--full")

    async def start_workers(self, count: int) -> None:
        """Returns when they are ready to work."""
        for _ in range(count):
            worker = await self._concilia("worker")
            async for (number,) in self._polled("SELECT id FROM procrastinate_workers"):
                if number not in self.workers:
                    self.workers[number] = worker
                    break

    async def at_work(self) -> Process:
        """The worker that carries the run; one that was killed is none."""
        async for (number,) in self._polled(
            "SELECT worker_id FROM procrastinate_jobs WHERE status = 'doing'"
        ):
            worker = self.workers.get(number)
            if worker is not None and worker.returncode is None:
                return worker
        raise AssertionError

    async def in_mid_run(self) -> None:
        """The receivables are being read."""
        await self.watch.reached(2 * len(self.demo.book.clients))

    async def all_read_again(self) -> None:
        """Returns when there is no single record any more that is to be read again."""
        async for (left,) in self._polled("SELECT count(*) FROM erp_rereads"):
            if not left:
                return

    async def _polled(self, query: str) -> AsyncIterator[tuple[Any, ...]]:
        """The rows that it gives, again and again."""
        while True:
            for row in await self.rows(query):
                yield row
            await asyncio.sleep(0.1)

    async def _done(self, *arguments: str) -> None:
        process = await self._concilia(*arguments)
        if await process.wait():
            raise RuntimeError(f"concilia {' '.join(arguments)} failed")

    async def _concilia(self, *arguments: str) -> Process:
        environment = {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": self.database,
            "OMIE_APP_KEY": DEMO_CREDENTIALS.app_key,
            "OMIE_APP_SECRET": DEMO_CREDENTIALS.app_secret,
            "OMIE_BASE_URL": self.network.address,
            "OMIE_PAGE_SIZE": str(self.page_size),
            "OMIE_WINDOW_SECONDS": str(WINDOW),
            "AUTH_JWT_SECRET": "a secret of the drills, of at least thirty-two bytes",
        }
        return await create_subprocess_exec(
            CONCILIA, *arguments, cwd=self.home, env=environment, stdout=DEVNULL, stderr=DEVNULL
        )


@asynccontextmanager
async def stage(page_size: int) -> AsyncIterator[Stage]:
    """Everything on it is gone when the block ends."""
    demo = DemoOmie(window_seconds=WINDOW)
    demo.latency = LATENCY
    with _home() as home:
        postgres = EmbeddedPostgres(home / "postgres", durable=False)
        async with connected(demo) as network:
            try:
                address = await asyncio.to_thread(postgres.start)
                ready = Stage(postgres, address, demo, network, home, page_size)
                await ready.migrate()
                try:
                    async with ready.watch.watching():
                        yield ready
                finally:
                    await _end(ready.workers.values())
            finally:
                await asyncio.to_thread(postgres.stop)


@contextmanager
def _home() -> Iterator[Path]:
    """Postgres runs as another user where we are root, and has to get there."""
    with tempfile.TemporaryDirectory(prefix="concilia-drill-") as name:
        home = Path(name)
        home.chmod(0o755)
        yield home


async def _end(processes: Iterable[Process]) -> None:
    for process in processes:
        if process.returncode is None:
            process.terminate()
    await asyncio.gather(*(process.wait() for process in processes))
