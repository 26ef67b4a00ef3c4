"""The worker carries runs out, whoever started them and whoever died over them."""

import asyncio
from collections.abc import Awaitable, Callable

from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from adapters.postgres.jobs import STALLED
from bootstrap import Assembly
from core.sync_plan import current
from ports.erp import Entity, ErpGateway
from ports.sync_runs import SyncFailure, SyncRunRecord, SyncStatus
from ports.work import Duty, OpenWork
from tests.integration.conftest import Outage
from tests.integration.fake_erp import FakeErp, QuickClock
from tests.integration.records import assert_failed, run, sql, started, the_run, until
from tests.running import running_assembly, settings_for

CLIENT, RECEIVABLE = Entity.CLIENT, Entity.RECEIVABLE
JOBS = "SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status"
DOING = """
    WITH theirs AS (
        INSERT INTO procrastinate_workers (last_heartbeat)
        VALUES (now() - make_interval(secs => :age)) RETURNING id
    )
    UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM theirs)
"""


def over(assembly: Assembly, record: SyncRunRecord) -> Callable[[], Awaitable[bool]]:
    async def asked() -> bool:
        return (await the_run(assembly.get(OpenWork), record)).status is not SyncStatus.RUNNING

    return asked


async def jobs(assembly: Assembly) -> dict[str, int]:
    return dict(await sql(assembly.engine, JOBS))


async def ended(assembly: Assembly, record: SyncRunRecord) -> SyncRunRecord:
    await until(over(assembly, record))
    return await the_run(assembly.get(OpenWork), record)


async def test_a_run_of_the_demo(assembly: Assembly) -> None:
    async with assembly.worker():
        record = await ended(assembly, await started(assembly))
    assert (record.status, record.failure) == (SyncStatus.SUCCESS, None)
    assert record.record_count > record.clients_created + record.receivables_created > 0
    assert await jobs(assembly) == {}


async def test_a_run_that_waited_for_a_worker(faked: Assembly) -> None:
    record = await started(faked)
    async with faked.worker():
        assert (await ended(faked, record)).record_count == 8


async def test_one_run_after_the_other(faked: Assembly) -> None:
    async with faked.worker():
        for _ in range(3):
            assert (await ended(faked, await started(faked))).status is SyncStatus.SUCCESS


async def test_a_failed_run_leaves_the_worker_at_work(faked: Assembly, erp: FakeErp) -> None:
    erp.fail_before = {(CLIENT, 1): [ZeroDivisionError()]}
    async with faked.worker():
        assert_failed(await ended(faked, await started(faked)), SyncFailure.INTERNAL)
        assert (await ended(faked, await started(faked))).status is SyncStatus.SUCCESS
    assert await jobs(faked) == {"failed": 1}


async def test_log_lines_of_a_run_bear_its_id(faked: Assembly, erp: FakeErp) -> None:
    erp.fail_before = {(CLIENT, 1): [ZeroDivisionError()]}
    with capture_logs(processors=[merge_contextvars]) as lines:
        async with faked.worker():
            records = [await ended(faked, await started(faked)) for _ in range(2)]
    told = [[line["event"] for line in lines if line.get("run_id") == str(record.id)] for record in records]
    assert told == [["sync.taken_up", "sync.broke_off", "sync.left"], ["sync.taken_up", "sync.left"]]


async def test_a_job_of_a_dead_worker_is_taken_up_again(faked: Assembly) -> None:
    record = await started(faked)
    await sql(faked.engine, DOING, age=STALLED + 1)
    async with faked.worker():
        assert (await ended(faked, record)).record_count == 8
    assert await jobs(faked) == {"failed": 1}


async def test_an_orphan_is_taken_up(faked: Assembly) -> None:
    record = run(source="fake")
    async with faked.get(OpenWork)(duty=Duty.SYNC) as work:
        await work.runs.start(record)
        await work.commit()
    async with faked.worker():
        assert (await ended(faked, record)).record_count == 8


async def test_a_job_in_good_hands_is_left_there(faked: Assembly, erp: FakeErp) -> None:
    record = await started(faked)
    await sql(faked.engine, DOING, age=0)
    async with faked.worker():
        await asyncio.sleep(0.3)
    assert erp.asked == []
    assert await jobs(faked) == {"doing": 1}
    assert not await over(faked, record)()


async def test_a_stopped_worker_hands_its_run_over(faked: Assembly, erp: FakeErp) -> None:
    erp.hold_at = (RECEIVABLE, 1)
    async with faked.worker():
        record = await started(faked)
        await asyncio.wait_for(erp.held.wait(), 10)
    assert await jobs(faked) == {"aborted": 1, "todo": 1}
    stopped = await the_run(faked.get(OpenWork), record)
    assert (stopped.status, current(stopped).entity, stopped.clients_created) == (
        SyncStatus.RUNNING,
        RECEIVABLE,
        5,
    )
    erp.hold_at = None
    async with faked.worker():
        record = await ended(faked, record)
    assert (record.status, record.clients_created, record.record_count) == (SyncStatus.SUCCESS, 5, 8)
    assert len([asked for asked in erp.asked if asked == (CLIENT, 1)]) == 1


async def test_two_workers_share_one_run(database_url: str, faked: Assembly, erp: FakeErp) -> None:
    replaced = {ErpGateway: erp}
    async with (
        running_assembly(settings_for(), database_url, QuickClock(), replaced) as other,
        faked.worker(),
        other.worker(),
    ):
        record = await ended(faked, await started(faked))
    assert (record.status, record.record_count) == (SyncStatus.SUCCESS, 8)
    assert len(erp.asked) == 5


async def test_a_worker_outlives_an_outage(outage: Outage, faked: Assembly) -> None:
    faked._jobs._app.connector._pool_args["timeout"] = 0.3  # type: ignore[attr-defined]
    async with faked.worker():
        assert (await ended(faked, await started(faked))).status is SyncStatus.SUCCESS
        async with outage():
            await asyncio.sleep(2)
        assert (await ended(faked, await started(faked))).status is SyncStatus.SUCCESS
