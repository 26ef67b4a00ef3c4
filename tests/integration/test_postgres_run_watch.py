"""Runs are seen while they move: one connection and one reading, however many look."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres import run_watch
from adapters.postgres.errors import StoreUnavailable
from adapters.postgres.run_watch import PostgresRunWatch
from ports.audit import Act
from ports.ids import new_id
from ports.run_watch import UnknownRun
from ports.sync_runs import SyncRunRecord, SyncStatus
from ports.work import Duty, OpenWork, Work
from tests.integration.conftest import Outage
from tests.integration.records import NOW, run, sql, until

LISTENERS = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'concilia-run-watch'"


class CountedWork(OpenWork):
    """Counts how often a unit of work was opened."""

    def __init__(self, open_work: OpenWork) -> None:
        self._open_work = open_work
        self.opened = 0

    def __call__(
        self, act: Act | None = None, *, duty: Duty = Duty.BUSINESS, still: bool = False
    ) -> AbstractAsyncContextManager[Work]:
        self.opened += 1
        return self._open_work(act, duty=duty, still=still)


@pytest.fixture
def counted(open_work: OpenWork) -> CountedWork:
    return CountedWork(open_work)


@pytest.fixture
async def watch(database_url: str, counted: CountedWork) -> AsyncIterator[PostgresRunWatch]:
    opened = PostgresRunWatch(database_url, counted)
    yield opened
    await opened.close()
    assert opened.watched == 0


@pytest.fixture
async def running(open_work: OpenWork) -> SyncRunRecord:
    record = run(total_pages=9)
    async with open_work(duty=Duty.SYNC) as work:
        await work.runs.start(record)
        await work.commit()
    return record


async def moved(open_work: OpenWork, record: SyncRunRecord, to: SyncRunRecord) -> SyncRunRecord:
    async with open_work(duty=Duty.SYNC) as work:
        assert await work.runs.move(to, standing=record)
        await work.commit()
    return to


def ended(record: SyncRunRecord) -> SyncRunRecord:
    return replace(record, status=SyncStatus.SUCCESS, finished_at=NOW)


async def all_of(watch: PostgresRunWatch, record: SyncRunRecord) -> list[SyncRunRecord]:
    return [change async for change in watch.changes(record.id)]


async def listeners(engine: AsyncEngine) -> int:
    return int((await sql(engine, LISTENERS))[0][0])


async def test_every_change_until_the_end(
    watch: PostgresRunWatch, open_work: OpenWork, running: SyncRunRecord
) -> None:
    expected = [running]
    async with aclosing(watch.changes(running.id)) as changes:
        assert await anext(changes) == running
        for page in range(1, 6):
            expected.append(
                await moved(open_work, expected[-1], replace(running, pages_kept=tuple(range(page))))
            )
            async with asyncio.timeout(5):
                assert await anext(changes) == expected[-1]
        over = await moved(open_work, expected[-1], ended(expected[-1]))
        assert [change async for change in changes] == [over]


async def test_a_run_that_is_over(
    watch: PostgresRunWatch, open_work: OpenWork, running: SyncRunRecord
) -> None:
    over = await moved(open_work, running, ended(running))
    assert await all_of(watch, over) == [over]


async def test_an_unknown_run(watch: PostgresRunWatch) -> None:
    with pytest.raises(UnknownRun):
        await all_of(watch, run(id=new_id()))


async def test_many_watch_by_one_connection_and_one_reading(
    watch: PostgresRunWatch,
    engine: AsyncEngine,
    counted: CountedWork,
    open_work: OpenWork,
    running: SyncRunRecord,
) -> None:
    assert await listeners(engine) == 0
    watching = [asyncio.create_task(all_of(watch, running)) for _ in range(100)]

    async def all_have_read() -> bool:
        return counted.opened >= 100 and not watch._reading.locked()

    await until(all_have_read)
    assert (watch.watched, await listeners(engine)) == (100, 1)
    counted.opened = 0
    over = await moved(open_work, running, ended(running))
    assert await asyncio.gather(*watching) == [[running, over]] * 100
    assert counted.opened == 1


async def test_another_runs_changes_are_not_read(
    watch: PostgresRunWatch, counted: CountedWork, open_work: OpenWork, running: SyncRunRecord
) -> None:
    other = run(source="other")
    async with open_work(duty=Duty.SYNC) as work:
        await work.runs.start(other)
        await work.commit()
    async with aclosing(watch.changes(running.id)) as changes:
        await anext(changes)
        counted.opened = 0
        await moved(open_work, other, replace(other, pages_kept=(1,)))
        here = await moved(open_work, running, replace(running, pages_kept=(1,)))
        assert await anext(changes) == here
    assert counted.opened == 1


async def test_whoever_is_slow_gets_the_newest(
    watch: PostgresRunWatch, open_work: OpenWork, running: SyncRunRecord
) -> None:
    async with aclosing(watch.changes(running.id)) as slow, aclosing(watch.changes(running.id)) as quick:
        assert await anext(slow) == await anext(quick) == running
        newest = running
        for page in range(1, 4):
            newest = await moved(open_work, newest, replace(running, pages_kept=tuple(range(page))))
            assert await anext(quick) == newest
        assert await anext(slow) == newest


async def test_a_payload_that_names_no_run_is_nothing(
    watch: PostgresRunWatch, engine: AsyncEngine, open_work: OpenWork, running: SyncRunRecord
) -> None:
    async with aclosing(watch.changes(running.id)) as changes:
        await anext(changes)
        await sql(engine, "NOTIFY sync_runs, 'nonsense'")
        here = await moved(open_work, running, replace(running, pages_kept=(1,)))
        assert await anext(changes) == here
    assert await listeners(engine) == 1


async def test_an_outage_loses_no_change(
    watch: PostgresRunWatch, engine: AsyncEngine, outage: Outage, open_work: OpenWork, running: SyncRunRecord
) -> None:
    async with aclosing(watch.changes(running.id)) as changes:
        await anext(changes)
        async with outage():
            await asyncio.sleep(1.5)
        # Before anybody listens again.
        assert not watch._listening.is_set()
        here = await moved(open_work, running, replace(running, pages_kept=(1,)))
        assert await anext(changes) == here
        there = await moved(open_work, here, replace(running, pages_kept=(1, 2)))
        assert await anext(changes) == there
        assert await listeners(engine) == 1


async def test_nothing_is_missed_between_looks_at_the_connection(
    watch: PostgresRunWatch,
    open_work: OpenWork,
    running: SyncRunRecord,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run_watch, "SILENCE", 0.001)
    async with aclosing(watch.changes(running.id)) as changes:
        newest = await anext(changes)
        for page in range(1, 50):
            newest = await moved(open_work, newest, replace(running, pages_kept=tuple(range(page))))
            async with asyncio.timeout(5):
                assert await anext(changes) == newest


async def test_where_nobody_can_listen(open_work: OpenWork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_watch, "PATIENCE", 0.2)
    lost = PostgresRunWatch("postgresql://127.0.0.1:1/nowhere", open_work)
    with pytest.raises(StoreUnavailable):
        await all_of(lost, run())
    assert lost.watched == 0
    await lost.close()


async def test_closed_and_opened_again(
    watch: PostgresRunWatch, engine: AsyncEngine, running: SyncRunRecord
) -> None:
    for _ in range(2):
        async with aclosing(watch.changes(running.id)) as changes:
            assert await anext(changes) == running
        assert await listeners(engine) == 1
        await watch.close()

        async def nobody() -> bool:
            return await listeners(engine) == 0

        await until(nobody)
