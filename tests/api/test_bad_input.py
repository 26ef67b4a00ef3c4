"""Ugly input gets a coded error, never a trace, and leaves nothing half-written."""

import json
from typing import Any

import pytest

from ports.identity import Role
from tests.api.documents import RECEIVABLE
from tests.running import Api

CREATE = """mutation($i: PaymentInput!) { createPayment(input: $i) { __typename
    ...on Refusal { code message fields { path code } } } }"""
COUNT = "{ payments { totalCount } }"


def without(*names: str, **changes: Any) -> dict[str, Any]:
    """The example, with fields left out and others changed; its total goes with its parts."""
    kept = {name: value for name, value in RECEIVABLE.items() if name not in (*names, "valorTotal")}
    return {**kept, **changes}


@pytest.mark.parametrize(
    "bad",
    [
        {"valor": "NaN"},
        {"valor": "Infinity"},
        {"valor": "1e3"},
        {"valor": "1.999"},
        {"valor": "12345678901234567890"},
        {"valor": "１２"},
        {"valor": " 12.00"},
        {"valor": "1_000"},
        {"valor": 12.5},
        {"valor": 12},
        {"valor": True},
        {"valor": None},
        {"dataVencimento": "2026-02-30"},
        {"dataVencimento": "2026-2-3"},
        {"dataVencimento": "20260203"},
        {"dataVencimento": "25/01/2020"},
        {"dataVencimento": 20200125},
        {"entidade": "Z"},
        {"liquidado": "1"},
        {"atributos": [{"chave": "x"}]},
        {"nada": "x"},
        {"descricao": ["a", "b"]},
        {"descricao": {"a": 1}},
    ],
    ids=json.dumps,
)
async def test_a_value_that_cannot_be_read_is_bad_user_input(shared_api: Api, bad: dict[str, Any]) -> None:
    assert await shared_api.code(CREATE, {"i": without(**bad)}) == "BAD_USER_INPUT"
    assert await shared_api.data(COUNT) == {"payments": {"totalCount": 0}}


@pytest.mark.parametrize(
    ("bad", "path", "code"),
    [
        ({"valor": "-1.00"}, ["valor"], "INVALID"),
        ({"juros": "-0.01"}, ["juros"], "INVALID"),
        ({"valor": "1.00", "desconto": "5.00"}, ["valorTotal"], "INVALID"),
        ({"valorTotal": "1.00"}, ["valorTotal"], "TOTAL_MISMATCH"),
        ({"descricao": "ab"}, ["descricao"], "TOO_SHORT"),
        ({"descricao": ""}, ["descricao"], "MISSING"),
        ({"descricao": "x" * 1_000_000}, ["descricao"], "TOO_LONG"),
        ({"descricao": "a\u0000bcd"}, ["descricao"], "INVALID"),
        ({"codigo": "\u0000"}, ["codigo"], "INVALID"),
        ({"clienteId": ""}, ["clienteId"], "MISSING"),
        ({"clienteExternalId": None}, ["clienteExternalId"], "EXTERNAL_ID_MISSING"),
        ({"fornecedorId": "9"}, ["fornecedorId"], "WRONG_PARTY"),
        ({"dataLiquidacao": None}, ["dataLiquidacao"], "SETTLED_WITHOUT_DATE"),
        ({"dataLiquidacao": "2999-01-01"}, ["dataLiquidacao"], "INVALID"),
        ({"liquidado": False}, ["dataLiquidacao"], "DATE_WITHOUT_SETTLEMENT"),
    ],
    ids=lambda value: None if isinstance(value, (dict, list)) else value,
)
async def test_a_broken_rule_is_a_refusal_with_its_path(
    shared_api: Api, bad: dict[str, Any], path: list[str], code: str
) -> None:
    refusal = (await shared_api.data(CREATE, {"i": without(**bad)}))["createPayment"]
    assert refusal["__typename"] == "Refusal"
    assert {"path": path, "code": code} in refusal["fields"]
    assert await shared_api.data(COUNT) == {"payments": {"totalCount": 0}}


async def test_all_faults_come_back_at_once(shared_api: Api) -> None:
    bad = without(valor="-1.00", descricao="ab", clienteId="", dataLiquidacao=None)
    refusal = (await shared_api.data(CREATE, {"i": bad}))["createPayment"]
    paths = {problem["path"][0] for problem in refusal["fields"]}
    assert paths >= {"valor", "descricao", "clienteId", "dataLiquidacao"}


async def test_a_refusal_speaks_the_callers_language(shared_api: Api) -> None:
    bad = {"i": without(valorTotal="1.00")}
    english = (await shared_api.data(CREATE, bad, language="en-GB,en;q=0.8"))["createPayment"]
    portuguese = (await shared_api.data(CREATE, bad, language="pt-BR"))["createPayment"]
    assert english["message"] == "The total sent, 1.00, differs from the computed one, 1600.99."
    assert portuguese["message"] == "O total enviado, 1.00, não confere com o calculado, 1600.99."


@pytest.mark.parametrize("kind", ["payment", "client", "syncRun"])
@pytest.mark.parametrize(
    "unknown", ["", "x", "payment_", "client_" + "0" * 32, "payment_" + "0" * 32, "a\u0000b", "é" * 40]
)
async def test_an_unknown_id_is_null(shared_api: Api, kind: str, unknown: str) -> None:
    query = f"query($id: ID!) {{ {kind}(id: $id) {{ id }} node(id: $id) {{ id }} }}"
    assert await shared_api.data(query, {"id": unknown}) == {kind: None, "node": None}


@pytest.mark.parametrize(
    "mutation",
    [
        'settlePayment(id: "x", dataLiquidacao: "2020-01-01")',
        'unsettlePayment(id: "payment_00000000000000000000000000000000")',
        'deletePayment(id: "client_00000000000000000000000000000000")',
        'updatePayment(id: "x", input: {})',
        'updateClient(id: "x", input: {})',
        'updateContract(id: "contract_00000000000000000000000000000000", input: {})',
        'deleteContract(id: "")',
        'createContract(input: {clientId: "x", title: "t", mrr: "1", startsOn: "2026-01-01"})',
    ],
)
async def test_changing_what_is_not_there_is_not_found(shared_api: Api, mutation: str) -> None:
    answer = await shared_api.data(f"mutation {{ it: {mutation} {{ ...on Refusal {{ code }} }} }}")
    assert answer == {"it": {"code": "NOT_FOUND"}}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("first: -1", "BAD_USER_INPUT"),
        ("first: 1001", "BAD_USER_INPUT"),
        ("first: 99999999999", "GRAPHQL_VALIDATION_FAILED"),
        ("first: 1, last: 1", "BAD_USER_INPUT"),
        ('after: "Incorrect padding"', "BAD_USER_INPUT"),
        ('after: "WyIrbmFtZSJd"', "BAD_USER_INPUT"),
        ('after: "\\u0000"', "BAD_USER_INPUT"),
        ('filter: {search: "a\\u0000b"}', "BAD_USER_INPUT"),
        ('filter: {dataVencimento: {from: "2026-13-01"}}', "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_bad_list_arguments(shared_api: Api, arguments: str, code: str) -> None:
    assert (
        await shared_api.code(f"{{ payments({arguments}) {{ nodes {{ id }} }} }}", role=Role.VIEWER) == code
    )


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nope }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ ...Nope }", "GRAPHQL_VALIDATION_FAILED"),
        ('{ reconciliation(period: "2026-13") { id } }', "GRAPHQL_VALIDATION_FAILED"),
        ('{ reconciliation(period: "nov 26") { id } }', "GRAPHQL_VALIDATION_FAILED"),
        ("query($p: Period!) { reconciliation(period: $p) { id } }", "BAD_USER_INPUT"),
    ],
)
async def test_queries_that_make_no_sense(shared_api: Api, query: str, code: str) -> None:
    assert await shared_api.code(query) == code


@pytest.mark.parametrize(
    "query",
    [
        'query($one: ID = "x") { payment(id: $one) { id } }',
        "query($one: Boolean = false) { clients { __typename @include(if: $one) } }",
        "query($one: SortDirection = ASC) { payments(orderBy: [{field: VALOR_TOTAL, direction: $one}]) { nodes { id } } }",
    ],
)
async def test_null_in_the_place_of_a_variables_default(shared_api: Api, query: str) -> None:
    """GraphQL lets the document pass, because of the default; so it is found out in the middle."""
    assert await shared_api.code(query, {"one": None}) == "BAD_USER_INPUT"
