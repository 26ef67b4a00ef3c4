"""The server as processes: which one leads it, how to end it, what a dead one leaves behind."""

import contextlib
import os
import signal
import time
from pathlib import Path

from adapters.embedded_postgres.errors import EmbeddedPostgresError
from adapters.embedded_postgres.locks import is_free
from adapters.embedded_postgres.places import Places

PROCESSES = Path("/proc")
PATIENCE = 20.0
PAUSE = 0.02


def halt(places: Places) -> None:
    """Stop the server, even one that is just starting, and return when not one process of it is left.

    For whoever holds `users.lock` alone.
    """
    deadline = time.monotonic() + PATIENCE
    while not is_free(places.server_lock):
        late = time.monotonic() - deadline
        if late > PATIENCE:
            raise EmbeddedPostgresError.with_log("Postgres does not stop", places.log)
        # SIGINT is the server's "fast" shutdown, SIGQUIT its "immediate" one; told twice, it heeds the first.
        _tell(places.data, signal.SIGQUIT if late > 0 else signal.SIGINT)
        time.sleep(PAUSE)
    with contextlib.suppress(OSError):
        places.sockets.rmdir()


def forget_dead(places: Places) -> None:
    """Remove the pid files of a server that is gone: Postgres respects them if their pid is in use again.

    For whoever holds `server.lock`. Only where one can see that the pid isn't a server on this data.
    """
    if not _visible():
        return
    if (pid := _leader(places.data)) is not None:
        raise EmbeddedPostgresError(f"somebody else runs a Postgres on {places.data} (pid {pid})")
    places.data.joinpath("postmaster.pid").unlink(missing_ok=True)
    for leftover in places.sockets.glob(".s.PGSQL.*"):
        leftover.unlink()


def _tell(data: Path, what: signal.Signals) -> None:
    # No leader: it is about to write its pid or, if it was killed, its children are about to notice.
    if (pid := _leader(data)) is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, what)


def _leader(data: Path) -> int | None:
    """The pid of the server on `data`. The pid file's word counts only if that process may be one."""
    try:
        pid = int(data.joinpath("postmaster.pid").read_text().split()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None
    return pid if not _visible() or _serves(pid, data) else None


def _visible() -> bool:
    return PROCESSES.joinpath("self").exists()


def _serves(pid: int, data: Path) -> bool:
    # By its command line, which all may read: in a container not even root may ask where another user works.
    try:
        command, *arguments = PROCESSES.joinpath(str(pid), "cmdline").read_text(errors="replace").split("\0")
    except OSError:
        return False
    told = arguments[arguments.index("-D") + 1] if "-D" in arguments else ""
    elsewhere = told.startswith("/") and Path(told).resolve() != data
    return Path(command).name == "postgres" and not elsewhere
