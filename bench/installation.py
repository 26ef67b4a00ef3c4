"""Concilia and a demo Omie with many records, each in a process of its own, as an installation has them."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import psycopg

from adapters.omie.demo.app import DEMO_CREDENTIALS
from bench.database import database

CONCILIA = Path(sys.executable).parent / "concilia"
PATIENCE = 300.0


@dataclass(frozen=True, kw_only=True)
class Omie:
    """Seconds of its window and of each answer; how many records it has."""

    window: float
    latency: float
    clients: int
    titles: int


class Work(NamedTuple):
    """What a run asked of this machine; memory in bytes, at its highest."""

    seconds: float
    cpu: float
    memory: int


@dataclass(frozen=True)
class Installation:
    database: str
    omie: str
    environment: dict[str, str]
    home: Path

    def sync(self) -> Work:
        """A whole run, by a worker that lives as long as the run."""
        subprocess.run(
            [CONCILIA, "sync", "--full"], cwd=self.home, env=self.environment, check=True, **_QUIET
        )
        began = time.monotonic()
        worker = subprocess.Popen([CONCILIA, "worker"], cwd=self.home, env=self.environment)
        try:
            while self._runs() and time.monotonic() - began < PATIENCE:
                time.sleep(0.2)
            seconds = time.monotonic() - began
        finally:
            worker.terminate()
            _, _, used = os.wait4(worker.pid, 0)
        return Work(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)

    def asked(self, question: str) -> Any:
        """What the demo Omie tells of itself."""
        return httpx.get(f"{self.omie}/{question}").json()

    def _runs(self) -> bool:
        with psycopg.connect(self.database) as connection:
            found = connection.execute("SELECT FROM erp_sync_log WHERE status = 'RUNNING'").fetchone()
        return found is not None


_QUIET: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


@contextmanager
def installation(omie: Omie) -> Iterator[Installation]:
    with (
        _served(omie) as address,
        database() as database_url,
        tempfile.TemporaryDirectory(prefix="concilia-bench-") as home,
    ):
        environment = {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": database_url,
            "OMIE_APP_KEY": DEMO_CREDENTIALS.app_key,
            "OMIE_APP_SECRET": DEMO_CREDENTIALS.app_secret,
            "OMIE_BASE_URL": f"{address}/api/v1",
            "OMIE_WINDOW_SECONDS": str(omie.window),
            "AUTH_JWT_SECRET": "a secret of the bench, of at least thirty-two bytes",
        }
        yield Installation(database_url, address, environment, Path(home))


@contextmanager
def _served(omie: Omie) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    figures = [str(figure) for figure in (port, omie.window, omie.latency, omie.clients, omie.titles)]
    process = subprocess.Popen([sys.executable, "-m", "bench.erp", *figures])
    try:
        _until_it_listens(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _until_it_listens(port: int) -> None:
    """It first makes its books."""
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError
