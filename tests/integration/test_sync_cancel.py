"""Ending a run before its time; and what a listing that shows nothing proves: nothing."""

import asyncio

import pytest

from bootstrap import Assembly
from core.use_cases.cancel_sync import CancelSync
from core.use_cases.rescue_syncs import RescueSyncs
from core.use_cases.run_sync import LOOK_UP, RunSync
from ports.erp import Entity, ErpAsksToWait
from ports.errors import Missing, Refused
from ports.ids import new_id
from ports.sync_runs import SyncRunRecord, SyncStatus
from ports.work import OpenWork
from tests.integration.fake_erp import FakeErp, QuickClock
from tests.integration.records import sql, started, synced, the_run, until

CLIENT, RECEIVABLE = Entity.CLIENT, Entity.RECEIVABLE


async def cancelled(assembly: Assembly, record: SyncRunRecord) -> SyncRunRecord:
    """The run, that it is over already when the answer comes."""
    answered = await assembly.get(CancelSync)(record.id)
    assert await the_run(assembly.get(OpenWork), record) == answered
    assert (answered.status, answered.failure, answered.resumes_at) == (SyncStatus.CANCELLED, None, None)
    assert answered.finished_at is not None
    return answered


async def test_a_running_one_ends_at_the_next_page(faked: Assembly, erp: FakeErp) -> None:
    record = await started(faked)
    erp.hold_at = (RECEIVABLE, 1)
    task = asyncio.create_task(faked.get(RunSync)(record.id))
    await asyncio.wait_for(erp.held.wait(), 5)
    ended = await cancelled(faked, record)
    erp.release.set()
    await task
    assert await the_run(faked.get(OpenWork), record) == ended
    assert (ended.clients_created, ended.receivables_created) == (5, 0)
    assert erp.asked[-1] == (RECEIVABLE, 1)
    assert [tuple(row) for row in await sql(faked.engine, "SELECT count(*) FROM erp_receivables")] == [(0,)]
    assert (await synced(faked)).status is SyncStatus.SUCCESS


async def test_a_parked_one_ends_at_once(faked: Assembly, erp: FakeErp, quick: QuickClock) -> None:
    """Its worker looks up every few seconds of its wait."""
    erp.fail_before = {(CLIENT, 2): [ErpAsksToWait(1800, failed=True)]}
    record = await started(faked)

    async def waits() -> bool:
        return bool(quick.slept)

    async def cancel_while_it_waits() -> None:
        await until(waits)
        assert (await the_run(faked.get(OpenWork), record)).resumes_at is not None
        await cancelled(faked, record)

    await asyncio.gather(faked.get(RunSync)(record.id), cancel_while_it_waits())
    assert len(quick.slept) < 1800 / LOOK_UP
    assert erp.asked.count((CLIENT, 2)) == 1


async def test_an_orphan_ends_at_once_and_stays_ended(faked: Assembly) -> None:
    record = await started(faked)
    await sql(faked.engine, "DELETE FROM procrastinate_jobs")
    ended = await cancelled(faked, record)
    assert await faked.get(RescueSyncs)() == 0
    await faked.get(RunSync)(record.id)
    assert await the_run(faked.get(OpenWork), record) == ended


async def test_what_is_over_or_unknown_cannot_be_cancelled(faked: Assembly) -> None:
    record = await synced(faked)
    with pytest.raises(Refused, match="SYNC_NOT_RUNNING"):
        await faked.get(CancelSync)(record.id)
    with pytest.raises(Missing):
        await faked.get(CancelSync)(new_id())
    assert await the_run(faked.get(OpenWork), record) == record


async def suspects(assembly: Assembly) -> set[str]:
    return {row[0] for row in await sql(assembly.engine, "SELECT external_id FROM erp_rereads")}


async def test_a_title_that_a_whole_listing_misses_is_suspected(faked: Assembly, erp: FakeErp) -> None:
    await synced(faked)
    assert await suspects(faked) == set()
    del erp.listed_titles[1]
    await synced(faked)
    assert await suspects(faked) == {"2"}
    gone = "SELECT count(*) FROM erp_receivables WHERE gone"
    assert (await sql(faked.engine, gone))[0][0] == 0


async def test_an_empty_listing_proves_nothing(faked: Assembly, erp: FakeErp) -> None:
    await synced(faked)
    erp.listed_titles.clear()
    assert (await synced(faked)).status is SyncStatus.SUCCESS
    assert await suspects(faked) == set()


async def test_a_resumed_listing_proves_nothing(faked: Assembly, erp: FakeErp) -> None:
    await synced(faked)
    del erp.listed_titles[0]
    erp.size = 1
    record = await started(faked)
    erp.hold_at = (RECEIVABLE, 2)
    task = asyncio.create_task(faked.get(RunSync)(record.id))
    await asyncio.wait_for(erp.held.wait(), 5)
    task.cancel()
    await asyncio.wait({task})
    erp.hold_at = None
    await faked.get(RunSync)(record.id)
    assert (await the_run(faked.get(OpenWork), record)).status is SyncStatus.SUCCESS
    assert await suspects(faked) == set()
