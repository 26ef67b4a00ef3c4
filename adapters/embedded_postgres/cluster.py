"""One database cluster: made, started, asked whether it answers."""

import shutil
import time
from pathlib import Path

from adapters.embedded_postgres.accounts import private_folder, server_account, settle
from adapters.embedded_postgres.binaries import find_binaries
from adapters.embedded_postgres.errors import EmbeddedPostgresError
from adapters.embedded_postgres.locks import EXCLUSIVE, NOW, locked
from adapters.embedded_postgres.places import Places
from adapters.embedded_postgres.postmaster import forget_dead

NAME = "concilia"
# Said aloud, so that PGPORT changes nothing.
PORT = "5432"
PATIENCE = 30.0
PAUSE = 0.02

INITDB = (
    f"--username={NAME}",
    "--auth=trust",
    "--encoding=UTF8",
    # The server's own locale: the same order of texts on every machine.
    "--locale-provider=builtin",
    "--locale=C.UTF-8",
    "--no-instructions",
)
SETTINGS = {
    "listen_addresses": "",
    "port": PORT,
    "max_connections": "100",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
MAKE_DATABASE = f"""
SELECT 'CREATE DATABASE {NAME}' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{NAME}')
\\gexec
"""  # noqa: S608 - a constant


def url(places: Places) -> str:
    """A libpq address of the database, as the owner of everything in it."""
    return f"postgresql://{NAME}@/{NAME}?host={places.sockets}"


class Cluster:
    """The server of one state folder. For whoever holds `start.lock` and a share of `users.lock`."""

    def __init__(self, places: Places, *, durable: bool) -> None:
        self._places = places
        self._durable = durable
        self._account = server_account()
        self._binaries = find_binaries(self._account)
        self._address = (f"--host={places.sockets}", f"--port={PORT}", f"--username={NAME}")

    def raise_up(self) -> None:
        """Return when the server answers and has the database."""
        settle(self._places, self._account)
        self._await()
        self._make_database()

    def _await(self) -> None:
        """Find the server answering, or start it once the last process of a dead one is gone."""
        deadline = time.monotonic() + PATIENCE
        while not self._started() and not self._answers():
            if time.monotonic() > deadline:
                raise EmbeddedPostgresError.with_log("Postgres runs, but does not answer", self._places.log)
            time.sleep(PAUSE)

    def _started(self) -> bool:
        """Start the server, unless some process of it lives."""
        with locked(self._places.server_lock, EXCLUSIVE | NOW) as life:
            if life is not None:
                self._start(life)
        return life is not None

    def _answers(self) -> bool:
        return self._binaries.run("pg_isready", *self._address) == 0

    def _start(self, life: int) -> None:
        """Every process of the server inherits the lock `life`."""
        data = self._places.data
        forget_dead(self._places)
        private_folder(self._places.sockets, self._account)
        if not data.joinpath("PG_VERSION").exists():
            self._initialise(data, life)
        start = ("start", "--wait", "--silent", f"--pgdata={data}", f"--options={self._options()}")
        self._do("Postgres did not start", "pg_ctl", *start, keep=life)

    def _initialise(self, data: Path, life: int) -> None:
        """Make the cluster under another name first, so that half of one never counts."""
        if data.exists() and any(data.iterdir()):
            raise EmbeddedPostgresError(f"{data} is not a database and not empty: move it away")
        draft = data.with_name("pg.new")
        if draft.exists():
            shutil.rmtree(draft)
        private_folder(draft, self._account)
        flags = INITDB if self._durable else (*INITDB, "--no-sync")
        self._do("Postgres could not make its data", "initdb", *flags, f"--pgdata={draft}", keep=life)
        draft.rename(data)

    def _options(self) -> str:
        settings = SETTINGS | {"unix_socket_directories": str(self._places.sockets)}
        settings |= {} if self._durable else FORGETFUL
        return " ".join(f"-c {name}={value}" for name, value in settings.items())

    def _make_database(self) -> None:
        flags = (*self._address, "--dbname=postgres", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1")
        self._do(f"Postgres could not make the database {NAME}", "psql", *flags, text=MAKE_DATABASE)

    def _do(self, failure: str, tool: str, *arguments: str, keep: int | None = None, text: str = "") -> None:
        with self._places.log.open("ab") as log:
            code = self._binaries.run(tool, *arguments, output=log, keep=keep, text=text)
        if code:
            raise EmbeddedPostgresError.with_log(failure, self._places.log)
