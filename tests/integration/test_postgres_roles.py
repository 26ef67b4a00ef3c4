"""Who may touch the sync's log, asked of the database, under a login that owns and inherits nothing."""

from collections.abc import AsyncIterator

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from adapters.postgres.errors import StoreUnavailable
from bootstrap import Assembly
from core.use_cases.cancel_sync import CancelSync
from core.use_cases.reconcile_period import ReconcilePeriod
from core.use_cases.run_sync import RunSync
from core.use_cases.start_sync import StartSync
from ports.paging import PageRequest
from ports.sync_runs import SyncMode, SyncStatus, SyncTrigger
from ports.work import Duty, OpenWork
from tests.integration.records import NOVEMBER
from tests.running import TestClock, running_assembly, settings_for

LOGIN = "concilia_test_login"
MEMBER = f"""
    DO $$ BEGIN
        CREATE ROLE {LOGIN} LOGIN NOINHERIT;
    EXCEPTION WHEN duplicate_object THEN
    END $$;
    GRANT concilia_app, concilia_director, concilia_sync TO {LOGIN};
"""


@pytest.fixture
def member_url(database_url: str) -> str:
    """The same database under a login that may do nothing but take roles."""
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute(MEMBER.encode())
    address, _, options = database_url.partition("?")
    others = [option for option in options.split("&") if not option.startswith("user=")]
    return f"{address}?{'&'.join([*others, f'user={LOGIN}'])}"


@pytest.fixture
async def member(member_url: str, clock: TestClock) -> AsyncIterator[Assembly]:
    async with running_assembly(settings_for(), member_url, clock) as assembly:
        yield assembly


async def test_a_sync_from_start_to_end(member: Assembly) -> None:
    run = await member.get(StartSync)(None, SyncTrigger.MUTATION, "ana")
    await member.get(RunSync)(run.id)
    async with member.get(OpenWork)(duty=Duty.DIRECTION) as work:
        ended = await work.runs.get(run.id)
        assert (await work.runs.issues(run.id, PageRequest())).items
    assert ended is not None
    assert ended.status is SyncStatus.SUCCESS
    assert (await member.get(ReconcilePeriod)(NOVEMBER, None)).data_as_of == ended.started_at


async def test_starting_and_cancelling(member: Assembly) -> None:
    run = await member.get(StartSync)(SyncMode.FULL, SyncTrigger.MUTATION, None)
    assert (await member.get(CancelSync)(run.id)).status is SyncStatus.CANCELLED


@pytest.mark.parametrize(("duty", "seen"), [(Duty.BUSINESS, 0), (Duty.DIRECTION, 1), (Duty.SYNC, 1)])
async def test_who_sees_the_log(member: Assembly, duty: Duty, seen: int) -> None:
    run = await member.get(StartSync)(None, SyncTrigger.MUTATION, None)
    async with member.get(OpenWork)(duty=duty) as work:
        assert await work.runs.count(None) == seen
        assert (await work.runs.get(run.id) is not None) is bool(seen)


@pytest.mark.parametrize("role", ["concilia_app", "concilia_director"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE erp_sync_log SET requested_by = 'nobody'",
        "DELETE FROM erp_sync_log",
        "INSERT INTO erp_sync_issues (id) VALUES (gen_random_uuid())",
        "TRUNCATE erp_sync_log CASCADE",
        "ALTER TABLE erp_sync_log DISABLE ROW LEVEL SECURITY",
        "DROP POLICY read_by_directors ON erp_sync_log",
    ],
)
async def test_who_may_not_write_it(member: Assembly, role: str, statement: str) -> None:
    await member.get(StartSync)(None, SyncTrigger.MUTATION, None)
    async with member.engine.connect() as connection:
        await connection.execute(text(f"SET LOCAL ROLE {role}"))
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
            await connection.execute(text(statement))


async def test_the_login_itself_may_do_nothing(member: Assembly, member_url: str) -> None:
    async with await psycopg.AsyncConnection.connect(member_url) as connection:
        for table in ("payments", "erp_sync_log", "audit_entries"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await connection.execute(f"SELECT FROM {table}".encode())
            await connection.rollback()
    async with member.engine.begin() as connection:
        await connection.execute(text("SELECT FROM payments"))


async def test_a_role_ends_with_its_transaction(member: Assembly) -> None:
    async with member.get(OpenWork)(duty=Duty.SYNC):
        pass
    async with member.engine.begin() as connection:
        assert (await connection.execute(text("SELECT current_user"))).scalar_one() == "concilia_app"


async def test_a_login_without_the_roles_is_told_so(
    database_url: str, member_url: str, clock: TestClock
) -> None:
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute(f"REVOKE concilia_app, concilia_director, concilia_sync FROM {LOGIN}".encode())
    with pytest.raises(StoreUnavailable, match="grant it the roles"):
        async with running_assembly(settings_for(), member_url, clock):
            pass


async def test_a_server_that_was_never_migrated(empty_database_url: str, clock: TestClock) -> None:
    with pytest.raises(StoreUnavailable, match="concilia migrate"):
        async with running_assembly(settings_for(), empty_database_url, clock):
            pass
