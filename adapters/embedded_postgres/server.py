"""Joining and leaving an embedded server."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from adapters.embedded_postgres.cluster import Cluster, url
from adapters.embedded_postgres.errors import EmbeddedPostgresError
from adapters.embedded_postgres.locks import EXCLUSIVE, NOW, SHARED, is_free, locked, take
from adapters.embedded_postgres.places import Places
from adapters.embedded_postgres.postmaster import halt

CODE = Path(__file__).parents[2]
PATIENCE = 2.0
PAUSE = 0.005


class EmbeddedPostgres:
    """A PostgreSQL server for all processes that name the same state folder, there while needed."""

    def __init__(self, state: Path, *, durable: bool = True) -> None:
        """`durable=False` is for tests: faster, but a power cut may cost the data."""
        self._places = Places(state.resolve())
        self._durable = durable
        self._share: int | None = None

    def start(self) -> str:
        """Make sure the server runs, join its users, return a libpq URL. Blocks: a second on a new folder.

        Raises `EmbeddedPostgresError`, with the server's last words, if it can't run.
        """
        self._places.state.mkdir(parents=True, exist_ok=True)
        if self._share is None:
            with locked(self._places.start_lock):
                self._join()
        return url(self._places)

    def stop(self) -> None:
        """Leave the users; if no other is left, the server is gone when this returns."""
        if self._share is not None:
            with locked(self._places.start_lock):
                self._leave()

    def __enter__(self) -> str:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _join(self) -> None:
        # Waits for a watchdog that is stopping the server just now.
        self._share = take(self._places.users_lock, SHARED)
        try:
            # Watched before it starts: if we are killed in the middle, the watchdog still finds it.
            with self._watched():
                Cluster(self._places, durable=self._durable).raise_up()
        except BaseException:
            self._leave()
            raise

    def _leave(self) -> None:
        """Nobody else joins or leaves meanwhile, so it is certain who is the last."""
        if self._share is not None:
            os.close(self._share)
            self._share = None
        with locked(self._places.users_lock, EXCLUSIVE | NOW) as alone:
            if alone is not None:
                halt(self._places)
        if alone is not None:
            self._await_watchdog()
            return
        # Either other users are left, then a share is free to have; or the watchdog is stopping the server.
        with locked(self._places.users_lock, SHARED):
            pass

    def _await_watchdog(self) -> None:
        """It has nothing left to do; wait, within reason, so that nothing of ours outlives us."""
        deadline = time.monotonic() + PATIENCE
        while not is_free(self._places.watchdog_lock) and time.monotonic() < deadline:
            time.sleep(PAUSE)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Start a watchdog unless there is one; it inherits its lock, so that there is never a second."""
        with locked(self._places.watchdog_lock, EXCLUSIVE | NOW) as life:
            if life is None:
                yield
                return
            with self._watchdog(life) as watchdog:
                yield
            if watchdog.returncode:
                raise EmbeddedPostgresError("the watchdog of the embedded Postgres did not start")

    def _watchdog(self, life: int) -> subprocess.Popen[bytes]:
        """A process that ends at once, and leaves the watchdog behind."""
        # That one needs the standard library only, so it can skip the look at site-packages.
        command = (sys.executable, "-S", "-m", f"{__package__}.watchdog", str(self._places.state), str(life))
        return subprocess.Popen(  # noqa: S603 - our own module, and no shell
            command,
            cwd=CODE,
            pass_fds=(life,),
            # A Ctrl-C in the terminal is for us, not for the watchdog.
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
