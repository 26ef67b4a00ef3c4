"""One story a mutation, and the lists."""

import asyncio
from typing import Any

import pytest

from ports.identity import Role
from tests.api.documents import PAYABLE, RECEIVABLE
from tests.running import Api

ANSWER = """{ __typename ...on Payment { id version descricao entidade liquidado dataLiquidacao deletadoEm
    clienteId fornecedorId valorTotal usuarioId nomeUsuario }
    ...on Refusal { code message fields { path code } current { id ...on Payment { version } } } }"""
CREATE = (
    f"mutation($i: PaymentInput!, $k: String) {{ it: createPayment(input: $i, idempotencyKey: $k) {ANSWER} }}"
)
UPDATE = f"""mutation($id: ID!, $i: PaymentPatch!, $v: Int) {{
    it: updatePayment(id: $id, input: $i, expectedVersion: $v) {ANSWER} }}"""


def by_id(mutation: str, arguments: str = "") -> str:
    return f"mutation($id: ID!) {{ it: {mutation}(id: $id{arguments}) {ANSWER} }}"


async def create(api: Api, **changes: Any) -> dict[str, Any]:
    sent = {name: value for name, value in {**RECEIVABLE, **changes}.items() if name != "valorTotal"}
    return dict((await api.data(CREATE, {"i": sent}))["it"])


async def test_settle_unsettle_delete_restore(api: Api) -> None:
    payment = await create(api, liquidado=False, dataLiquidacao=None, externalId="E1")
    who = {"id": payment["id"]}
    settle = by_id("settlePayment", ', dataLiquidacao: "2020-02-01"')
    assert (await api.data(settle, who))["it"]["dataLiquidacao"] == "2020-02-01"
    assert (await api.data(settle, who))["it"]["code"] == "ALREADY_SETTLED"
    assert (await api.data(by_id("unsettlePayment"), who))["it"]["liquidado"] is False
    assert (await api.data(by_id("unsettlePayment"), who))["it"]["code"] == "NOT_SETTLED"
    assert (await api.data(by_id("restorePayment"), who, role=Role.ADMIN))["it"]["code"] == "NOT_DELETED"
    assert (await api.data(by_id("deletePayment"), who))["it"]["deletadoEm"] is not None
    assert (await api.data(settle, who))["it"]["code"] == "DELETED"
    again = await create(api, externalId="E1")
    assert again["__typename"] == "Payment"
    taken = (await api.data(by_id("restorePayment"), who, role=Role.ADMIN))["it"]
    assert taken["code"] == "DUPLICATE_EXTERNAL_ID"
    await api.data(by_id("deletePayment"), {"id": again["id"]})
    assert (await api.data(by_id("restorePayment"), who, role=Role.ADMIN))["it"]["deletadoEm"] is None


async def test_a_patch_changes_what_it_names(api: Api) -> None:
    payment = await create(api)
    who = {"id": payment["id"]}
    renamed = (await api.data(UPDATE, {**who, "i": {"descricao": "Outra coisa"}, "v": 1}))["it"]
    assert (renamed["descricao"], renamed["version"], renamed["clienteId"]) == ("Outra coisa", 2, "6")
    stale = (await api.data(UPDATE, {**who, "i": {"descricao": "Tarde"}, "v": 1}))["it"]
    assert (stale["code"], stale["current"]) == ("STALE_VERSION", {"id": payment["id"], "version": 2})
    party = {"entidade": "FORNECEDOR", "fornecedorId": "9", "fornecedorExternalId": "F9"}
    changed = (await api.data(UPDATE, {**who, "i": party}))["it"]
    assert (changed["entidade"], changed["clienteId"], changed["fornecedorId"]) == ("FORNECEDOR", None, "9")
    missing = (await api.data(UPDATE, {**who, "i": {"valor": None, "descricao": ""}}))["it"]
    assert {problem["path"][0] for problem in missing["fields"]} == {"valor", "descricao"}


async def test_the_caller_is_the_user_unless_another_is_sent(api: Api) -> None:
    assert (await create(api))["nomeUsuario"] == "test-cfo"
    sent = (await api.data(CREATE, {"i": PAYABLE}))["it"]
    assert (sent["usuarioId"], sent["nomeUsuario"]) == ("326109", "Adiel Hebo")


async def test_an_idempotency_key(api: Api) -> None:
    again = {"i": RECEIVABLE, "k": "key-1"}
    answers = await asyncio.gather(*(api.data(CREATE, again) for _ in range(8)))
    assert len({answer["it"]["id"] for answer in answers}) == 1
    other = await api.data(CREATE, {"i": {**RECEIVABLE, "descricao": "Outra"}, "k": "key-1"})
    assert other["it"]["code"] == "IDEMPOTENCY_KEY_REUSED"
    refused = {"i": {**RECEIVABLE, "valorTotal": "1.00"}, "k": "key-2"}
    assert (await api.data(CREATE, refused))["it"]["code"] == "TOTAL_MISMATCH"
    assert (await api.data(CREATE, {"i": RECEIVABLE, "k": "key-2"}))["it"]["__typename"] == "Payment"
    assert (await api.data(CREATE, {"i": RECEIVABLE, "k": ""}))["it"]["code"] == "TOO_SHORT"


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("field", ["DATA_VENCIMENTO", "DATA_LIQUIDACAO", "VALOR_TOTAL", "DESCRICAO"])
async def test_pages_in_both_directions_show_each_row_once(api: Api, field: str, direction: str) -> None:
    for day in (3, 1, 2, 1, 5):
        settled = {"liquidado": day % 2 == 1, "dataLiquidacao": f"2020-01-0{day}" if day % 2 else None}
        await create(
            api, dataVencimento=f"2020-01-0{day}", valor=f"{day}.10", descricao=f"dia {day}", **settled
        )
    query = """query($o: [PaymentOrder!], $f: Int, $a: String, $l: Int, $b: String) {
        payments(orderBy: $o, first: $f, after: $a, last: $l, before: $b) {
            nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
    order = {"o": [{"field": field, "direction": direction}]}
    whole = [node["id"] for node in (await api.data(query, order))["payments"]["nodes"]]
    forward: list[str] = []
    cursor = None
    for _ in range(3):
        page = (await api.data(query, {**order, "f": 2, "a": cursor}))["payments"]
        forward += [node["id"] for node in page["nodes"]]
        cursor = page["pageInfo"]["endCursor"]
    assert forward == whole
    assert page["pageInfo"]["hasNextPage"] is False
    back = (await api.data(query, {**order, "l": 3, "b": cursor}))["payments"]
    assert [node["id"] for node in back["nodes"]] == whole[1:4]
    assert back["pageInfo"]["hasPreviousPage"] is True


async def test_the_client_on_file_and_two_different_ones(api: Api) -> None:
    made = "mutation($n: String!, $c: String) { createClient(input: {name: $n, omieCodigo: $c}) { ...on Client { id } } }"
    one = (await api.data(made, {"n": "Um", "c": "101"}))["createClient"]["id"]
    two = (await api.data(made, {"n": "Dois", "c": "102"}))["createClient"]["id"]
    by_key = await create(api, clienteId=one, clienteExternalId="X")
    by_code = await create(api, clienteId="77", clienteExternalId="102")
    shown = "query($id: ID!) { payment(id: $id) { client { id } title { id } } }"
    assert (await api.data(shown, {"id": by_key["id"]}))["payment"]["client"] == {"id": one}
    assert (await api.data(shown, {"id": by_code["id"]}))["payment"] == {"client": {"id": two}, "title": None}
    both = await create(api, clienteId=one, clienteExternalId="102")
    assert both["code"] == "WRONG_PARTY"
