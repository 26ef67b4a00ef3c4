"""Starting a sync, and the log of runs."""

import asyncio
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.no_erp import NoErp
from bootstrap import Assembly
from core.use_cases.create_client import CreateClient
from core.use_cases.start_sync import StartSync
from ports.erp import Entity, ErpGateway, ErpIssue, ErpNotConfigured, IssueCode, Side
from ports.errors import RefusalCode, Refused
from ports.ids import new_id
from ports.paging import PageRequest
from ports.sync_runs import SyncFailure, SyncMode, SyncRunRecord, SyncStatus, SyncTrigger
from ports.work import OpenWork
from tests.integration.records import NOW, PERSON, TODAY, run, sql, the_run, until_somebody_waits
from tests.running import TestClock, running_assembly, settings_for

COUNTS = "SELECT (SELECT count(*) FROM erp_sync_log), (SELECT count(*) FROM procrastinate_jobs)"


async def start(assembly: Assembly, by: str | None = "ana") -> SyncRunRecord:
    return await assembly.get(StartSync)(SyncMode.FULL, SyncTrigger.MUTATION, by)


async def counts(assembly: Assembly) -> list[int]:
    """Runs and jobs."""
    return list((await sql(assembly.engine, COUNTS))[0])


async def test_a_new_run(assembly: Assembly, clock: TestClock) -> None:
    clock.set(NOW)
    started = await start(assembly)
    at = started.started_at
    assert started == run(id=started.id, started_at=at, round_started_at=at, requested_by="ana")
    assert abs(started.started_at - NOW) < timedelta(seconds=5)
    assert await the_run(assembly.get(OpenWork), started) == started
    jobs = await sql(assembly.engine, "SELECT queue_name, task_name, status, args FROM procrastinate_jobs")
    assert [tuple(job) for job in jobs] == [("sync", "sync", "todo", {"run_id": str(started.id)})]


async def test_fifty_at_once_start_one_run_and_one_job(assembly: Assembly) -> None:
    started = await asyncio.gather(*(start(assembly, f"person-{number}") for number in range(50)))
    assert len({record.id for record in started}) == 1
    assert len({record.requested_by for record in started}) == 1
    assert await counts(assembly) == [1, 1]


async def test_twenty_at_once_while_the_job_is_lost(assembly: Assembly) -> None:
    first = await start(assembly)
    await sql(assembly.engine, "DELETE FROM procrastinate_jobs")
    started = await asyncio.gather(*(start(assembly) for _ in range(20)))
    assert {record.id for record in started} == {first.id}
    assert await counts(assembly) == [1, 1]


async def test_a_run_that_is_over_makes_room(assembly: Assembly) -> None:
    first = await start(assembly)
    over = replace(first, status=SyncStatus.ERROR, failure=SyncFailure.UNAVAILABLE, finished_at=NOW)
    async with assembly.get(OpenWork)() as work:
        assert await work.runs.move(over, standing=first)
        await work.commit()
    second = await start(assembly)
    assert second.id != first.id
    assert await counts(assembly) == [2, 2]


async def test_a_run_that_ends_while_another_is_asked_for(assembly: Assembly) -> None:
    first = await start(assembly)
    over = replace(first, status=SyncStatus.SUCCESS, finished_at=NOW)
    async with assembly.get(OpenWork)() as work:
        assert await work.runs.running("demo") == [first]
        asked = asyncio.create_task(start(assembly))
        await until_somebody_waits(assembly.engine)
        assert await work.runs.move(over, standing=first)
        await work.commit()
    assert (await asked).id != first.id
    assert await counts(assembly) == [2, 2]


async def test_a_run_of_another_erp_is_in_nobodys_way(assembly: Assembly) -> None:
    async with assembly.get(OpenWork)() as work:
        await work.runs.start(run(source="omie"))
        await work.commit()
    assert (await start(assembly)).source == "demo"
    assert await counts(assembly) == [2, 1]


async def test_no_erp(database_url: str, clock: TestClock) -> None:
    erp = NoErp()
    async with running_assembly(settings_for(), database_url, clock, {ErpGateway: erp}) as assembly:
        with pytest.raises(Refused) as refusal:
            await start(assembly)
        assert [fault.code for fault in refusal.value.faults] == [RefusalCode.ERP_NOT_CONFIGURED]
        with pytest.raises(Refused, match="ERP_NOT_CONFIGURED"):
            await assembly.get(CreateClient)({"name": "Padaria"}, omie_codigo="1", by=PERSON)
        assert await counts(assembly) == [0, 0]
    side = Side.PAYABLE
    for reading in (
        *(erp.clients(1), erp.titles(side, 1), erp.settlements(side, 1), erp.register(Entity.CATEGORY, 1)),
        *(erp.client("1"), erp.title(side, "1"), erp.settlement(side, "1")),
    ):
        with pytest.raises(ErpNotConfigured):
            await reading


FULL = run(
    requested_by="ana",
    status=SyncStatus.ERROR,
    trigger=SyncTrigger.COMMAND,
    finished_at=NOW + timedelta(seconds=3),
    record_count=1,
    failure=SyncFailure.BROKEN_ANSWER,
    since=TODAY,
    pass_number=3,
    round_number=2,
    pages_kept=(1, 3),
    total_pages=3,
    total_records=250,
    moved=True,
    resumed=True,
    resumes_at=NOW + timedelta(seconds=1),
    clients_created=4,
    clients_updated=5,
    receivables_created=6,
    receivables_updated=7,
)


async def test_every_field_of_a_run_comes_back(shared_work: OpenWork) -> None:
    assert not [field.name for field in fields(FULL) if getattr(FULL, field.name) in (None, 0)]
    async with shared_work() as work:
        await work.runs.start(FULL)
        assert await work.runs.get(FULL.id) == FULL
        assert await work.runs.get(new_id()) is None


STANDING: dict[str, tuple[dict[str, Any], dict[str, Any], bool]] = {
    "where it was": ({}, {}, True),
    "with another page kept": ({}, {"pages_kept": (1,)}, False),
    "with as many pages kept": ({}, {"pages_kept": (1, 3)}, False),
    "in another pass": ({}, {"pass_number": 1}, False),
    "in another round": ({}, {"round_number": 1}, False),
    "over": ({"status": SyncStatus.SUCCESS, "finished_at": NOW}, {}, False),
}


@pytest.mark.parametrize(("kept", "left_at", "moves"), STANDING.values(), ids=STANDING)
async def test_a_run_is_moved_only_where_it_stood(
    shared_work: OpenWork, kept: dict[str, Any], left_at: dict[str, Any], moves: bool
) -> None:
    record = run(pass_number=2, round_number=2, pages_kept=(1, 2), **kept)
    moved = replace(record, pages_kept=(1, 2, 3), record_count=9, resumes_at=NOW)
    async with shared_work() as work:
        await work.runs.start(record)
        assert await work.runs.move(moved, standing=replace(record, **left_at)) is moves
        assert await work.runs.get(record.id) == (moved if moves else record)


async def test_the_log_newest_first(open_work: OpenWork) -> None:
    ends = {"finished_at": NOW}
    runs = [
        run(started_at=NOW + timedelta(hours=0), status=SyncStatus.SUCCESS, **ends),
        run(started_at=NOW + timedelta(hours=1), status=SyncStatus.SUCCESS, **ends),
        run(started_at=NOW + timedelta(hours=2), status=SyncStatus.SUCCESS, source="omie", **ends),
        run(started_at=NOW + timedelta(hours=3), status=SyncStatus.ERROR, **ends),
        run(started_at=NOW + timedelta(hours=4)),
        run(started_at=NOW + timedelta(hours=4), source="omie"),
    ]
    async with open_work() as work:
        for record in reversed(runs):
            await work.runs.start(record)
        assert list((await work.runs.page(None, PageRequest())).items) == runs[::-1]
        assert await work.runs.count(None) == 6
        for status in SyncStatus:
            expected = [record for record in runs[::-1] if record.status is status]
            assert list((await work.runs.page(status, PageRequest())).items) == expected
            assert await work.runs.count(status) == len(expected)
        first = await work.runs.page(None, PageRequest(4))
        rest = await work.runs.page(None, PageRequest(4, after=first.cursors[-1]))
        assert [*first.items, *rest.items] == runs[::-1]
        assert await work.runs.newest_success("demo") == runs[1]
        assert await work.runs.newest_success("elsewhere") is None
        assert await work.runs.running("demo") == [runs[4]]
        assert await work.runs.running("elsewhere") == []
        assert {record.id for record in await work.runs.running(None)} == {runs[4].id, runs[5].id}


async def test_issues_in_the_order_in_which_they_were_met(open_work: OpenWork) -> None:
    issues = [
        ErpIssue(
            entity=list(Entity)[number % 2],
            external_id=str(number),
            code=list(IssueCode)[number % len(IssueCode)],
            client_code=None if number % 2 else "10",
            params={"field": "ção"} if number % 3 else {},
        )
        for number in range(9)
    ]
    record, other = run(), run(source="omie")
    async with open_work() as work:
        await work.runs.start(record)
        await work.runs.start(other)
        await work.runs.set_aside(record.id, [])
        await work.runs.set_aside(record.id, issues[:5])
        await work.runs.set_aside(other.id, issues[:2])
        await work.runs.set_aside(record.id, issues[5:])
        assert await work.runs.count_issues(record.id) == 9
        first = await work.runs.issues(record.id, PageRequest(4))
        rest = await work.runs.issues(record.id, PageRequest(9, after=first.cursors[-1]))
    assert [*first.items, *rest.items] == issues


BAD_ROWS = {
    "over without an end": ("status = 'SUCCESS'", "erp_sync_log_finished"),
    "an end without being over": ("finished_at = now()", "erp_sync_log_finished"),
    "an unknown status": ("status = 'PAUSED', finished_at = now()", "syncstatus"),
}


@pytest.mark.parametrize(("change", "constraint"), BAD_ROWS.values(), ids=BAD_ROWS)
async def test_the_database_refuses_by_itself(
    open_work: OpenWork, engine: AsyncEngine, change: str, constraint: str
) -> None:
    async with open_work() as work:
        await work.runs.start(run())
        await work.commit()
    with pytest.raises(IntegrityError, match=constraint):
        await sql(engine, f"UPDATE erp_sync_log SET {change}")
