import asyncio
from typing import Any

from ports.identity import Role
from tests.running import Api

CLIENT = """mutation($i: ClientInput!) { it: createClient(input: $i) {
    ...on Client { id name document omieCodigo omieCodigos active version }
    ...on Refusal { code fields { path } } } }"""
PATCH_CLIENT = """mutation($id: ID!, $i: ClientPatch!, $v: Int) { it: updateClient(id: $id, input: $i, expectedVersion: $v) {
    ...on Client { name document active version } ...on Refusal { code fields { path code } } } }"""
CONTRACT = """mutation($i: ContractInput!) { it: createContract(input: $i) {
    ...on Contract { id mrr cadence proRata billingDay startsOn endsOn prices { mrr from } version }
    ...on Refusal { code fields { path code } } } }"""
PATCH_CONTRACT = """mutation($id: ID!, $i: ContractPatch!) { it: updateContract(id: $id, input: $i) {
    ...on Contract { title endsOn prices { mrr from } version } ...on Refusal { code fields { path } } } }"""


async def client(api: Api, **sent: Any) -> dict[str, Any]:
    return dict((await api.data(CLIENT, {"i": {"name": "Uma", **sent}}))["it"])


async def test_a_document_and_a_code_belong_to_one_client(api: Api) -> None:
    first = await client(api, document="12.ABC.345/01DE-35", omieCodigo="900")
    assert (first["document"], first["omieCodigos"]) == ("12ABC34501DE35", ["900"])
    assert (await client(api, document="12abc34501de35"))["code"] == "DUPLICATE_DOCUMENT"
    assert (await client(api, omieCodigo="900"))["code"] == "DUPLICATE_OMIE_CODE"
    assert (await client(api, document="11.222.333/0001-82"))["fields"] == [{"path": ["document"]}]
    found = await api.data(
        '{ clients(filter: {document: ["12.abc.345/01de-35"], active: true}) { totalCount } }'
    )
    assert found == {"clients": {"totalCount": 1}}


async def test_what_belongs_to_the_erp_is_not_changed_here(api: Api) -> None:
    linked = await client(api, omieCodigo="901")
    refused = (await api.data(PATCH_CLIENT, {"id": linked["id"], "i": {"name": "Outra", "active": False}}))[
        "it"
    ]
    assert [problem["code"] for problem in refused["fields"]] == ["OWNED_BY_ERP", "OWNED_BY_ERP"]
    free = await client(api)
    changed = (await api.data(PATCH_CLIENT, {"id": free["id"], "i": {"active": False}, "v": 1}))["it"]
    assert (changed["active"], changed["version"]) == (False, 2)
    stale = (await api.data(PATCH_CLIENT, {"id": free["id"], "i": {"active": True}, "v": 1}))["it"]
    assert stale["code"] == "STALE_VERSION"


async def test_a_new_price_keeps_earlier_months(api: Api) -> None:
    owner = await client(api)
    sent = {"clientId": owner["id"], "externalId": "C1", "title": "Suporte", "mrr": "100.00"}
    made = (await api.data(CONTRACT, {"i": {**sent, "startsOn": "2025-01-15", "billingDay": 31}}))["it"]
    assert made["prices"] == [{"mrr": "100.00", "from": "2025-01"}]
    raised = (
        await api.data(PATCH_CONTRACT, {"id": made["id"], "i": {"mrr": "120.00", "mrrFrom": "2026-01"}})
    )["it"]
    assert raised["prices"] == [{"mrr": "100.00", "from": "2025-01"}, {"mrr": "120.00", "from": "2026-01"}]
    twice = (await api.data(CONTRACT, {"i": {**sent, "startsOn": "2025-01-15"}}))["it"]
    assert twice["code"] == "DUPLICATE_EXTERNAL_ID"
    shown = await api.data("{ contracts { totalCount nodes { id mrr client { mrr } } } }")
    assert shown["contracts"]["nodes"] == [{"id": made["id"], "mrr": "120.00", "client": {"mrr": "120.00"}}]
    await api.data("mutation($id: ID!) { deleteContract(id: $id) { __typename } }", {"id": made["id"]})
    assert (await api.data("{ contracts { totalCount } }"))["contracts"]["totalCount"] == 0


async def test_contract_faults_come_back_at_once(api: Api) -> None:
    owner = await client(api)
    bad = {
        "clientId": owner["id"],
        "title": "",
        "mrr": "-1.00",
        "startsOn": "2026-02-01",
        "endsOn": "2026-01-01",
    }
    refused = (await api.data(CONTRACT, {"i": {**bad, "billingDay": 32}}))["it"]
    assert {problem["path"][0] for problem in refused["fields"]} == {"title", "mrr", "endsOn", "billingDay"}


async def test_contracts_are_filtered(api: Api) -> None:
    one, two = await client(api), await client(api)
    for owner, ends in ((one, "2026-01-31"), (two, None)):
        sent = {
            "clientId": owner["id"],
            "title": "t",
            "mrr": "1.00",
            "startsOn": "2026-01-01",
            "endsOn": ends,
        }
        await api.data(CONTRACT, {"i": sent})
    count = "query($f: ContractFilter) { contracts(filter: $f) { totalCount } }"
    for where, expected in (
        ({"clientId": one["id"]}, 1),
        ({"clientId": "nobody"}, 0),
        ({"inForceOn": "2026-01-31"}, 2),
        ({"inForceOn": "2026-02-01"}, 1),
    ):
        assert (await api.data(count, {"f": where}))["contracts"]["totalCount"] == expected


async def test_the_rule_is_versioned_and_named_by_each_result(api: Api) -> None:
    change = """mutation($p: Decimal!, $m: Money!) { it: setToleranceRule(percent: $p, minimum: $m) {
        ...on ToleranceRule { id version percent minimum setBy } ...on Refusal { code fields { path } } } }"""
    made = (await api.data(change, {"p": "3.50", "m": "200"}))["it"]
    assert (made["version"], made["percent"], made["minimum"], made["setBy"]) == (
        2,
        "3.50",
        "200.00",
        "test-cfo",
    )
    result = (await api.data('{ reconciliation(period: "2026-10") { rule { id version } } }'))[
        "reconciliation"
    ]
    assert result["rule"] == {"id": made["id"], "version": 2}
    refused = (await api.data(change, {"p": "101", "m": "-1"}))["it"]
    assert [problem["path"] for problem in refused["fields"]] == [["percent"], ["minimum"]]
    rules = (await api.data("{ toleranceRules { nodes { version } } }"))["toleranceRules"]
    assert [rule["version"] for rule in rules["nodes"]] == [2, 1]


async def test_node_gives_back_every_kind(api: Api) -> None:
    owner = await client(api, document="11.222.333/0001-81")
    sent = {"clientId": owner["id"], "title": "t", "mrr": "900.00", "startsOn": "2020-01-01"}
    await api.data(CONTRACT, {"i": sent})
    await api.data("mutation { syncErp { __typename } }")
    for _ in range(100):
        runs = (await api.data("{ syncRuns(status: SUCCESS) { nodes { id } } }"))["syncRuns"]["nodes"]
        if runs:
            break
        await asyncio.sleep(0.05)
    shown = await api.data(
        """{ clients(first: 1) { nodes { id } } contracts { nodes { id } } toleranceRules { nodes { id } }
        reconciliation(period: "2026-10") { id lines(first: 3) { nodes { id titles { nodes { id client { id } } } } } } }"""
    )
    result = shown["reconciliation"]
    titles = [title["id"] for line in result["lines"]["nodes"] for title in line["titles"]["nodes"]]
    lists = (runs, shown["clients"]["nodes"], shown["contracts"]["nodes"], shown["toleranceRules"]["nodes"])
    ids = [found[0]["id"] for found in lists] + [result["id"], result["lines"]["nodes"][0]["id"], titles[0]]
    for node_id in ids:
        answer = await api.data("query($id: ID!) { node(id: $id) { __typename id } }", {"id": node_id})
        assert answer["node"]["id"] == node_id
        seen = await api.data("query($id: ID!) { node(id: $id) { id } }", {"id": node_id}, role=Role.VIEWER)
        assert seen["node"] == ({"id": node_id} if node_id.startswith("client_") else None)
    for wrong in (
        "reconciliation_2026-99.DUE_DATE",
        "reconciliation_2026-10.PAID",
        "line_2026-10.DUE_DATE.x",
    ):
        assert await api.data(f'{{ node(id: "{wrong}") {{ id }} }}') == {"node": None}


async def test_contracts_of_all_clients_are_one_question(api: Api, statements: list[str]) -> None:
    client = "mutation($n: String!) { createClient(input: {name: $n}) { ...on Client { id } } }"
    contract = "mutation($i: ContractInput!) { createContract(input: $i) { __typename } }"
    for name in ("Um", "Dois", "Nenhum"):
        made = (await api.data(client, {"n": name}))["createClient"]["id"]
        for start in ("2026-01-01", "2026-03-01", "2026-02-01") if name != "Nenhum" else ():
            sent = {"clientId": made, "title": start, "mrr": "10.00", "startsOn": start}
            assert (await api.data(contract, {"i": sent}))["createContract"]["__typename"] == "Contract"
    statements.clear()
    page = "contracts(%s) { nodes { title } pageInfo { hasNextPage hasPreviousPage endCursor } }"
    told = await api.data(
        f"{{ clients {{ nodes {{ name first: {page % 'first: 2'} last: {page % 'last: 2'} }} }} }}"
    )
    assert len(statements) == 3
    two, none, one = told["clients"]["nodes"]
    assert [node["title"] for node in one["first"]["nodes"]] == ["2026-03-01", "2026-02-01"]
    assert [node["title"] for node in one["last"]["nodes"]] == ["2026-02-01", "2026-01-01"]
    assert (one["first"]["pageInfo"]["hasNextPage"], one["last"]["pageInfo"]["hasPreviousPage"]) == (
        True,
        True,
    )
    assert (two["first"]["nodes"], none["first"]["nodes"]) == (one["first"]["nodes"], [])
    after = one["first"]["pageInfo"]["endCursor"]
    rest = await api.data(
        f"query($a: String) {{ clients {{ nodes {{ {page % 'after: $a'} }} }} }}", {"a": after}
    )
    assert [len(node["contracts"]["nodes"]) for node in rest["clients"]["nodes"]] == [1, 0, 1]
