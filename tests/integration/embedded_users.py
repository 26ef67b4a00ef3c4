"""Processes that use an embedded server, and looks at what they leave behind."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from adapters.embedded_postgres.locks import is_free
from adapters.embedded_postgres.places import Places

CHECKOUT = Path(__file__).parents[2]
SITE = Path(psycopg.__file__).parents[1]
USER = """
import signal, sys
from pathlib import Path
from adapters.embedded_postgres import EmbeddedPostgres
signal.signal(signal.SIGTERM, lambda *_: sys.exit())
# A shell that runs the tests in the background has had it ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
server = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
try:
    print(server.start(), flush=True)
    sys.stdin.read()
finally:
    server.stop()
"""


@contextmanager
def open_folder() -> Iterator[Path]:
    """Not tmp_path: its parents are closed to others, and as root the server runs as somebody else."""
    folder = Path(tempfile.mkdtemp(prefix="embedded-"))
    folder.chmod(0o755)
    yield folder / "state"
    shutil.rmtree(folder)


def user(
    state: Path, python: str = sys.executable, run_as: str | None = None, site: Path = SITE
) -> subprocess.Popen[str]:
    """A process that uses the server until its stdin ends; its first line is the URL."""
    return subprocess.Popen(
        [python, "-c", USER, str(state)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"PATH": os.defpath, "PYTHONPATH": f"{CHECKOUT}:{site}", "PYTHONDONTWRITEBYTECODE": "1"},
        user=run_as,
        group=run_as,
        extra_groups=[] if run_as else None,
    )


def url_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def end(process: subprocess.Popen[str], how: signal.Signals | None = None) -> None:
    if how is not None:
        process.send_signal(how)
        process.wait(10)
    process.communicate(timeout=10)


def processes(state: Path) -> dict[int, str]:
    """Every living process with `state` on its command line: the server, its watchdog, a user."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = entry.joinpath("cmdline").read_text()
            if str(state) in command:
                found[int(entry.name)] = command
    return found


def soon(condition: Callable[[], bool], seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def gone(state: Path) -> bool:
    places = Places(state)
    return soon(lambda: not processes(state) and not places.sockets.exists() and is_free(places.server_lock))


def postmaster(state: Path) -> int:
    return int(Path(state, "pg", "postmaster.pid").read_text().split()[0])


def watchdogs(state: Path) -> list[int]:
    return [pid for pid, told in processes(state).items() if "watchdog" in told]


def write(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("DROP TABLE IF EXISTS kept")
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS row")


def rows(url: str) -> int:
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert found is not None
    return int(found[0])
