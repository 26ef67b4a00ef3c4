"""A server process of its own, and what it takes of the machine (Linux)."""

import logging
import multiprocessing
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import sleep

import httpx
import structlog
import uvicorn

from adapters.process import make_responsive
from bootstrap import assemble
from settings import Settings

SECRET = "only for as long as the bench runs, on loopback"  # noqa: S105
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
CORE = 0
"""Of the server; Postgres and the callers have the others."""


@dataclass(frozen=True)
class Server:
    address: str
    pid: int

    def memory(self) -> float:
        """MiB that are resident."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * PAGE / 1024**2

    def cpu(self) -> float:
        """Milliseconds since the start."""
        figures = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(figures[11]) + int(figures[12])) * 1000 / TICKS


def leave_its_core_to_the_server() -> None:
    """For this process and those that it starts; no matter where there is one core only."""
    if others := os.sched_getaffinity(0) - {CORE}:
        os.sched_setaffinity(0, others)


@contextmanager
def serving(database_url: str) -> Iterator[Server]:
    """The application behind a port of loopback, without demo data."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(database_url, port))
    process.start()
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/health/ready")
        yield Server(address, process.pid or 0)
    finally:
        process.terminate()
        process.join()


def _serve(database_url: str, port: int) -> None:
    os.sched_setaffinity(0, {CORE})
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    app = assemble(Settings(_env_file=None), database_url, SECRET).app()
    make_responsive()
    uvicorn.run(app, port=port, log_config=None, access_log=False)


def _wait_for(address: str) -> None:
    for _ in range(300):
        try:
            httpx.get(address).raise_for_status()
        except httpx.HTTPError:
            sleep(0.1)
        else:
            return
    raise TimeoutError(address)
