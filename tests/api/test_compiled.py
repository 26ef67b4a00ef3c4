"""Plain reads are answered from rows: byte for byte what graphql-core answers, with few questions asked."""

import asyncio
import gc
import re
from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest
from graphql import FieldNode
from hypothesis import given, settings

from adapters.postgres.lines import Lines
from bootstrap import assemble
from graphql_api.context import Context
from graphql_api.limits import budgets
from graphql_api.limits.budgets import Limit
from ports.identity import Role
from tests.conftest import new_database
from tests.differential.askings import Asked
from tests.differential.books import write_books
from tests.differential.documents import Written, operations
from tests.differential.roads import Comparison, comparing
from tests.running import SECRET, Api, running_api, settings_for

EXAMPLES = 150
"""Documents, the same at each run; `make differential` writes many more."""


@pytest.fixture(scope="module")
def full(server: str) -> str:
    """A database of books."""
    url = new_database(server)
    write_books(url)
    return url


@pytest.fixture(scope="module")
async def filled(full: str) -> AsyncIterator[Api]:
    async with running_api(assemble(settings_for(), full, SECRET)) as caller:
        yield caller


@pytest.fixture(scope="module")
async def comparison(full: str) -> AsyncIterator[Comparison]:
    async with comparing(assemble(settings_for(), full, SECRET)) as both:
        yield both


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(written=operations())
async def test_both_ways_answer_the_same(comparison: Comparison, written: Written) -> None:
    await comparison.compare(written)


async def test_rows_of_which_nothing_is_left(comparison: Comparison) -> None:
    query = "{ payments { edges { cursor @skip(if: true) } nodes { id } } }"
    asked = [Asked({}, Role.CFO, "en", "application/json")] * 4
    await comparison.compare(Written(query, ("payments",), None, asked))


async def test_many_took_the_compiled_way(comparison: Comparison) -> None:
    """After the test above: it would be worth little otherwise."""
    assert comparison.counts.of("compiled") > comparison.counts.of("compared") / 6


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("{ payments(first: 5) { nodes { id valor a: valor } } }", 4),
        ("{ payments(first: 5) { edges { cursor node { situacao } } pageInfo { endCursor } } }", 3),
        ('{ payment(id: "payment_01234567890123456789012345678901") { id codigo __typename } }', 2),
    ],
)
async def test_one_question_for_the_selected_columns(
    filled: Api, statements: list[str], query: str, columns: int
) -> None:
    """Of a list, the two keys of its order besides."""
    await filled.data(query)
    [statement] = statements
    assert selected(statement).count(",") + 1 == columns


def selected(statement: str) -> str:
    """What stands between SELECT and FROM, without anything in brackets."""
    text, shorter = "", statement.rpartition("SELECT")[2].partition("FROM payments")[0]
    while text != shorter:
        text, shorter = shorter, re.sub(r"\([^()]*\)", "", shorter)
    return text


@pytest.mark.parametrize("asked", ["totalCount", "nodes { id }"])
async def test_nothing_of_a_request_is_kept(filled: Api, asked: str) -> None:
    """Whether it was plain or not."""
    before = alive(Context)
    for _ in range(10):
        await filled.data(f"{{ payments(first: 1) {{ {asked} }} }}")
    assert alive(Context) <= before + 1


@pytest.mark.parametrize("asked", ["totalCount", "nodes { id }"])
async def test_documents_are_kept_once_they_come_again(filled: Api, asked: str) -> None:
    """Plain or not: who sends ever new ones fills nothing."""
    before = alive(FieldNode)
    for number in range(10):
        await filled.data(f"{{ n{number}: payments(first: 1) {{ {asked} }} }}")
    assert alive(FieldNode) == before
    for _ in range(10):
        await filled.data(f"{{ again: payments(first: 1) {{ {asked} }} }}")
    assert alive(FieldNode) == before + asked.count(" ") // 2 + 2


def alive(kind: type) -> int:
    gc.collect()
    return sum(type(one) is kind for one in gc.get_objects())


async def test_what_takes_too_long_is_ended(filled: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask(*_: Any) -> Any:
        await asyncio.sleep(30)

    monkeypatch.setattr(Lines, "ask", ask)
    monkeypatch.setitem(budgets.ALLOWED, Limit.SECONDS, 0.1)
    answer = await filled.send("{ payments(first: 1) { nodes { id } } }")
    told = answer["errors"][0]["extensions"]
    assert (told["code"], told["limit"]) == ("QUERY_TOO_COMPLEX", "seconds")


@pytest.mark.parametrize(
    "asked", ["payments { nodes { id } }", "clients { nodes { id } }", 'payment(id: "@payment.0@") { valor }']
)
async def test_both_ways_end_what_takes_too_long(
    comparison: Comparison, full: str, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    """While somebody keeps the tables to himself."""
    monkeypatch.setitem(budgets.ALLOWED, Limit.SECONDS, 0.05)
    with psycopg.connect(full) as connection:
        connection.execute("LOCK TABLE payments, clients")
        alone = Asked({}, Role.CFO, "en", "application/json")
        await comparison.compare(Written(f"{{ {asked} }}", ("late",), None, [alone]))
    assert comparison.counts["late", "with errors"] == comparison.counts["late", "compared"]
