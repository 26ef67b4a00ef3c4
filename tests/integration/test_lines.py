"""Lines to the database that readers share: nobody gets another's answer, nobody pays for another's fault."""

import asyncio
from collections.abc import AsyncIterator
from time import perf_counter
from typing import Any

import psycopg
import pytest
import uvloop
from psycopg import OperationalError

from adapters.postgres import lines as shared
from adapters.postgres.line import Question
from adapters.postgres.lines import MOST, TOGETHER, Busy, Lines

BEFORE = Question(b"SELECT set_config('concilia.test', 'said', true)")
BROKEN = Question(b"SELECT 1 / $1::integer", [b"0"])


def number(value: int) -> Question:
    return Question(b"SELECT $1::integer, current_setting('concilia.test')", [b"%d" % value])


def asleep(seconds: float) -> Question:
    return Question(b"SELECT 'slept' FROM pg_sleep($1::float)", [b"%f" % seconds], rows=TOGETHER)


def sleepers(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep($1%'"
            " AND pid <> pg_backend_pid()"
        ).fetchone()
    return int(row[0]) if row else 0


@pytest.fixture
async def lines(database_url: str) -> AsyncIterator[Lines]:
    async with Lines(database_url, BEFORE) as opened:
        yield opened


async def test_each_gets_its_own_answer(lines: Lines) -> None:
    """A hundred at once on a few lines, some with two questions, all with what was said before."""
    asked = [lines.ask(number(n), *([number(-n)] if n % 3 == 0 else [])) for n in range(100)]
    for n, told in enumerate(await asyncio.gather(*asked)):
        assert told == [[(n, "said")], *([[(-n, "said")]] if n % 3 == 0 else [])]


async def test_small_ones_of_one_turn_travel_together(lines: Lines) -> None:
    await asyncio.gather(*(lines.ask(number(n)) for n in range(TOGETHER)))
    assert len(lines._all) == 1


async def test_large_ones_travel_alone(lines: Lines) -> None:
    began = perf_counter()
    await asyncio.gather(*(lines.ask(asleep(0.5)) for _ in range(MOST)))
    assert perf_counter() - began < 1.5
    assert len(lines._all) == MOST


async def test_what_is_said_before_ends_with_the_message(lines: Lines) -> None:
    plain = Lines(lines._url, Question(b"SELECT 1"))
    async with plain:
        [[(told,)]] = await plain.ask(Question(b"SELECT current_setting('concilia.test', true)"))
    assert told in (None, "")


async def test_a_fault_is_its_own_askers_alone(lines: Lines) -> None:
    asked = [lines.ask(BROKEN if n % 4 == 1 else number(n)) for n in range(40)]
    for n, told in enumerate(await asyncio.gather(*asked, return_exceptions=True)):
        if n % 4 == 1:
            assert isinstance(told, psycopg.errors.DivisionByZero)
        else:
            assert told == [[(n, "said")]]


async def test_a_fault_in_what_is_said_before(database_url: str) -> None:
    async with Lines(database_url, Question(b"SELECT set_config('role', 'nobody', true)")) as lines:
        for told in await asyncio.gather(*(lines.ask(number(n)) for n in range(9)), return_exceptions=True):
            assert isinstance(told, psycopg.errors.InvalidParameterValue)


async def test_a_large_answer(lines: Lines) -> None:
    question = Question(b"SELECT n, repeat('x', 1000) FROM generate_series(1, 5000) n")
    [rows] = await lines.ask(question)
    assert [row[0] for row in rows] == list(range(1, 5001))
    assert {row[1] for row in rows} == {"x" * 1000}


async def test_a_large_question(lines: Lines) -> None:
    """More than a socket takes at once."""
    text = "é" * 4_000_000
    [[(told,)]] = await lines.ask(Question(b"SELECT length($1::text)", [text.encode()]))
    assert told == 4_000_000


async def test_whoever_leaves_stops_the_work(lines: Lines, database_url: str) -> None:
    leaving = asyncio.create_task(lines.ask(asleep(30)))
    await asyncio.sleep(0.3)
    assert sleepers(database_url) == 1
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    for _ in range(50):
        if not sleepers(database_url):
            break
        await asyncio.sleep(0.05)
    assert sleepers(database_url) == 0
    assert await lines.ask(number(7)) == [[(7, "said")]]


async def test_whoever_leaves_does_not_take_others_along(lines: Lines) -> None:
    """All lines are busy, so that the three who follow share one."""
    busy = [asyncio.create_task(lines.ask(asleep(0.3))) for _ in range(MOST)]
    await asyncio.sleep(0.1)
    several = [asyncio.create_task(lines.ask(number(n))) for n in range(10)]
    await asyncio.sleep(0.05)
    several[0].cancel()
    told = await asyncio.gather(*busy, *several[1:])
    assert told == [[[("slept",)]]] * MOST + [[[(n, "said")]] for n in range(1, 10)]


async def test_who_waits_too_long_is_told(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "WAIT", 0.1)
    busy = [asyncio.create_task(lines.ask(asleep(0.6))) for _ in range(MOST)]
    await asyncio.sleep(0.3)
    began = perf_counter()
    with pytest.raises(Busy):
        await lines.ask(number(1))
    assert perf_counter() - began < 0.3
    await asyncio.gather(*busy)


async def cut_and_replaced(url: str) -> None:
    """While idle, and in the middle of an answer."""
    async with Lines(url, BEFORE) as lines:
        await asyncio.gather(*(lines.ask(number(n)) for n in range(20)))
        waiting = asyncio.create_task(lines.ask(asleep(30)))
        await asyncio.sleep(0.2)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
        [told] = await asyncio.gather(waiting, return_exceptions=True)
        assert isinstance(told, OperationalError)
        await asyncio.sleep(0.1)
        again = await asyncio.gather(*(lines.ask(number(n)) for n in range(20)))
        assert again == [[[(n, "said")]] for n in range(20)]


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
async def test_lines_that_were_cut_are_replaced(database_url: str, loop: Any) -> None:
    """Each kind of loop has its own way with sockets that end."""

    def run() -> None:
        with asyncio.Runner(loop_factory=loop) as runner:
            runner.run(cut_and_replaced(database_url))

    await asyncio.to_thread(run)


async def test_a_database_that_is_not_there() -> None:
    async with Lines("postgresql://127.0.0.1:1/nothing", BEFORE) as lines:
        for told in await asyncio.gather(*(lines.ask(number(n)) for n in range(9)), return_exceptions=True):
            assert isinstance(told, OperationalError)


async def test_leaving_the_block_ends_what_runs(database_url: str) -> None:
    async with Lines(database_url, BEFORE) as lines:
        waiting = asyncio.create_task(lines.ask(asleep(30)))
        await asyncio.sleep(0.3)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert sleepers(database_url) == 0
