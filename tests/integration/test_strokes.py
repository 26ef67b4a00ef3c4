"""What is written in one message is kept whole when it is said to be, or not at all."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import LiteralString

import psycopg
import pytest

from adapters.postgres import strokes as strokes_module
from adapters.postgres.line import Question
from adapters.postgres.lines import Busy
from adapters.postgres.strokes import MOST, Strokes

TABLE: LiteralString = "CREATE TABLE stones (n INTEGER UNIQUE DEFERRABLE INITIALLY DEFERRED)"
SAID = Question(b"SELECT set_config('concilia.test', 'said', true)")
HEARD = Question(b"SELECT current_setting('concilia.test', true)")
BROKEN = Question(b"SELECT 1 / $1::integer", [b"0"])
OTHERS = """
    SELECT {} FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND {}
"""


def stone(number: int) -> Question:
    return Question(b"INSERT INTO stones VALUES ($1::integer) RETURNING n", [b"%d" % number], b"stone")


def asleep(seconds: float) -> Question:
    return Question(b"SELECT 'slept' FROM pg_sleep($1::float)", [b"%f" % seconds])


@pytest.fixture
def url(database_url: str) -> Iterator[str]:
    def do(statement: LiteralString) -> None:
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute(statement)

    do(TABLE)
    yield database_url
    do("DROP TABLE stones")


@pytest.fixture
async def strokes(url: str) -> AsyncIterator[Strokes]:
    async with Strokes(url) as opened:
        yield opened


def stones(url: str) -> list[int]:
    with psycopg.connect(url) as connection:
        return [n for (n,) in connection.execute("SELECT n FROM stones ORDER BY n").fetchall()]


def others(url: str, condition: str = "true") -> list[tuple[str]]:
    """What the other connections to the database were asked last."""
    with psycopg.connect(url) as connection:
        return connection.execute(OTHERS.format("query", condition).encode()).fetchall()


async def test_each_is_kept_and_told(strokes: Strokes, url: str) -> None:
    """Many more than there are lines, at once."""
    told = await asyncio.gather(*(strokes.write(SAID, stone(n), stone(-n), HEARD) for n in range(1, 60)))
    assert [answers[1:] for answers in told] == [[[(n,)], [(-n,)], [("said",)]] for n in range(1, 60)]
    assert stones(url) == [*range(-59, 0), *range(1, 60)]
    [[(heard,)]] = await strokes.write(HEARD)
    assert heard in (None, "")


async def test_a_fault_keeps_nothing_and_troubles_nobody(strokes: Strokes, url: str) -> None:
    told = await asyncio.gather(
        *(strokes.write(stone(n), *([BROKEN] if n % 3 == 0 else []), stone(-n)) for n in range(1, 40)),
        return_exceptions=True,
    )
    for n, answers in enumerate(told, 1):
        if n % 3 == 0:
            assert isinstance(answers, psycopg.errors.DivisionByZero)
        else:
            assert answers == [[(n,)], [(-n,)]]
    assert stones(url) == sorted(sign * n for n in range(1, 40) if n % 3 for sign in (1, -1))


async def test_a_fault_of_the_commit_is_told(strokes: Strokes, url: str) -> None:
    """Whatever was answered before."""
    await strokes.write(stone(1))
    with pytest.raises(psycopg.OperationalError) as told:
        await strokes.write(stone(2), stone(1))
    assert isinstance(told.value.__cause__, psycopg.errors.UniqueViolation)
    assert await strokes.write(stone(3)) == [[(3,)]]
    assert stones(url) == [1, 3]


async def test_whoever_leaves_leaves_nothing(strokes: Strokes, url: str) -> None:
    leaving = asyncio.create_task(strokes.write(stone(1), asleep(30)))
    await asyncio.sleep(0.2)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    told = await asyncio.gather(*(strokes.write(stone(n)) for n in range(2, 9)))
    assert told == [[[(n,)]] for n in range(2, 9)]
    await asyncio.gather(*strokes._closing)
    assert stones(url) == [*range(2, 9)]
    assert not others(url, "state = 'active'")


async def test_who_waits_too_long_has_asked_nothing(
    strokes: Strokes, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strokes_module, "WAIT", 0.1)
    busy = [asyncio.create_task(strokes.write(asleep(0.5))) for _ in range(MOST)]
    await asyncio.sleep(0.2)
    with pytest.raises(Busy):
        await strokes.write(stone(1))
    assert await asyncio.gather(*busy) == [[[("slept",)]]] * MOST
    assert stones(url) == []


async def test_lines_that_were_cut_are_replaced(strokes: Strokes, url: str) -> None:
    """While idle, and in the middle of a message."""
    await asyncio.gather(*(strokes.write(stone(n)) for n in range(9)))
    waiting = asyncio.create_task(strokes.write(stone(9), asleep(30)))
    await asyncio.sleep(0.2)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(OTHERS.format("pg_terminate_backend(pid, 1000)", "true").encode())
    [told] = await asyncio.gather(waiting, return_exceptions=True)
    assert isinstance(told, psycopg.OperationalError)
    assert not isinstance(told, Busy)
    await asyncio.sleep(0.1)
    await asyncio.gather(*(strokes.write(stone(n)) for n in range(10, 20)))
    assert stones(url) == [*range(9), *range(10, 20)]


async def test_a_database_that_is_not_there() -> None:
    async with Strokes("postgresql://127.0.0.1:1/nothing") as strokes:
        for _ in range(MOST + 1):
            with pytest.raises(psycopg.OperationalError):
                await strokes.write(SAID)


async def test_leaving_the_block_waits_for_what_is_being_written(url: str) -> None:
    async with Strokes(url) as strokes:
        writing = asyncio.create_task(strokes.write(asleep(0.3), stone(1)))
        await asyncio.sleep(0.1)
    assert await writing == [[("slept",)], [(1,)]]
    assert not others(url)
