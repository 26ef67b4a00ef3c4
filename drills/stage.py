"""The processes of a drill: a Postgres, a demo Omie, and Concilia's workers."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg

import migrations
from adapters.embedded_postgres import EmbeddedPostgres
from adapters.omie.demo.app import DEMO_CREDENTIALS

CONCILIA = Path(sys.executable).parent / "concilia"
WINDOW, LATENCY = 0.5, 0.2
PATIENCE = 900.0


@dataclass(slots=True)
class Stage:
    database: str
    omie: str
    home: Path
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start_worker(self) -> subprocess.Popen[bytes]:
        worker = subprocess.Popen([CONCILIA, "worker"], cwd=self.home, env=self._environment(), **_QUIET)
        self.workers.append(worker)
        return worker

    def start_run(self) -> None:
        command = [str(CONCILIA), "sync", "--full"]
        subprocess.run(command, cwd=self.home, env=self._environment(), check=True, **_QUIET)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database) as connection:
            return connection.execute(query.encode()).fetchall()

    def status(self) -> str:
        """Of the newest run."""
        return str(self.rows("SELECT status FROM erp_sync_log ORDER BY started_at DESC LIMIT 1")[0][0])

    def wait_for_the_end(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while self.status() == "RUNNING" and time.monotonic() < deadline:
            time.sleep(0.2)

    def counters(self) -> dict[str, Any]:
        return dict(httpx.get(f"{self.omie}/counters").json())

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": self.database,
            "OMIE_APP_KEY": DEMO_CREDENTIALS.app_key,
            "OMIE_APP_SECRET": DEMO_CREDENTIALS.app_secret,
            "OMIE_BASE_URL": f"{self.omie}/api/v1",
            "OMIE_PAGE_SIZE": "5",
            "OMIE_WINDOW_SECONDS": str(WINDOW),
            "AUTH_JWT_SECRET": "a secret of the drills, of at least thirty-two bytes",
        }


_QUIET: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


@contextmanager
def stage(faults: float) -> Iterator[Stage]:
    with tempfile.TemporaryDirectory(prefix="concilia-drill-") as name:
        home = Path(name)
        home.chmod(0o755)
        with EmbeddedPostgres(home / "postgres", durable=False) as address, _omie(faults) as omie:
            migrations.upgrade(address)
            ready = Stage(address, omie, home)
            try:
                yield ready
            finally:
                _end(ready.workers)


@contextmanager
def _omie(faults: float) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = [str(port), str(WINDOW), str(LATENCY), str(faults)]
    process = subprocess.Popen([sys.executable, "-m", "drills.omie", *settings])
    try:
        _until_it_listens(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        _end([process])


def _until_it_listens(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(30)
