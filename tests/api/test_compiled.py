"""Plain reads are answered from rows: byte for byte what graphql-core answers, with few questions asked."""

import asyncio
import gc
import os
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import httpx
import psycopg
import pytest
from graphql import FieldNode
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.postgres.lines import Lines
from bench.filling import fill
from bootstrap import assemble
from graphql_api.compiled.plans import Plans
from graphql_api.context import Context
from graphql_api.limits import budgets
from graphql_api.limits.budgets import Limit
from ports.identity import Role
from tests.api.generated import LEAVES, of_clients, of_payments
from tests.conftest import new_database
from tests.running import SECRET, Api, running_api, settings_for

EXAMPLES = int(os.environ.get("COMPILED_EXAMPLES", "150"))
"""A longer run finds more."""
ATTRIBUTES = """UPDATE payments SET descricao = 'Ção "x" \\ \u2028 🚀', data_competencia = NULL, codigo = NULL,
    cadastrado_em = date_trunc('second', cadastrado_em), atributos = '[{"chave": "é", "valor": "\\"1\\""}]'
    WHERE version = 1 AND right(external_id, 1) = '7'"""


CONTRACTS = """
    INSERT INTO contracts (id, external_id, client_id, title, starts_on, ends_on, cadence, pro_rata,
        billing_day, source, version, created_at, updated_at, deleted_at)
    SELECT gen_random_uuid(), n || name, id, 'Contrato ' || n, DATE '2020-01-01' + n / 2, NULL, 'QUARTERLY',
        n = 2, nullif(n, 3), 'x', 1, now(), now(), CASE n WHEN 4 THEN now() END
    FROM clients, generate_series(1, 5) n WHERE length(name) % 2 = 0
"""


@pytest.fixture(scope="module")
async def filled(server: str) -> AsyncIterator[Api]:
    url = new_database(server)
    fill(url, 120)
    with psycopg.connect(url) as connection:
        connection.execute(ATTRIBUTES)
        connection.execute("DELETE FROM clients WHERE right(name, 3) <> '777'")
        connection.execute(CONTRACTS)
        connection.execute(
            "INSERT INTO contract_prices (contract_id, since, mrr) SELECT id, '2020-01-01', 100 FROM contracts"
        )
    async with running_api(assemble(settings_for(), url, SECRET)) as caller:
        yield caller


class Taken:
    """How often the compiled way was taken, and whether it may be."""

    def __init__(self) -> None:
        self.open = True
        self.count = 0


@pytest.fixture(scope="module")
def taken() -> Iterator[Taken]:
    state, ours = Taken(), Plans.data

    async def data(self: Plans, *asked: Any) -> dict[str, Any] | None:
        found = await ours(self, *asked) if state.open else None
        state.count += found is not None
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Plans, "data", data)
        yield state


async def both(
    api: Api, taken: Taken, query: str, variables: Mapping[str, Any], role: Role | None
) -> tuple[httpx.Response, httpx.Response]:
    headers = {"authorization": f"Bearer {api.token(role)}"} if role else {}
    answers = []
    for taken.open in (True, False):
        body = {"query": query, "variables": variables}
        answers.append(await api.client.post("/graphql", json=body, headers=headers))
    taken.open = True
    return answers[0], answers[1]


@settings(max_examples=EXAMPLES, deadline=None)
@given(operation=of_payments() | of_clients(), role=st.sampled_from([*[Role.CFO] * 6, Role.VIEWER, None]))
async def test_both_ways_answer_the_same(
    filled: Api, taken: Taken, operation: tuple[str, dict[str, Any]], role: Role | None
) -> None:
    compiled, reference = await both(filled, taken, *operation, role)
    assert compiled.status_code == reference.status_code
    assert comparable(compiled) == comparable(reference)


def comparable(answer: httpx.Response) -> Any:
    """The very bytes; errors come in any order, and each incident has its own number."""
    if b'"errors"' not in answer.content:
        return answer.content
    told = answer.json()
    errors = [error for error in told["errors"] if "incidentId" not in error["extensions"]]
    return told.get("data"), len(told["errors"]), sorted(map(str, errors))


async def test_many_took_the_compiled_way(taken: Taken) -> None:
    """After the test above: it would be worth little otherwise."""
    assert taken.count > EXAMPLES / 5


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


@pytest.mark.parametrize("role", [Role.CFO, Role.VIEWER, None])
async def test_one_payment_both_ways(filled: Api, taken: Taken, role: Role | None) -> None:
    """Live and deleted ones, and ids of nobody."""
    listed = "{ payments(first: 7, filter: {deleted: %s}) { nodes { id } } }"
    lists = [await filled.data(listed % deleted) for deleted in ("true", "false")]
    ids = [node["id"] for told in lists for node in told["payments"]["nodes"]]
    one = "query($id: ID!) { payment(id: $id) { __typename %s atributos { chave valor } } }"
    query = one % " ".join(f"{name} {name}2: {name}" for name in LEAVES[:20])
    for id_ in (*ids, "payment_0", "client_01234567890123456789012345678901", ids[0][:-1] + "x"):
        compiled, reference = await both(filled, taken, query, {"id": id_}, role)
        assert comparable(compiled) == comparable(reference)


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
