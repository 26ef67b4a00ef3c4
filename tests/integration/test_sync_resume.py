"""A run may be interrupted, or carried by two at once: nothing is lost and nothing counts twice."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from adapters.postgres.errors import StoreUnavailable
from bootstrap import Assembly
from core.sync_plan import current
from core.use_cases.rescue_syncs import RescueSyncs
from core.use_cases.run_sync import RunSync
from ports.erp import Entity, ErpAsksToWait, ErpIssue, IssueCode
from ports.sync_runs import SyncFailure, SyncRunRecord, SyncStatus
from ports.work import OpenWork
from tests.integration.conftest import Outage
from tests.integration.fake_erp import FakeErp, QuickClock
from tests.integration.records import run, sql, started, synced, the_run, until
from tests.running import TestClock, running_assembly, settings_for

CLIENT, RECEIVABLE = Entity.CLIENT, Entity.RECEIVABLE
PAGES = [(CLIENT, 1), (CLIENT, 2), (CLIENT, 3), (RECEIVABLE, 1), (RECEIVABLE, 2)]


async def held_up(assembly: Assembly, erp: FakeErp, at: tuple[Entity, int]) -> asyncio.Task[None]:
    """A worker that waits for that page of the running run, the others of the listing being kept."""
    (record,) = await running(assembly)
    erp.hold_at = at
    task = asyncio.create_task(assembly.get(RunSync)(record.id))
    await asyncio.wait_for(erp.held.wait(), 5)
    others = tuple(page for entity, page in PAGES if entity is at[0] and page != at[1] and at[1] != 1)

    async def others_are_kept() -> bool:
        return (await running(assembly))[0].pages_kept == others

    await until(others_are_kept)
    erp.hold_at = None
    return task


async def running(assembly: Assembly) -> Sequence[SyncRunRecord]:
    async with assembly.get(OpenWork)() as work:
        return await work.runs.running(None)


async def interrupted(assembly: Assembly, erp: FakeErp, at: tuple[Entity, int]) -> SyncRunRecord:
    """A run whose worker is killed while it waits for that page."""
    record = await started(assembly)
    task = await held_up(assembly, erp, at)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    return await the_run(assembly.get(OpenWork), record)


def assert_whole(record: SyncRunRecord) -> None:
    assert (record.status, record.failure) == (SyncStatus.SUCCESS, None)
    assert (record.clients_created, record.receivables_created, record.record_count) == (5, 3, 8)
    assert (record.clients_updated, record.receivables_updated) == (0, 0)


@pytest.mark.parametrize("at", PAGES, ids=str)
async def test_an_interrupted_run_asks_again_for_nothing_that_it_kept(
    faked: Assembly, erp: FakeErp, at: tuple[Entity, int]
) -> None:
    stopped = await interrupted(faked, erp, at)
    assert stopped.status is SyncStatus.RUNNING
    assert current(stopped).entity is at[0]
    assert at[1] not in stopped.pages_kept
    await faked.get(RunSync)(stopped.id)
    assert_whole(await the_run(faked.get(OpenWork), stopped))
    assert Counter(erp.asked) == Counter([*PAGES, at])


async def test_an_interrupted_run_of_the_demo(database_url: str, clock: TestClock) -> None:
    settings = settings_for(omie_page_size=40)
    async with running_assembly(settings, database_url, clock) as assembly:
        assert assembly._demo is not None
        assembly._demo.latency = 0.01
        record = await started(assembly)
        task = asyncio.create_task(assembly.get(RunSync)(record.id))

        async def reads_receivables() -> bool:
            return current(await the_run(assembly.get(OpenWork), record)).entity is RECEIVABLE

        await until(reads_receivables)
        while not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=0.1)
        assert (await the_run(assembly.get(OpenWork), record)).status is SyncStatus.RUNNING
        await assembly.get(RunSync)(record.id)
        ended = await the_run(assembly.get(OpenWork), record)
        whole = await synced(assembly)
    assert ended.status is SyncStatus.SUCCESS
    assert ended.record_count == whole.record_count
    assert (whole.clients_created, whole.receivables_created) == (0, 0)


async def test_five_at_once_on_one_run_count_once(faked: Assembly, erp: FakeErp) -> None:
    erp.issues = [ErpIssue(entity=RECEIVABLE, external_id="9", code=IssueCode.UNREADABLE)]
    record = await started(faked)
    await asyncio.gather(*(faked.get(RunSync)(record.id) for _ in range(5)))
    assert_whole(await the_run(faked.get(OpenWork), record))
    async with faked.get(OpenWork)() as work:
        assert await work.runs.count_issues(record.id) == 1


async def test_two_at_once_on_one_run_of_the_demo(assembly: Assembly) -> None:
    record = await started(assembly)
    await asyncio.gather(assembly.get(RunSync)(record.id), assembly.get(RunSync)(record.id))
    ended = await the_run(assembly.get(OpenWork), record)
    whole = await synced(assembly)
    assert ended.status is SyncStatus.SUCCESS
    assert ended.record_count == whole.record_count
    assert (whole.clients_created, whole.receivables_created) == (0, 0)


async def test_one_who_comes_late_with_a_page_keeps_nothing(faked: Assembly, erp: FakeErp) -> None:
    record = await started(faked)
    late = await held_up(faked, erp, (CLIENT, 2))
    await faked.get(RunSync)(record.id)
    whole = await the_run(faked.get(OpenWork), record)
    assert_whole(whole)
    erp.release.set()
    await late
    assert await the_run(faked.get(OpenWork), record) == whole
    clients = await sql(faked.engine, "SELECT count(*), max(version) FROM clients")
    assert tuple(clients[0]) == (5, 1)


async def test_one_who_comes_late_with_a_failure_changes_nothing(faked: Assembly, erp: FakeErp) -> None:
    record = await started(faked)
    late = await held_up(faked, erp, (CLIENT, 2))
    await faked.get(RunSync)(record.id)
    erp.faults.append(ZeroDivisionError())
    erp.release.set()
    with pytest.raises(ZeroDivisionError):
        await late
    assert_whole(await the_run(faked.get(OpenWork), record))


async def test_one_who_comes_late_with_a_wait_does_not_wait(
    faked: Assembly, erp: FakeErp, quick: QuickClock
) -> None:
    record = await started(faked)
    late = await held_up(faked, erp, (CLIENT, 2))
    await faked.get(RunSync)(record.id)
    erp.faults.append(ErpAsksToWait(60, failed=True))
    erp.release.set()
    await late
    assert quick.slept == []
    assert_whole(await the_run(faked.get(OpenWork), record))


async def test_our_own_database_away_for_a_moment(outage: Outage, faked: Assembly, erp: FakeErp) -> None:
    record = await started(faked)
    erp.hold_at = (RECEIVABLE, 1)
    task = asyncio.create_task(faked.get(RunSync)(record.id))
    await asyncio.wait_for(erp.held.wait(), 5)
    erp.hold_at = None
    async with outage():
        erp.release.set()
        with pytest.raises(StoreUnavailable):
            await task
    assert (await the_run(faked.get(OpenWork), record)).status is SyncStatus.RUNNING
    await faked.get(RunSync)(record.id)
    assert_whole(await the_run(faked.get(OpenWork), record))


ORPHANS = {
    "without a job": "DELETE FROM procrastinate_jobs",
    "with a failed job": "UPDATE procrastinate_jobs SET status = 'failed'",
    "with an aborted job": "UPDATE procrastinate_jobs SET status = 'aborted'",
    "with a job whose worker was forgotten": "UPDATE procrastinate_jobs SET status = 'doing'",
    "with a job whose worker is dead": """
        WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat)
                      VALUES (now() - interval '8 seconds') RETURNING id)
        UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM dead)
    """,
    "with the job of another run": 'UPDATE procrastinate_jobs SET args = \'{"run_id": "7"}\'',
    "with another task's job": "UPDATE procrastinate_jobs SET task_name = 'other'",
}
ALIVE = {
    "with a job that waits": "SELECT 1",
    "with a job in good hands": """
        WITH alive AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now()) RETURNING id)
        UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM alive)
    """,
}
WAITING = """
    SELECT count(*) FROM procrastinate_jobs
    WHERE status = 'todo' AND task_name = 'sync' AND args ->> 'run_id' = :run_id
"""


async def waiting_jobs(assembly: Assembly, record: SyncRunRecord) -> int:
    return int((await sql(assembly.engine, WAITING, run_id=str(record.id)))[0][0])


@pytest.mark.parametrize("change", ORPHANS.values(), ids=ORPHANS)
async def test_an_orphan_is_handed_out_once(assembly: Assembly, change: str) -> None:
    record = await started(assembly)
    await sql(assembly.engine, change)
    async with assembly.get(OpenWork)() as work:
        assert not await work.jobs.sync_is_alive(record.id)
    handed_out = await asyncio.gather(*(assembly.get(RescueSyncs)() for _ in range(5)))
    assert sorted(handed_out) == [0, 0, 0, 0, 1]
    assert await waiting_jobs(assembly, record) == 1
    async with assembly.get(OpenWork)() as work:
        assert await work.jobs.sync_is_alive(record.id)


@pytest.mark.parametrize("change", ALIVE.values(), ids=ALIVE)
async def test_a_live_one_is_left_alone(assembly: Assembly, change: str) -> None:
    record = await started(assembly)
    await sql(assembly.engine, change)
    async with assembly.get(OpenWork)() as work:
        assert await work.jobs.sync_is_alive(record.id)
    before = await sql(assembly.engine, "SELECT * FROM procrastinate_jobs")
    assert await assembly.get(RescueSyncs)() == 0
    assert await sql(assembly.engine, "SELECT * FROM procrastinate_jobs") == before


async def test_what_is_over_needs_no_rescue(assembly: Assembly) -> None:
    record = await started(assembly)
    over = replace(
        record, status=SyncStatus.ERROR, failure=SyncFailure.INTERNAL, finished_at=record.started_at
    )
    async with assembly.get(OpenWork)() as work:
        await work.runs.move(over, standing=record)
        await work.commit()
    await sql(assembly.engine, "DELETE FROM procrastinate_jobs")
    assert await assembly.get(RescueSyncs)() == 0


async def test_orphans_of_every_source_are_handed_out(assembly: Assembly) -> None:
    orphans = [run(source="omie"), run(source="demo")]
    async with assembly.get(OpenWork)() as work:
        for record in orphans:
            await work.runs.start(record)
        await work.commit()
    assert await assembly.get(RescueSyncs)() == 2
    assert [await waiting_jobs(assembly, record) for record in orphans] == [1, 1]
