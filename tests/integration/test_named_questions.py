"""Questions that the database remembers: where it may, as long as it may, and whatever becomes of them."""

import asyncio
from collections.abc import Sequence

import psycopg
import pytest

from adapters.postgres import line
from adapters.postgres.line import Question
from adapters.postgres.lines import Lines
from adapters.postgres.reads import PostgresReads
from ports.paging import PageRequest

BEFORE = Question(b"SELECT 1", (), b"before")
KEPT = Question(b"SELECT name FROM pg_prepared_statements ORDER BY name")


def named(number: int) -> Question:
    return Question(b"SELECT $1::integer + %d" % number, [b"1"], b"plus%d" % number)


async def remembered(lines: Lines) -> Sequence[str]:
    [rows] = await lines.ask(KEPT)
    return [name for (name,) in rows]


async def test_it_is_remembered_by_its_name(database_url: str) -> None:
    async with Lines(database_url, BEFORE) as lines:
        for _ in range(3):
            assert await lines.ask(named(1), named(2), named(1)) == [[(2,)], [(3,)], [(2,)]]
        assert await remembered(lines) == ["before", "plus1", "plus2"]


async def test_one_that_cannot_be_prepared_says_why(database_url: str) -> None:
    """To its asker alone, and again when it is asked again."""
    bad = Question(b"SELECT nothing FROM nowhere", (), b"bad")
    async with Lines(database_url, BEFORE) as lines:
        for _ in range(2):
            asked = [lines.ask(bad if n == 3 else named(n)) for n in range(20)]
            for n, told in enumerate(await asyncio.gather(*asked, return_exceptions=True)):
                if n == 3:
                    assert isinstance(told, psycopg.errors.UndefinedTable)
                else:
                    assert told == [[(n + 1,)]]


async def test_a_line_that_remembers_enough_is_given_back(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "REMEMBERED", 5)
    async with Lines(database_url, BEFORE) as lines:
        for n in range(30):
            assert await lines.ask(named(n)) == [[(n + 1,)]]
        assert len(await remembered(lines)) <= 5


@pytest.mark.parametrize("pooled", [True, False])
async def test_behind_a_pooler_nothing_is_remembered(database_url: str, *, pooled: bool) -> None:
    reads = PostgresReads(database_url, pooled=pooled)
    async with reads.lines:
        await reads.clients(PageRequest(), ("id", "name"))
        assert bool(await remembered(reads.lines)) is not pooled


async def test_reads_are_the_applications(database_url: str) -> None:
    """By the role and the patience of their message."""
    who = Question(b"SELECT current_user::text, current_setting('statement_timeout')")
    reads = PostgresReads(database_url, pooled=False)
    async with reads.lines:
        for told in await asyncio.gather(*(reads.lines.ask(who) for _ in range(12))):
            assert told == [[("concilia_app", "1min")]]
