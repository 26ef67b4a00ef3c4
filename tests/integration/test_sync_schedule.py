"""Runs that start by themselves: one for a tick, however many hosts look, and one for all missed ones."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from bootstrap import Assembly
from core.use_cases.run_sync import RunSync
from core.use_cases.start_due_syncs import StartDueSyncs
from core.use_cases.start_sync import StartSync
from ports.calendar import SAO_PAULO
from ports.sync_runs import SyncMode, SyncRunRecord, SyncStatus, SyncTrigger
from tests.integration.records import sql, synced, until
from tests.running import TestClock, running_assembly, settings_for

DAILY = settings_for(sync_schedule="0 6 * * *", omie_window_seconds=0.05)
SCHEDULED = "SELECT mode, status FROM erp_sync_log WHERE trigger = 'SCHEDULE' ORDER BY started_at, id"


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """That many days after the next Monday."""
    today = datetime.now(UTC).astimezone(SAO_PAULO).replace(minute=minute, second=0, microsecond=0)
    return today.replace(hour=hour) + timedelta(days=7 - today.weekday() + day)


SUNDAY = 6


async def due(assembly: Assembly) -> SyncRunRecord | None:
    return await assembly.get(StartDueSyncs)()


async def scheduled(assembly: Assembly) -> list[tuple[str, str]]:
    return [tuple(row) for row in await sql(assembly.engine, SCHEDULED)]


async def carried_out(assembly: Assembly, run: SyncRunRecord | None) -> None:
    assert run is not None
    await assembly.get(RunSync)(run.id)


@pytest.fixture
async def daily(database_url: str, clock: TestClock) -> AsyncIterator[Assembly]:
    """At six every day, with a whole run behind it; on Monday at five somebody looked."""
    async with running_assembly(DAILY, database_url, clock) as assembly:
        assert (await synced(assembly)).status is SyncStatus.SUCCESS
        clock.set(local(0, 5))
        assert await due(assembly) is None
        yield assembly


async def test_a_tick_starts_a_run(daily: Assembly, clock: TestClock) -> None:
    assert await due(daily) is None
    clock.set(local(0, 6))
    run = await due(daily)
    assert run is not None
    assert (run.mode, run.trigger, run.requested_by) == (SyncMode.INCREMENTAL, SyncTrigger.SCHEDULE, None)
    await carried_out(daily, run)
    clock.set(local(0, 23))
    assert await due(daily) is None
    clock.set(local(1, 6, 1))
    assert await due(daily) is not None
    assert await scheduled(daily) == [("INCREMENTAL", "SUCCESS"), ("INCREMENTAL", "RUNNING")]


async def test_ticks_before_the_first_look_are_nobodys(database_url: str, clock: TestClock) -> None:
    async with running_assembly(DAILY, database_url, clock) as assembly:
        for _ in range(2):
            assert await due(assembly) is None
        assert await scheduled(assembly) == []


async def test_without_a_whole_run_a_tick_starts_one(database_url: str, clock: TestClock) -> None:
    async with running_assembly(DAILY, database_url, clock) as assembly:
        clock.set(local(0, 5))
        await due(assembly)
        clock.set(local(0, 6))
        await due(assembly)
        assert await scheduled(assembly) == [("FULL", "RUNNING")]


async def test_of_many_hosts_one_starts_it(daily: Assembly, database_url: str, clock: TestClock) -> None:
    clock.set(local(0, 6))
    async with running_assembly(DAILY, database_url, clock) as other:
        runs = await asyncio.gather(*(due(host) for host in (daily, other) * 8))
    assert len([run for run in runs if run]) == 1
    assert len(await scheduled(daily)) == 1


async def test_two_workers_carry_out_one_run(daily: Assembly, database_url: str, clock: TestClock) -> None:
    async def over() -> bool:
        return await scheduled(daily) == [("INCREMENTAL", "SUCCESS")]

    async with running_assembly(DAILY, database_url, clock) as other, daily.worker(), other.worker():
        assert await scheduled(daily) == []
        clock.set(local(0, 6))
        await until(over)
        await asyncio.sleep(2.5)
        assert await over()


async def test_what_was_missed_is_caught_up_once(daily: Assembly, clock: TestClock) -> None:
    clock.set(local(4, 13))
    await carried_out(daily, await due(daily))
    assert await due(daily) is None
    assert await scheduled(daily) == [("INCREMENTAL", "SUCCESS")]


async def test_a_host_whose_clock_is_behind_starts_nothing(daily: Assembly, clock: TestClock) -> None:
    clock.set(local(1, 6))
    await carried_out(daily, await due(daily))
    clock.set(local(1, 5, 59))
    assert await due(daily) is None


async def test_a_tick_is_content_with_a_run_that_is_under_way(daily: Assembly, clock: TestClock) -> None:
    asked_for = await daily.get(StartSync)(None, SyncTrigger.MUTATION, "ana")
    clock.set(local(0, 6))
    found = await due(daily)
    assert found is not None
    assert found.id == asked_for.id
    await carried_out(daily, asked_for)
    assert await due(daily) is None
    assert await scheduled(daily) == []


async def test_every_sunday_at_three_a_full_one(daily: Assembly, clock: TestClock) -> None:
    clock.set(local(SUNDAY, 2, 59))
    await carried_out(daily, await due(daily))
    clock.set(local(SUNDAY, 3))
    await carried_out(daily, await due(daily))
    clock.set(local(SUNDAY, 6))
    await carried_out(daily, await due(daily))
    assert [mode for mode, _ in await scheduled(daily)] == ["INCREMENTAL", "FULL", "INCREMENTAL"]


async def test_a_full_one_takes_the_place_of_the_other(daily: Assembly, clock: TestClock) -> None:
    """Nobody worked from Monday to Sunday noon: both are due."""
    clock.set(local(SUNDAY, 12))
    await carried_out(daily, await due(daily))
    assert await due(daily) is None
    assert await scheduled(daily) == [("FULL", "SUCCESS")]


async def test_a_full_one_waits_for_a_run_that_is_under_way(daily: Assembly, clock: TestClock) -> None:
    asked_for = await daily.get(StartSync)(None, SyncTrigger.MUTATION, "ana")
    assert asked_for.mode is SyncMode.INCREMENTAL
    clock.set(local(SUNDAY, 3))
    for _ in range(2):
        assert await due(daily) is None
    await carried_out(daily, asked_for)
    await carried_out(daily, await due(daily))
    assert await scheduled(daily) == [("FULL", "SUCCESS")]


@pytest.mark.parametrize(
    "without",
    [{}, {"sync_schedule": "* * * * *", "database_url": SecretStr("postgresql://not.used/here")}],
    ids=["no schedule", "no ERP"],
)
async def test_nothing_starts_by_itself(database_url: str, clock: TestClock, without: dict[str, Any]) -> None:
    async with running_assembly(settings_for(**without), database_url, clock) as assembly:
        for minutes in range(3):
            clock.offset = timedelta(minutes=minutes)
            assert await due(assembly) is None
        assert await sql(assembly.engine, "SELECT FROM erp_sync_log") == []
