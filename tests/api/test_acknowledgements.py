"""A divergence that somebody answers for, over the API."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event

from ports.identity import Role
from tests.running import Api

CLIENT = 'mutation { it: createClient(input: {name: "Padaria"}) { ...on Client { id } } }'
CONTRACT = "mutation($i: ContractInput!) { it: createContract(input: $i) { ...on Contract { id } } }"
MRR = 'mutation($id: ID!, $m: Money!) { updateContract(id: $id, input: {mrr: $m, mrrFrom: "2026-01"}) { __typename } }'
SAID = "acknowledgement { reason note owner by divergence stale }"
LINES = (
    f'{{ reconciliation(period: "2026-10") {{ lines(first: 100) {{ nodes {{ id divergence {SAID} }} }} }} }}'
)
ANSWER = f"__typename ...on Acknowledged {{ lines {{ id {SAID} }} }} ...on Refusal {{ code message current {{ id }} fields {{ path code message }} }}"
ACKNOWLEDGE = f"""mutation($l: [AcknowledgeInput!]!, $n: String) {{
    it: acknowledgeDivergence(lines: $l, reason: NEGOTIATED, note: $n, owner: "Rui") {{ {ANSWER} }} }}"""
WITHDRAW = f"mutation($l: [ID!]!) {{ it: withdrawAcknowledgement(lineIds: $l) {{ {ANSWER} }} }}"
TRAIL = "query($id: ID!) { auditTrail(of: $id) { nodes { by action changes { field after } } } }"


async def a_contract(api: Api) -> str:
    """Of a client whom nobody bills."""
    owner = (await api.data(CLIENT))["it"]["id"]
    sent = {"clientId": owner, "title": "Suporte", "mrr": "4200.00", "startsOn": "2026-01-01"}
    return str((await api.data(CONTRACT, {"i": sent}))["it"]["id"])


async def lines(api: Api) -> list[dict[str, Any]]:
    return list((await api.data(LINES))["reconciliation"]["lines"]["nodes"])


async def acknowledge(api: Api, *ids: str, expected: str = "-4200.00", **options: Any) -> dict[str, Any]:
    sent = [{"lineId": line, "expectedDivergence": expected} for line in ids]
    return dict((await api.data(ACKNOWLEDGE, {"l": sent, "n": "três meses grátis"}, **options))["it"])


async def test_it_is_acknowledged_comes_back_and_is_withdrawn(api: Api) -> None:
    contract = await a_contract(api)
    (line,) = await lines(api)
    assert (line["divergence"], line["acknowledgement"]) == ("-4200.00", None)
    said = {
        "reason": "NEGOTIATED",
        "note": "três meses grátis",
        "owner": "Rui",
        "by": "test-finance",
        "divergence": "-4200.00",
        "stale": False,
    }
    made = await acknowledge(api, line["id"], role=Role.FINANCE)
    assert made == {"__typename": "Acknowledged", "lines": [{"id": line["id"], "acknowledgement": said}]}
    assert (await lines(api))[0]["acknowledgement"] == said

    await api.data(MRR, {"id": contract, "m": "4300.00"})
    (back,) = await lines(api)
    assert (back["id"], back["divergence"]) == (line["id"], "-4300.00")
    assert back["acknowledgement"] == {**said, "stale": True}
    refused = await acknowledge(api, line["id"], language="en")
    assert (refused["code"], refused["current"]) == ("STALE_VERSION", {"id": line["id"]})
    assert refused["fields"] == [
        {
            "path": ["lines", "0", "expectedDivergence"],
            "code": "STALE_VERSION",
            "message": "The divergence was -4200.00 and is -4300.00 now.",
        }
    ]
    again = await acknowledge(api, line["id"], expected="-4300.00")
    assert again["lines"][0]["acknowledgement"]["stale"] is False

    taken_back = (await api.data(WITHDRAW, {"l": [line["id"]]}))["it"]
    assert taken_back["lines"] == [{"id": line["id"], "acknowledgement": None}]
    twice = (await api.data(WITHDRAW, {"l": [line["id"]]}))["it"]
    assert (twice["code"], twice["fields"][0]["path"]) == ("NOT_FOUND", ["lineIds", "0"])

    entries = (await api.data(TRAIL, {"id": line["id"]}))["auditTrail"]["nodes"]
    assert [(entry["by"], entry["action"]) for entry in entries] == [
        ("test-cfo", "withdrawAcknowledgement"),
        ("test-cfo", "acknowledgeDivergence"),
        ("test-finance", "acknowledgeDivergence"),
    ]
    assert entries[1]["changes"] == [
        {"field": "by", "after": "test-cfo"},
        {"field": "divergence", "after": "-4300.00"},
    ]


@pytest.fixture
def looks() -> Iterator[list[str]]:
    """What the database is asked about acknowledgements while the test runs."""
    said: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "FROM acknowledgements" in statement:
            said.append(statement)

    event.listen(Engine, "before_cursor_execute", listen)
    yield said
    event.remove(Engine, "before_cursor_execute", listen)


async def test_a_page_of_lines_asks_once(api: Api, looks: list[str]) -> None:
    for _ in range(3):
        await a_contract(api)
    assert len(await lines(api)) == 3
    assert len(looks) == 1


async def test_in_one_request_each_answer_tells_how_it_stands_then(api: Api) -> None:
    await a_contract(api)
    (line,) = await lines(api)
    both = f"""mutation($id: ID!) {{
        one: acknowledgeDivergence(lines: [{{lineId: $id, expectedDivergence: "-4200.00"}}], reason: DISPUTED) {{ {ANSWER} }}
        two: withdrawAcknowledgement(lineIds: [$id]) {{ {ANSWER} }} }}"""
    told = await api.data(both, {"id": line["id"]})
    assert told["one"]["lines"][0]["acknowledgement"]["reason"] == "DISPUTED"
    assert told["two"]["lines"][0]["acknowledgement"] is None


@pytest.mark.parametrize("line", ["x", "line_2026-10.DUE_DATE.code-\0", "payment_1"])
async def test_ids_that_are_no_lines(shared_api: Api, line: str) -> None:
    assert (await acknowledge(shared_api, line))["code"] == "NOT_FOUND"
    assert (await shared_api.data(WITHDRAW, {"l": [line]}))["it"]["code"] == "NOT_FOUND"
    assert (await shared_api.data(TRAIL, {"id": line}))["auditTrail"]["nodes"] == []


async def test_roles(shared_api: Api) -> None:
    variables: dict[str, Any] = {"l": []}
    for query in (ACKNOWLEDGE, WITHDRAW):
        assert await shared_api.code(query, variables, role=Role.VIEWER) == "FORBIDDEN"
        for role in (Role.ADMIN, Role.CFO, Role.FINANCE):
            assert (await shared_api.data(query, variables, role=role))["it"]["code"] == "MISSING"
