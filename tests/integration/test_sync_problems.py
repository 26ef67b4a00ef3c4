"""Each way in which a run can go wrong, with an ERP that does as it is told."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from adapters.no_erp import NoErp
from adapters.postgres.errors import StoreBroken
from bootstrap import Assembly
from core.sync_plan import current
from core.use_cases.run_sync import RunSync
from ports.erp import (
    Entity,
    ErpAsksToWait,
    ErpBroken,
    ErpGateway,
    ErpNotConfigured,
    ErpProblem,
    ErpRejectedCredentials,
)
from ports.ids import new_id
from ports.sync_runs import SyncFailure, SyncStatus
from ports.work import OpenWork
from tests.integration.fake_erp import FakeErp, QuickClock
from tests.integration.records import (
    GENUINE,
    add_clients,
    assert_failed,
    client,
    register,
    run,
    started,
    synced,
    the_run,
    title,
    until_somebody_waits,
)
from tests.running import running_assembly, settings_for

CLIENT, RECEIVABLE = Entity.CLIENT, Entity.RECEIVABLE


async def test_five_failures_in_a_row_and_again_five_are_none(faked: Assembly, erp: FakeErp) -> None:
    failure = ErpAsksToWait(5, failed=True)
    erp.faults.extend([failure] * 5)
    record = await started(faked)
    erp.hold_at = (CLIENT, 2)
    task = asyncio.create_task(faked.get(RunSync)(record.id))
    await asyncio.wait_for(erp.held.wait(), 5)
    task.cancel()
    await asyncio.wait({task})
    erp.hold_at = None
    erp.faults.extend([failure] * 5)
    await faked.get(RunSync)(record.id)
    assert (await the_run(faked.get(OpenWork), record)).status is SyncStatus.SUCCESS


async def test_a_page_in_between_forgives_the_failures_before(
    faked: Assembly, erp: FakeErp, quick: QuickClock
) -> None:
    erp.fail_before = {(CLIENT, page): [ErpAsksToWait(5, failed=True)] * 5 for page in (1, 2, 3)}
    assert (await synced(faked)).status is SyncStatus.SUCCESS
    assert quick.slept == [5] * 15


async def test_six_failures_in_a_row(faked: Assembly, erp: FakeErp, quick: QuickClock) -> None:
    erp.fail_before = {(RECEIVABLE, 1): [ErpAsksToWait(5, failed=True)] * 6}
    record = await synced(faked)
    assert_failed(record, SyncFailure.UNAVAILABLE)
    assert quick.slept == [5] * 5
    assert (record.clients_created, record.record_count, current(record).entity) == (5, 5, RECEIVABLE)


async def test_waits_are_no_failures(faked: Assembly, erp: FakeErp, quick: QuickClock) -> None:
    erp.faults.extend([ErpAsksToWait(0.5, failed=False)] * 30)
    assert (await synced(faked)).status is SyncStatus.SUCCESS
    assert quick.slept == [0.5] * 30


PROBLEMS: dict[str, tuple[ErpProblem, SyncFailure]] = {
    "credentials": (ErpRejectedCredentials(), SyncFailure.CREDENTIALS_REJECTED),
    "no credentials": (ErpNotConfigured(), SyncFailure.NOT_CONFIGURED),
    "broken": (ErpBroken("no such thing"), SyncFailure.BROKEN_ANSWER),
    "whatever else": (ErpProblem(), SyncFailure.BROKEN_ANSWER),
}


@pytest.mark.parametrize(("problem", "failure"), PROBLEMS.values(), ids=PROBLEMS)
async def test_every_problem_has_its_name(
    faked: Assembly, erp: FakeErp, problem: ErpProblem, failure: SyncFailure
) -> None:
    erp.fail_before = {(CLIENT, 2): [problem]}
    record = await synced(faked)
    assert_failed(record, failure)
    # The page that was read beside it is kept.
    assert (record.clients_created, record.pages_kept) == (3, (1, 3))


async def test_a_bug_ends_the_run_and_is_told(faked: Assembly, erp: FakeErp) -> None:
    erp.fail_before = {(CLIENT, 2): [ZeroDivisionError()]}
    record = await started(faked)
    with pytest.raises(ZeroDivisionError):
        await faked.get(RunSync)(record.id)
    assert_failed(await the_run(faked.get(OpenWork), record), SyncFailure.INTERNAL)


async def test_a_store_that_refuses_a_statement_ends_the_run(faked: Assembly, erp: FakeErp) -> None:
    erp.listed_titles = [title("1", amount=Decimal("-1.00"))]
    record = await started(faked)
    with pytest.raises(StoreBroken):
        await faked.get(RunSync)(record.id)
    assert_failed(await the_run(faked.get(OpenWork), record), SyncFailure.INTERNAL)


async def finished(task: asyncio.Task[None], seconds: float) -> bool:
    """Whether it came to its end by itself; it is stopped if not."""
    done, _ = await asyncio.wait({task}, timeout=seconds)
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=0.2)
    return bool(done)


async def test_a_page_that_can_never_be_kept_ends_the_run(faked: Assembly, erp: FakeErp) -> None:
    erp.listed_titles = [title("1", status="a\x00b")]
    record = await started(faked)
    assert await finished(asyncio.create_task(faked.get(RunSync)(record.id)), 4)
    assert (await the_run(faked.get(OpenWork), record)).status is SyncStatus.ERROR


async def test_a_client_that_somebody_makes_meanwhile(faked: Assembly, erp: FakeErp) -> None:
    erp.listed_clients = [register("1", document=GENUINE[0])]
    ours, record = client(document=GENUINE[0]), await started(faked)
    async with faked.get(OpenWork)() as work:
        await work.clients.add(ours)
        task = asyncio.create_task(faked.get(RunSync)(record.id))
        await until_somebody_waits(faked.engine)
        await work.commit()
    await task
    ended = await the_run(faked.get(OpenWork), record)
    assert (ended.status, ended.clients_created, ended.clients_updated) == (SyncStatus.SUCCESS, 0, 1)
    assert erp.asked.count((CLIENT, 1)) == 1
    async with faked.get(OpenWork)() as work:
        assert (await work.clients.by_codes("fake", ["1"]))["1"].id == ours.id


async def test_a_person_changes_the_client_meanwhile(faked: Assembly, erp: FakeErp) -> None:
    erp.listed_clients = [register("1", document=GENUINE[0])]
    ours, record = client(document=GENUINE[0]), await started(faked)
    await add_clients(faked.get(OpenWork), ours)
    async with faked.get(OpenWork)() as work:
        mine = replace(await work.clients.for_update(ours.id), name="Mine", version=2)
        await work.clients.save(mine)
        task = asyncio.create_task(faked.get(RunSync)(record.id))
        await until_somebody_waits(faked.engine)
        await work.commit()
    await task
    assert (await the_run(faked.get(OpenWork), record)).status is SyncStatus.SUCCESS
    async with faked.get(OpenWork)() as work:
        found = await work.clients.for_update(ours.id)
    assert (found.name, found.version) == ("Client 1", 3)


async def test_a_run_of_another_erp(faked: Assembly, erp: FakeErp) -> None:
    record = run(source="omie")
    async with faked.get(OpenWork)() as work:
        await work.runs.start(record)
        await work.commit()
    await faked.get(RunSync)(record.id)
    assert_failed(await the_run(faked.get(OpenWork), record), SyncFailure.NOT_CONFIGURED)
    assert erp.asked == []


async def test_no_erp(database_url: str, quick: QuickClock) -> None:
    async with running_assembly(settings_for(), database_url, quick, {ErpGateway: NoErp()}) as assembly:
        record = run()
        async with assembly.get(OpenWork)() as work:
            await work.runs.start(record)
            await work.commit()
        await assembly.get(RunSync)(record.id)
        assert_failed(await the_run(assembly.get(OpenWork), record), SyncFailure.NOT_CONFIGURED)


async def test_a_run_that_is_over_or_unknown_is_left_alone(faked: Assembly, erp: FakeErp) -> None:
    record = await synced(faked)
    asked = len(erp.asked)
    await faked.get(RunSync)(record.id)
    await faked.get(RunSync)(new_id())
    assert len(erp.asked) == asked
    assert await the_run(faked.get(OpenWork), record) == record
