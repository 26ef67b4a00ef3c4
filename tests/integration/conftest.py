"""Units of work on real databases: one that is emptied before each test, or before each file.

Emptying a database takes a tenth of the time of making one, and leaves nothing to be written at the end.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypeAlias

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.engine import open_engine
from adapters.postgres.jobs import SyncJobs
from adapters.postgres.new_payments import PostgresNewPayments
from adapters.postgres.work import PostgresOpenWork
from bootstrap import Assembly
from ports.erp import ErpGateway
from ports.new_payments import NewPayments
from ports.work import OpenWork
from tests.conftest import TEMPLATE, database_of
from tests.integration.fake_erp import FakeErp, QuickClock
from tests.integration.hooked import Hooked, hooked_up
from tests.integration.records import register, title
from tests.running import TestClock, running_assembly, settings_for

Outage: TypeAlias = Callable[[], AbstractAsyncContextManager[None]]

CUT = "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE datname = %s"
BLANK = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
EMPTY = """
    SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend';
    SET session_replication_role = replica;
    DO $$
    DECLARE name text;
    BEGIN
        FOR name IN SELECT tablename FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
            EXECUTE format('DELETE FROM %I', name);
        END LOOP;
    END $$;
"""


@pytest.fixture(scope="session")
def databases(server: str) -> dict[str, str]:
    """The addresses of the three databases that all these tests share."""
    templates = {"own": TEMPLATE, "shared": TEMPLATE, "blank": "template0"}
    with psycopg.connect(server, autocommit=True) as connection:
        for name, template in templates.items():
            connection.execute(f"CREATE DATABASE integration_{name} TEMPLATE {template} STRATEGY wal_log")
    return {name: database_of(server, f"integration_{name}") for name in templates}


@pytest.fixture
def database_url(databases: dict[str, str]) -> str:
    """A migrated database that nobody uses and where nothing is kept."""
    return _after(databases["own"], EMPTY)


@pytest.fixture
def empty_database_url(databases: dict[str, str]) -> str:
    """A database that was never migrated."""
    return _after(databases["blank"], BLANK)


@pytest.fixture(scope="module")
async def shared_engine(databases: dict[str, str]) -> AsyncIterator[AsyncEngine]:
    """A migrated database for all tests of a file."""
    async with _opened(_after(databases["shared"], EMPTY)) as engine:
        yield engine


@pytest.fixture(scope="module")
def shared_work(shared_engine: AsyncEngine) -> OpenWork:
    """Units of work on the file's database. It has no worker."""
    return PostgresOpenWork(shared_engine, SyncJobs(""))


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    async with _opened(database_url) as engine:
        yield engine


@pytest.fixture
def open_work(engine: AsyncEngine, database_url: str) -> OpenWork:
    return PostgresOpenWork(engine, SyncJobs(database_url))


@pytest.fixture
async def new_payments(database_url: str) -> AsyncIterator[NewPayments]:
    opened = PostgresNewPayments(database_url, pooled=False)
    async with opened.strokes:
        yield opened


@pytest.fixture
def quick() -> QuickClock:
    return QuickClock()


@pytest.fixture
def erp() -> FakeErp:
    """Three pages of clients, two of receivables."""
    return FakeErp([register(str(n)) for n in range(1, 6)], [title(str(n)) for n in range(1, 4)])


@pytest.fixture
async def faked(database_url: str, quick: QuickClock, erp: FakeErp) -> AsyncIterator[Assembly]:
    """The application with the ERP in memory."""
    async with running_assembly(settings_for(), database_url, quick, {ErpGateway: erp}) as assembly:
        yield assembly


@pytest.fixture
async def hooked(database_url: str, clock: TestClock) -> AsyncIterator[Hooked]:
    """The application with the demo Omie, which tells it of changes."""
    async with hooked_up(database_url, clock) as hooked:
        yield hooked


@pytest.fixture
def outage(server: str, database_url: str) -> Outage:
    """The database takes nobody in for as long as the block lasts."""
    name = database_url.partition("?")[0].rpartition("/")[2]

    @asynccontextmanager
    async def out_of_order() -> AsyncIterator[None]:
        async with await psycopg.AsyncConnection.connect(server, autocommit=True) as admin:
            await admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            try:
                await admin.execute(CUT, [name])
                yield
            finally:
                await admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

    return out_of_order


def _after(address: str, script: str) -> str:
    with psycopg.connect(address) as connection:
        connection.execute(script.encode())
    return address


@asynccontextmanager
async def _opened(address: str) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(address)
    try:
        yield engine
    finally:
        await engine.dispose()
