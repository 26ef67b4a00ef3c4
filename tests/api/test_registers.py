"""Registers: filled from use, edited by role, completing what payments leave out."""

from typing import Any

from adapters.omie.demo.book import Book
from ports.identity import Role
from tests.api.documents import PAYABLE, RECEIVABLE
from tests.api.syncing import synced
from tests.running import Api

LIST = """query($k: ReferenceKind!, $s: String, $a: Boolean) {
    references(kind: $k, search: $s, active: $a) { totalCount nodes { kind code externalId name active } } }"""
SAVE = """mutation($i: ReferenceInput!) { it: saveReference(input: $i) {
    ...on Reference { id kind code externalId name active } ...on Refusal { why: code fields { path code } } } }"""
CREATE = """mutation($i: PaymentInput!) { it: createPayment(input: $i) { ...on Payment { id planoContasExternalId
    nomePlanoConta usuarioId usuarioExternalId } ...on Refusal { why: code fields { path code } } } }"""
UPDATE = """mutation($id: ID!, $i: PaymentPatch!) { it: updatePayment(id: $id, input: $i) { ...on Payment {
    planoContasId planoContasExternalId } ...on Refusal { why: code fields { path code } } } }"""

ACCOUNT = {"kind": "PLANO_CONTAS", "code": "10", "externalId": "PC10", "name": "Aluguéis"}


async def listed(api: Api, kind: str, **variables: Any) -> list[dict[str, Any]]:
    answer = await api.data(LIST, {"k": kind, **variables}, role=Role.VIEWER)
    assert answer["references"]["totalCount"] == len(answer["references"]["nodes"])
    return list(answer["references"]["nodes"])


async def save(api: Api, **changes: Any) -> Any:
    return (await api.data(SAVE, {"i": {**ACCOUNT, **changes}}, role=Role.FINANCE))["it"]


async def create(api: Api, **changes: Any) -> Any:
    return (await api.data(CREATE, {"i": {**PAYABLE, **changes}}))["it"]


async def test_payments_fill_the_registers(api: Api) -> None:
    await create(api)
    await api.data(CREATE, {"i": RECEIVABLE})
    found = {
        kind: [(entry["code"], entry["externalId"], entry["name"]) for entry in await listed(api, kind)]
        for kind in ("PLANO_CONTAS", "CENTRO_CUSTO", "FORNECEDOR", "LOJA", "FUNCIONARIO", "TRANSPORTADORA")
    }
    assert found == {
        "PLANO_CONTAS": [("10896691", "PC10896691", "Aluguel"), ("2512", "PC2512", "Vendas de produtos")],
        "CENTRO_CUSTO": [("1", "CC001", "Centro de Custo 01")],
        "FORNECEDOR": [("1107555", "FOR1107555", "AUREA LUCIA DA SILVA RODRIGUES")],
        "LOJA": [("178114", "LJ178114", "Matriz")],
        "FUNCIONARIO": [],
        "TRANSPORTADORA": [],
    }


async def test_a_known_name_is_not_renamed_by_use_and_the_payment_keeps_its_own(api: Api) -> None:
    await save(api)
    sent = {"planoContasId": "10", "planoContasExternalId": "OUTRO", "nomePlanoConta": "Aluguel da loja"}
    made = await create(api, **sent)
    assert (made["nomePlanoConta"], made["planoContasExternalId"]) == ("Aluguel da loja", "OUTRO")
    assert await listed(api, "PLANO_CONTAS") == [{**ACCOUNT, "active": True}]


async def test_an_external_id_is_completed_from_the_register(api: Api) -> None:
    await save(api)
    made = await create(api, planoContasId="10", planoContasExternalId="")
    assert made["planoContasExternalId"] == "PC10"
    unknown = await create(api, planoContasId="11", planoContasExternalId=None)
    assert unknown["planoContasExternalId"] is None
    patch = {"planoContasId": "10", "planoContasExternalId": None}
    changed = (await api.data(UPDATE, {"id": unknown["id"], "i": patch}))["it"]
    assert changed == {"planoContasId": "10", "planoContasExternalId": "PC10"}
    await save(api, kind="FUNCIONARIO", code="7", externalId="USR7", name="Adiel")
    by_user = await create(api, usuarioId="7", usuarioExternalId="")
    assert by_user["usuarioExternalId"] == "USR7"


async def test_a_party_has_to_bring_its_external_id(api: Api) -> None:
    await save(api, kind="FORNECEDOR", code="1107555", externalId="FOR", name="Aurea")
    refused = await create(api, fornecedorExternalId="")
    assert refused["fields"] == [{"path": ["fornecedorExternalId"], "code": "EXTERNAL_ID_MISSING"}]


async def test_use_gives_an_external_id_to_an_entry_without_one(api: Api) -> None:
    await save(api, externalId=None)
    await create(api, planoContasId="10", planoContasExternalId="PC10")
    assert (await listed(api, "PLANO_CONTAS"))[0]["externalId"] == "PC10"


async def test_an_entry_without_a_name_goes_by_its_code(api: Api) -> None:
    await create(api, lojaId="9", lojaExternalId="LJ9", nomeLoja="")
    assert [(entry["code"], entry["name"]) for entry in await listed(api, "LOJA")] == [("9", "9")]


async def test_saving_again_changes_the_same_entry(api: Api) -> None:
    first = await save(api)
    second = await save(api, name="Aluguel e condomínio", active=False)
    assert second == {**first, "name": "Aluguel e condomínio", "active": False}
    node = await api.data(
        "query($id: ID!) { node(id: $id) { ...on Reference { name } } }", {"id": first["id"]}
    )
    assert node == {"node": {"name": "Aluguel e condomínio"}}


async def test_search_and_active(api: Api) -> None:
    await save(api)
    await save(api, code="11", externalId="PC11", name="Água", active=False)
    assert [entry["code"] for entry in await listed(api, "PLANO_CONTAS", s="aGUA")] == ["11"]
    assert [entry["code"] for entry in await listed(api, "PLANO_CONTAS", s="pc10")] == ["10"]
    assert [entry["code"] for entry in await listed(api, "PLANO_CONTAS", a=True)] == ["10"]
    assert [entry["code"] for entry in await listed(api, "PLANO_CONTAS")] == ["11", "10"]


async def test_faults_come_all_at_once(api: Api) -> None:
    refused = await save(api, code=" ", name="", externalId="x" * 256)
    assert refused == {
        "why": "MISSING",
        "fields": [
            {"path": ["code"], "code": "MISSING"},
            {"path": ["name"], "code": "MISSING"},
            {"path": ["externalId"], "code": "TOO_LONG"},
        ],
    }


async def test_the_viewer_reads_and_does_not_write(api: Api) -> None:
    assert await api.code(SAVE, {"i": ACCOUNT}, role=Role.VIEWER) == "FORBIDDEN"
    assert await listed(api, "PLANO_CONTAS") == []


async def test_suppliers_are_a_register_and_never_clients(demo: tuple[Api, Book]) -> None:
    api, book = demo
    await synced(api)
    suppliers = {c.name: str(c.code) for c in book.clients.values() if "Fornecedor" in c.tags}
    shown = await api.data("{ references(kind: FORNECEDOR, first: 1000) { nodes { code name active } } }")
    assert {one["name"]: one["code"] for one in shown["references"]["nodes"]} == suppliers
    clients = (await api.data("{ clients(first: 1000) { nodes { name omieCodigos } } }"))["clients"]["nodes"]
    assert not {code for client in clients for code in client["omieCodigos"]} & set(suppliers.values())
    # Customer and supplier under two codes with one document: no issue, and one client.
    assert len([client for client in clients if client["name"] == "Açougue Irmãos Brandão Ltda"]) == 1
    code = suppliers["Energia do Planalto S.A."]
    book.change_client(int(code), name="Energia do Cerrado S.A.", active=False)
    await synced(api)
    shown = await api.data('{ references(kind: FORNECEDOR, search: "cerrado") { nodes { code active } } }')
    assert shown["references"]["nodes"] == [{"code": code, "active": False}]
