"""A real Postgres for every test that stores: one migrated template, cloned in a moment for each test."""

import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

import migrations
from adapters.embedded_postgres import EmbeddedPostgres
from bootstrap import Assembly
from tests.running import TestClock, running_assembly, settings_for

MEMORY = Path("/dev/shm")
"""Where a clone of the template takes a tenth of the time, on machines that have it."""

TEMPLATE = "template_concilia"


@pytest.fixture(scope="session", autouse=True)
def _no_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No variable and no .env of the machine reaches a test."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATABASE_URL", "OMIE_APP_KEY", "OMIE_APP_SECRET", "AUTH_JWT_SECRET", "APP_ENV"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="session", autouse=True)
def _interruptible() -> None:
    """The processes of tests hear Ctrl-C, also where the shell that started these tests ignores it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Address of a throw-away server, without a database's name at its end."""
    folder = Path(tempfile.mkdtemp(prefix="concilia-tests-", dir=MEMORY if MEMORY.is_dir() else None))
    # As root, Postgres runs as another user, who has to reach the folder.
    folder.chmod(0o755)
    with EmbeddedPostgres(folder, durable=False) as address:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {TEMPLATE}")
        migrations.upgrade(database_of(address, TEMPLATE))
        yield address
    shutil.rmtree(folder)


def database_of(server: str, name: str) -> str:
    return server.replace("/concilia?", f"/{name}?")


def new_database(server: str) -> str:
    """An empty, migrated database."""
    name = f"test_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy")
    return database_of(server, name)


@pytest.fixture
def database_url(server: str) -> Iterator[str]:
    """An empty, migrated database of the test's own."""
    address = new_database(server)
    yield address
    name = address.split("?")[0].rsplit("/", 1)[1]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
async def assembly(database_url: str, clock: TestClock) -> AsyncIterator[Assembly]:
    """The application's own assembly, on the test's database, with the demo Omie and a clock of ours."""
    async with running_assembly(settings_for(), database_url, clock) as assembled:
        yield assembled
