"""A unit of work happens whole or not at all, and nothing of the libraries below leaves it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.engine import open_engine, sqlalchemy_url
from adapters.postgres.errors import StoreBroken, StoreUnavailable, translated
from adapters.postgres.health import is_ready
from adapters.postgres.jobs import SyncJobs
from adapters.postgres.quota import PostgresQuota
from adapters.postgres.work import PostgresOpenWork, PostgresWork
from ports.erp import Entity, ErpIssue, IssueCode
from ports.errors import Missing, Problem, Refused, Unavailable
from ports.ids import new_id
from ports.payments import PaymentFilter
from ports.work import Duty, OpenWork, Work
from tests.integration.records import NOW, TODAY, add_payments, client, payment, run, sql, title

EVERYTHING = PaymentFilter()
ISSUE = ErpIssue(entity=Entity.CLIENT, external_id="1", code=IssueCode.UNREADABLE)


async def count(open_work: OpenWork) -> int:
    async with open_work(duty=Duty.SYNC) as work:
        return await work.payments.count(EVERYTHING, TODAY)


async def test_what_is_not_committed_never_happened(open_work: OpenWork) -> None:
    async with open_work(duty=Duty.SYNC) as work:
        await work.payments.add_all([payment()])
        assert await work.payments.count(EVERYTHING, TODAY) == 1
        assert await count(open_work) == 0
    assert await count(open_work) == 0


async def test_an_error_takes_everything_back(open_work: OpenWork) -> None:
    async def stumble() -> None:
        async with open_work(duty=Duty.SYNC) as work:
            await work.payments.add_all([payment()])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await stumble()
    with pytest.raises(Refused):
        await add_payments(open_work, payment(external_id="1"), payment(codigo="\ud800"))
    assert await count(open_work) == 0


async def test_what_is_committed_stays(open_work: OpenWork) -> None:
    async def stumble() -> None:
        async with open_work(duty=Duty.SYNC) as work:
            await work.payments.add_all([payment()])
            await work.clients.add(client())
            await work.commit()
            await work.payments.add_all([payment()])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await stumble()
    assert await count(open_work) == 1


async def test_a_cancelled_work_is_rolled_back_and_its_connection_goes_back(database_url: str) -> None:
    engine = open_engine(database_url, pool_size=1)
    open_work = PostgresOpenWork(engine, SyncJobs(database_url))

    async def dawdle() -> None:
        async with open_work(duty=Duty.SYNC) as work:
            await work.payments.add_all([payment()])
            await asyncio.sleep(60)

    for _ in range(3):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(dawdle(), 0.1)
    assert await count(open_work) == 0
    await engine.dispose()


async def _twice(work: Work) -> None:
    record = client()
    await work.clients.add(record)
    await work.clients.add(record)


FOREIGN: dict[str, tuple[type[Problem], Callable[[Work], Awaitable[object]]]] = {
    "a text the database cannot hold": (
        Refused,
        lambda work: work.payments.add_all([payment(codigo="a\x00")]),
    ),
    "a text nobody can hold": (Refused, lambda work: work.payments.add_all([payment(codigo="\ud800")])),
    "an amount too large": (
        Refused,
        lambda work: work.titles.keep("demo", [title("1", amount=Decimal("1e15"))], NOW),
    ),
    "a search with a zero byte": (
        Refused,
        lambda work: work.payments.count(PaymentFilter(search="a\x00"), TODAY),
    ),
    "a broken constraint": (
        StoreBroken,
        lambda work: work.payments.add_all([payment(valor_total=Decimal("1.00"))]),
    ),
    "an id that is taken": (StoreBroken, _twice),
    "no row where one must be": (StoreBroken, lambda work: work.rules.newest()),
    "issues of no run": (Problem, lambda work: work.runs.set_aside(new_id(), [ISSUE])),
}


@pytest.mark.parametrize(("kind", "act"), FOREIGN.values(), ids=FOREIGN)
async def test_nothing_foreign_escapes(
    shared_work: OpenWork, kind: type[Problem], act: Callable[[Work], Awaitable[object]]
) -> None:
    with pytest.raises(kind) as caught:
        async with shared_work(duty=Duty.SYNC) as work:
            await act(work)
    assert type(caught.value).__module__.split(".")[0] in {"ports", "adapters"}
    async with shared_work(duty=Duty.SYNC) as work:
        with pytest.raises(Missing):
            await work.payments.for_update(new_id())


ACTS: dict[str, Callable[[Work], Awaitable[object]]] = {
    "a query": lambda work: work.payments.count(EVERYTHING, TODAY),
    "an insert": lambda work: work.payments.add_all([payment()]),
    "a job": lambda work: work.jobs.enqueue_sync(new_id()),
    "a look at the jobs": lambda work: work.jobs.sync_is_alive(new_id()),
    "a commit": lambda work: work.commit(),
}


async def kill(engine: AsyncEngine, open_work: OpenWork, act: Callable[[Work], Awaitable[object]]) -> None:
    """Do it on a connection that the server has just closed."""
    async with open_work(duty=Duty.SYNC) as work:
        assert isinstance(work, PostgresWork)
        await work.runs.start(run())
        pid = (await work._connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        await sql(engine, "SELECT pg_terminate_backend(:pid, 1000)", pid=pid)
        await act(work)


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
async def test_a_connection_that_is_cut(
    engine: AsyncEngine, open_work: OpenWork, act: Callable[[Work], Awaitable[object]]
) -> None:
    with pytest.raises(StoreUnavailable):
        await kill(engine, open_work, act)
    assert await count(open_work) == 0


async def test_a_queue_that_is_not_there(open_work: OpenWork) -> None:
    async def enqueue() -> None:
        async with open_work(duty=Duty.SYNC) as work:
            assert isinstance(work, PostgresWork)
            await work._connection.execute(text("DROP TABLE procrastinate_jobs CASCADE"))
            await work.jobs.enqueue_sync(new_id())

    with pytest.raises(Problem):
        await enqueue()


async def test_a_connection_that_idled_too_long(engine: AsyncEngine, open_work: OpenWork) -> None:
    async def idle() -> None:
        async with open_work(duty=Duty.SYNC) as work:
            assert isinstance(work, PostgresWork)
            await work._connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 50"))
            await asyncio.sleep(0.3)
            await work.payments.add_all([payment()])

    with pytest.raises(StoreUnavailable):
        await idle()
    assert await count(open_work) == 0


async def test_no_server(tmp_path: Path) -> None:
    address = f"postgresql:///concilia?host={tmp_path}&user=nobody"
    engine = open_engine(address)
    open_work = PostgresOpenWork(engine, SyncJobs(address))
    with pytest.raises(StoreUnavailable) as caught:
        await count(open_work)
    assert isinstance(caught.value, Unavailable)
    assert str(tmp_path) not in str(caught.value)
    quota = PostgresQuota(engine, per_method=1, in_all=1, in_flight=1, window_seconds=1)
    with pytest.raises(StoreUnavailable):
        await quota.reserve("account", "method", "fingerprint")
    assert not await is_ready(engine)
    await engine.dispose()


async def test_no_connection_free(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_engine(database_url, pool_size=1)
    monkeypatch.setattr(engine.pool, "_timeout", 0.1)
    open_work = PostgresOpenWork(engine, SyncJobs(database_url))
    async with open_work():
        with pytest.raises(StoreUnavailable):
            await count(open_work)
    assert await count(open_work) == 0
    await engine.dispose()


async def test_ready_when_migrated(engine: AsyncEngine, empty_database_url: str) -> None:
    assert await is_ready(engine)
    empty = open_engine(empty_database_url)
    assert not await is_ready(empty)
    with pytest.raises(Problem):
        await count(PostgresOpenWork(empty, SyncJobs(empty_database_url)))
    await empty.dispose()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_any_scheme_becomes_the_driver_we_use(scheme: str) -> None:
    url = sqlalchemy_url(f"{scheme}://ana:p%40ss@db.example:5432/concilia?sslmode=require")
    assert url.drivername == "postgresql+psycopg"
    assert (url.password, url.host, url.query["sslmode"]) == ("p@ss", "db.example", "require")


def test_what_is_ours_passes_through() -> None:
    problem = Missing("id")
    with pytest.raises(Missing) as caught, translated():
        raise problem
    assert caught.value is problem


async def test_the_database_speaks_utc(engine: AsyncEngine) -> None:
    assert (await sql(engine, "SHOW timezone"))[0][0] == "UTC"


async def test_a_connection_back_in_the_pool_carries_nothing_over(database_url: str) -> None:
    engine = open_engine(database_url, pool_size=1)
    open_work = PostgresOpenWork(engine, SyncJobs(database_url))
    record = payment()
    await add_payments(open_work, record)
    async with open_work(duty=Duty.SYNC) as work:
        await work.payments.save(replace(record, codigo="lost"))
    async with open_work(duty=Duty.SYNC) as work:
        assert await work.payments.get(record.id) == record
    await engine.dispose()


async def test_a_statement_has_a_time_to_end_in(open_work: OpenWork) -> None:
    async with open_work() as work:
        assert isinstance(work, PostgresWork)
        found = await work._connection.execute(text("SHOW statement_timeout"))
        assert found.scalar_one() == "1min"
