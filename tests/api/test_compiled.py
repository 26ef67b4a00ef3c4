"""Plain reads are answered from rows: byte for byte what graphql-core answers, with few questions asked."""

import os
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import httpx
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.filling import fill
from bootstrap import assemble
from graphql_api.compiled.plans import Plans
from graphql_api.schema import build_schema
from ports.identity import Role
from tests.conftest import new_database
from tests.running import SECRET, Api, running_api, settings_for

EXAMPLES = int(os.environ.get("COMPILED_EXAMPLES", "150"))
"""A longer run finds more."""
SLOW = {"client", "title", "createdBy"}
ATTRIBUTES = """UPDATE payments SET descricao = 'Ção "x" \\ \u2028 🚀', data_competencia = NULL, codigo = NULL,
    cadastrado_em = date_trunc('second', cadastrado_em), atributos = '[{"chave": "é", "valor": "\\"1\\""}]'
    WHERE version = 1 AND right(external_id, 1) = '7'"""


@pytest.fixture(scope="module")
async def filled(server: str) -> AsyncIterator[Api]:
    url = new_database(server)
    fill(url, 120)
    with psycopg.connect(url) as connection:
        connection.execute(ATTRIBUTES)
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


def _leaves() -> list[str]:
    fields = build_schema().core.type_map["Payment"].fields  # type: ignore[attr-defined]
    return [name for name, field in fields.items() if name not in ("atributos", *SLOW) and not field.args]


LEAVES = _leaves()
DIRECTIVES = ["", "", "", "", " @skip(if: $no)", " @include(if: $yes)", " @include(if: false)"]
CONNECTION = ["nodes", "nodes", "nodes", "edges", "pageInfo { hasNextPage endCursor }", "__typename"]
KEYS = ["", "", "", "a: ", "class: ", "f0: ", "_b: "]


@st.composite
def fields(draw: st.DrawFn) -> str:
    """A selection of a payment: mostly plain."""
    chosen = []
    for n, name in enumerate(
        draw(st.lists(st.sampled_from([*LEAVES, "__typename"]), min_size=1, max_size=8))
    ):
        key = draw(st.sampled_from(KEYS))
        chosen.append(f"{key and f'{key[:-2]}{n}: '}{name}{draw(st.sampled_from(DIRECTIVES))}")
    more = ["atributos { chave valor }", "atributos { valor }", "client { name }", "title { status }"]
    chosen += draw(
        st.lists(st.sampled_from(more), max_size=1) if draw(st.integers(0, 9)) == 9 else st.just([])
    )
    text = " ".join(chosen)
    wraps = [text, text, f"... on Payment {{ {text} }} id", "...F valor", f"... on Node {{ id }} {text}"]
    return draw(st.sampled_from(wraps))


@st.composite
def operations(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """An operation on payments, and its variables; some are refused."""
    selected = draw(fields())
    parts = []
    for part in draw(st.lists(st.sampled_from(CONNECTION), min_size=1, max_size=3, unique=True)):
        if part == "nodes":
            parts.append(f"nodes {{ {selected} }}")
        elif part == "edges":
            parts.append(f"edges {{ cursor node {{ {selected} }} }}")
        else:
            parts.append(part)
    order = draw(
        st.sampled_from(["", "", "orderBy: [{field: VALOR_TOTAL, direction: DESC}]", "orderBy: $order"])
    )
    size = draw(st.sampled_from(["first: $n", "last: $n", "first: 3", "", "", "first: 2, last: 2"]))
    rest = ", ".join(one for one in (size, order, "filter: $filter") if one)
    uses = "fragment F on Payment { descricao valorTotal }" if "...F" in selected else ""
    body = f"{{ payments({rest}) {{ {' '.join(parts)} }} }} {uses}"
    used = [f"${name}: {kind}" for name, kind in VARIABLES.items() if f"${name}" in body]
    query = f"query({', '.join(used)}) {body}"
    variables: dict[str, Any] = {
        "n": draw(st.sampled_from([None, 0, 1, 2, 5, 5, 7, 1000, -1])),
        "filter": {
            name: draw(FILTERS[name]) for name in draw(st.lists(st.sampled_from([*FILTERS]), max_size=2))
        },
        "order": draw(st.none() | st.lists(st.sampled_from(ORDERS), max_size=2)),
        "yes": draw(st.booleans()),
    }
    return query, variables


VARIABLES = {
    "n": "Int",
    "filter": "PaymentFilter",
    "order": "[PaymentOrder!]",
    "yes": "Boolean!",
    "no": "Boolean = false",
}
FILTERS: dict[Any, Any] = {
    "entidade": st.sampled_from([None, [], ["CLIENTE"], ["CLIENTE", "FORNECEDOR"]]),
    "liquidado": st.none() | st.booleans(),
    "situacao": st.sampled_from([None, [], ["LIQUIDADO"], ["VENCIDO", "A_VENCER"]]),
    "dataVencimento": st.sampled_from([{"from": "2022-01-01"}, {"to": "2025-01-01", "from": None}, {}]),
    "dataCompetencia": st.sampled_from([{"from": "2022-01-01"}]),
    "dataLiquidacao": st.sampled_from([None, {"to": "2024-01-01"}]),
    "valorTotal": st.sampled_from([{"from": "100.00", "to": "5000"}, {"from": "x"}]),
    "externalId": st.sampled_from([["E7", "E17"], ["'; --"], ["%s %(n)s \\"], ["\0"]]),
    "search": st.sampled_from(["nota 7"]),
    "clienteId": st.sampled_from([["CLI1"]]),
    "deleted": st.booleans(),
}
ORDERS = [
    {"field": field, "direction": direction}
    for field in ("DATA_VENCIMENTO", "DATA_LIQUIDACAO", "CADASTRADO_EM", "DESCRICAO")
    for direction in ("ASC", "DESC")
]


@settings(max_examples=EXAMPLES, deadline=None)
@given(operation=operations(), role=st.sampled_from([*[Role.CFO] * 6, Role.VIEWER, None]))
async def test_both_ways_answer_the_same(
    filled: Api, taken: Taken, operation: tuple[str, dict[str, Any]], role: Role | None
) -> None:
    compiled, reference = await both(filled, taken, *operation, role)
    assert compiled.status_code == reference.status_code
    assert sans_incident(compiled) == sans_incident(reference)


def sans_incident(answer: httpx.Response) -> Any:
    """The very bytes, unless they name an incident, of which each has its own number."""
    if b"incidentId" not in answer.content:
        return answer.content
    told = answer.json()
    return told["data"], [error["path"] for error in told["errors"]]


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
