"""The audit trail as directors see it."""

import asyncio
from typing import Any

from ports.identity import Role
from tests.api.documents import PAYABLE
from tests.running import Api

TRAIL = """query($id: ID!, $n: Int, $c: String) { auditTrail(of: $id, first: $n, after: $c) {
    totalCount pageInfo { hasNextPage endCursor } nodes { id by action changes { field before after } } } }"""
VERIFY = "{ verifyAudit { intact entries sealedUpTo firstBroken message } }"
CREATE = "mutation($i: PaymentInput!) { it: createPayment(input: $i) { ...on Payment { id } } }"
CHANGE = """mutation($id: ID!) {
    settle: unsettlePayment(id: $id) { __typename }
    update: updatePayment(id: $id, input: {valor: "3000.50", nomeFornecedor: "Outra"}) { __typename } }"""


async def trail(api: Api, node_id: str, **variables: Any) -> Any:
    return (await api.data(TRAIL, {"id": node_id, **variables}))["auditTrail"]


async def test_the_history_of_a_payment_newest_first(api: Api) -> None:
    who = {"id": (await api.data(CREATE, {"i": PAYABLE}, role=Role.FINANCE))["it"]["id"]}
    await api.data(CHANGE, who)
    found = await trail(api, who["id"])
    assert found["totalCount"] == 3
    assert [(entry["by"], entry["action"]) for entry in found["nodes"]] == [
        ("test-cfo", "updatePayment"),
        ("test-cfo", "unsettlePayment"),
        ("test-finance", "createPayment"),
    ]
    assert found["nodes"][0]["changes"] == [
        {"field": "nomeFornecedor", "before": "AUREA LUCIA DA SILVA RODRIGUES", "after": "Outra"},
        {"field": "valor", "before": "3000.00", "after": "3000.50"},
        {"field": "valorTotal", "before": "2931.44", "after": "2931.94"},
    ]
    assert found["nodes"][1]["changes"] == [
        {"field": "dataLiquidacao", "before": "2025-11-03", "after": None},
        {"field": "liquidado", "before": "true", "after": "false"},
    ]
    page = await trail(api, who["id"], n=2)
    rest = await trail(api, who["id"], c=page["pageInfo"]["endCursor"])
    assert page["nodes"] + rest["nodes"] == found["nodes"]


async def test_what_has_no_history(api: Api) -> None:
    for unknown in ("x", "payment_" + "0" * 32, "reconciliation_2026-11.DUE_DATE"):
        assert await trail(api, unknown) == {
            "totalCount": 0,
            "pageInfo": {"hasNextPage": False, "endCursor": None},
            "nodes": [],
        }


async def test_the_worker_seals_and_the_trail_verifies(api: Api) -> None:
    await api.data(CREATE, {"i": PAYABLE})
    for _ in range(60):
        found = (await api.data(VERIFY))["verifyAudit"]
        if "1" not in found["message"] and found["entries"] > 1:
            break
        await asyncio.sleep(0.05)
    assert (found["intact"], found["firstBroken"], found["message"]) == (True, None, "The trail is intact.")
    assert found["sealedUpTo"] is not None


async def test_only_directors_see_it(api: Api) -> None:
    for query, variables in ((TRAIL, {"id": "x"}), (VERIFY, None)):
        for role in (Role.FINANCE, Role.VIEWER):
            assert await api.code(query, variables, role=role) == "FORBIDDEN"
