"""The main job, as a finance team does it: register, sync, reconcile; and a viewer who may not."""

import asyncio
from decimal import Decimal
from typing import Any

from ports.calendar import Period, local_day
from ports.identity import Role
from tests.api.documents import PAYABLE, RECEIVABLE
from tests.running import Api, TestClock

CREATE_CLIENT = "mutation($i: ClientInput!) { createClient(input: $i) { ...on Client { id document } } }"
CREATE_CONTRACT = """mutation($i: ContractInput!) { createContract(input: $i) {
    ...on Contract { id mrr client { name mrr } } ...on Refusal { code } } }"""
CREATE_PAYMENT = """mutation($i: PaymentInput!) { createPayment(input: $i) { __typename
    ...on Payment { id valorTotal situacao version } ...on Refusal { code fields { path code } } } }"""
SETTLE = """mutation($id: ID!, $on: Date!) { settlePayment(id: $id, dataLiquidacao: $on) { __typename
    ...on Payment { id liquidado dataLiquidacao version } ...on Refusal { code } } }"""
SYNC = """mutation($m: SyncMode) {
    syncErp(mode: $m) { __typename ...on SyncRun { id status } ...on Refusal { code } } }"""
RUNS = """{ syncRuns { totalCount nodes { id status mode recordCount clientsCreated clientsUpdated
    receivablesCreated receivablesUpdated progress { percent } issues { totalCount } } } }"""
RECONCILE = """query($p: Period!) { reconciliation(period: $p) { fresh
    lines(first: 1000) { nodes { name mrr expected billed divergence tolerance verdict kind
        titles { totalCount nodes { amount cancelled } } } } } }"""


async def _synced(api: Api, mode: str | None = None) -> dict[str, Any]:
    """Start a sync, wait for its end, and give its row of the log."""
    started = (await api.data(SYNC, {"m": mode}))["syncErp"]
    for _ in range(200):
        newest = (await api.data(RUNS))["syncRuns"]["nodes"][0]
        if newest["id"] == started["id"] and newest["status"] != "RUNNING":
            return dict(newest)
        await asyncio.sleep(0.05)
    raise AssertionError("the sync did not end")


async def test_a_cfo_registers_clients_contracts_and_payments(api: Api) -> None:
    sent = {"name": "Padaria Pão de Açúcar Ltda", "document": "11.222.333/0001-81"}
    client = (await api.data(CREATE_CLIENT, {"i": sent}))["createClient"]
    assert client["document"] == "11222333000181"

    contract = {"clientId": client["id"], "title": "Suporte", "mrr": "1500.00", "startsOn": "2026-01-01"}
    made = (await api.data(CREATE_CONTRACT, {"i": contract}))["createContract"]
    assert made["client"] == {"name": "Padaria Pão de Açúcar Ltda", "mrr": "1500.00"}

    receivable = (await api.data(CREATE_PAYMENT, {"i": RECEIVABLE}))["createPayment"]
    payable = (await api.data(CREATE_PAYMENT, {"i": PAYABLE}))["createPayment"]
    assert (receivable["valorTotal"], payable["valorTotal"]) == ("1600.99", "2931.44")
    assert receivable["situacao"] == "LIQUIDADO"

    found = await api.data(
        "query($f: PaymentFilter) { payments(filter: $f) { totalCount nodes { descricao } } }",
        {"f": {"entidade": ["FORNECEDOR"], "search": "FIRMINO aluguel"}},
    )
    assert found["payments"]["totalCount"] == 1

    open_one = {**RECEIVABLE, "liquidado": False, "dataLiquidacao": None}
    payment = (await api.data(CREATE_PAYMENT, {"i": open_one}))["createPayment"]
    assert payment["situacao"] == "VENCIDO"
    settled = (await api.data(SETTLE, {"id": payment["id"], "on": "2020-01-27"}))["settlePayment"]
    assert (settled["liquidado"], settled["dataLiquidacao"], settled["version"]) == (True, "2020-01-27", 2)


async def test_the_documents_examples_come_back_field_for_field(api: Api) -> None:
    for example in (RECEIVABLE, PAYABLE):
        made = (await api.data(CREATE_PAYMENT, {"i": example}))["createPayment"]
        plain = [name for name in example if name != "atributos"]
        shown = await api.data(
            f"query($id: ID!) {{ payment(id: $id) {{ {' '.join(plain)} atributos {{ chave }} }} }}",
            {"id": made["id"]},
        )
        expected = {name: None if value == "" else value for name, value in example.items()}
        assert shown["payment"] == {"atributos": [], **expected}


async def test_a_sync_brings_clients_once_and_titles_and_is_logged(api: Api, clock: TestClock) -> None:
    first = await _synced(api)
    assert first["status"] == "SUCCESS"
    assert first["progress"]["percent"] == 100
    assert first["clientsCreated"] > 30
    assert first["receivablesCreated"] > 200
    before = await api.data("{ clients { totalCount } }")

    second, third = await _synced(api), await _synced(api, mode="FULL")
    assert len({run["id"] for run in (first, second, third)}) == 3
    assert [run["mode"] for run in (first, second, third)] == ["FULL", "INCREMENTAL", "FULL"]
    made = ("clientsCreated", "clientsUpdated", "receivablesCreated", "receivablesUpdated")
    for run in (second, third):
        assert [run["status"], *(run[name] for name in made)] == ["SUCCESS", 0, 0, 0, 0]
    assert 0 < second["recordCount"] < third["recordCount"] == first["recordCount"]
    assert await api.data("{ clients { totalCount } }") == before


async def test_a_client_is_matched_by_document_first_and_by_code_afterwards(api: Api) -> None:
    await _synced(api)
    linked = "{ clients(filter: {linked: true}, first: 1) { nodes { id document omieCodigo } } }"
    theirs = (await api.data(linked))["clients"]["nodes"][0]
    again = await api.data(
        "query($c: [String!]) { clients(filter: {omieCodigo: $c}) { nodes { id } } }",
        {"c": [theirs["omieCodigo"]]},
    )
    assert [found["id"] for found in again["clients"]["nodes"]] == [theirs["id"]]


async def test_a_second_sync_answers_with_the_running_one(api: Api) -> None:
    both = await asyncio.gather(*(api.data(SYNC) for _ in range(10)))
    assert len({answer["syncErp"]["id"] for answer in both}) == 1
    assert (await api.data(RUNS))["syncRuns"]["totalCount"] == 1


async def test_the_reconciliation_shows_both_sides_of_a_month(api: Api, clock: TestClock) -> None:
    document = "11.222.333/0001-81"
    client = (await api.data(CREATE_CLIENT, {"i": {"name": "Só aqui", "document": document}}))["createClient"]
    contract = {"clientId": client["id"], "title": "Suporte", "mrr": "1500.00", "startsOn": "2020-01-01"}
    await api.data(CREATE_CONTRACT, {"i": contract})
    await _synced(api)
    month = str(Period.of(local_day(clock.now())))

    answer = (await api.data(RECONCILE, {"p": month}))["reconciliation"]
    lines = {line["name"]: line for line in answer["lines"]["nodes"]}
    assert answer["fresh"] is True
    assert lines["Só aqui"] == {
        "name": "Só aqui",
        "mrr": "1500.00",
        "expected": "1500.00",
        "billed": "0.00",
        "divergence": "-1500.00",
        "tolerance": "75.00",
        "verdict": "NOT_EVALUATED",
        "kind": "NOT_LINKED",
        "titles": {"totalCount": 0, "nodes": []},
    }
    billed = [line for line in lines.values() if line["kind"] == "NO_CONTRACT"]
    assert billed
    for line in billed:
        counted = [title for title in line["titles"]["nodes"] if not title["cancelled"]]
        assert sum((Decimal(title["amount"]) for title in counted), Decimal()) == Decimal(line["billed"])


async def test_a_viewer_may_not_sync_and_nothing_happens(api: Api) -> None:
    assert await api.code(SYNC, role=Role.VIEWER) == "FORBIDDEN"
    assert (await api.data(RUNS))["syncRuns"]["totalCount"] == 0
    counters = (await api.client.get("/demo/omie/counters")).json()
    assert counters["requests"] == {}


async def test_the_erp_is_never_overasked(api: Api) -> None:
    for _ in range(3):
        await _synced(api)
    counters = (await api.client.get("/demo/omie/counters")).json()
    assert (counters["violations"], counters["redundant"], counters["blocked"]) == (0, 0, 0)
    assert sum(counters["requests"].values()) > 6
