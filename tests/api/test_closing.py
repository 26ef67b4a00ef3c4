"""A month is closed, stays as it was, tells what changed since, and is reopened with a reason."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import psycopg
import pytest

from ports.identity import Role
from tests.api.books import CLOSE, DAY, REOPEN, RULE, Books
from tests.running import Api


async def test_what_is_closed_stays_as_it_was(books: Books) -> None:
    before = await books.month()
    assert (before["closedAt"], before["changesSinceClose"]["totalCount"]) == (None, 0)
    closed = await books.close()
    assert (closed["id"], closed["basis"]) == (before["id"], "DUE_DATE")
    shut = await books.month()
    told = {name: value for name, value in shut.items() if name not in ("closedAt", "evaluatedAt")}
    assert told == {name: before[name] for name in told}
    assert shut["closedAt"] == shut["evaluatedAt"] == closed["closedAt"]
    assert shut["lines"]["nodes"][0]["since"] == "2026-10"
    assert shut["lines"]["nodes"][0]["atRisk"] == "700.00"
    # Whatever happens now, and however old the data get, the month is as it was.
    await books.mirror.title("20", "500.00", "2026-11-11")
    await books.mirror.contract(books.ana, "77.00")
    await books.api.data(RULE, {"m": "9999.00"})
    books.mirror.clock.set(DAY + timedelta(days=90))  # type: ignore[attr-defined]
    later = await books.month()
    assert {**later, "changesSinceClose": None} == {**shut, "changesSinceClose": None}
    live = await books.month("ISSUE_DATE")
    assert (live["closedAt"], live["fresh"], live["totalExpected"]) == (None, False, "3077.00")


async def test_lines_of_a_closed_month_are_found_and_paged_like_any(books: Books) -> None:
    await books.close()
    query = """query($a: String) { reconciliation(period: "2026-11") { lines(first: 1, after: $a, verdict: [DIVERGENT]) {
        totalCount edges { cursor node { id name } } pageInfo { hasNextPage } } } }"""
    seen, cursor = [], None
    while True:
        lines = (await books.api.data(query, {"a": cursor}))["reconciliation"]["lines"]
        assert lines["totalCount"] == 2
        (edge,) = lines["edges"]
        seen.append(edge["node"]["name"])
        cursor = edge["cursor"]
        found = await books.api.data(
            f'{{ node(id: "{edge["node"]["id"]}") {{ ... on ReconciliationLine {{ name }} }} }}'
        )
        assert found["node"]["name"] == seen[-1]
        if not lines["pageInfo"]["hasNextPage"]:
            break
    assert seen == ["Bia", "99"]


async def test_what_changed_since(books: Books) -> None:
    titles = {
        name: f"T000{n}" for n, name in enumerate(("ana", "october", "bia", "nobody", "december"), start=1)
    }
    await books.close()
    assert await books.changes() == set()
    mirror = books.mirror
    await mirror.title(
        "10", "1000.00", "2026-11-10", external_id=titles["ana"], cancelled=True, status="CANCELADO"
    )
    await mirror.title("20", "1500.00", "2026-12-01", external_id=titles["bia"])
    await mirror.gone(titles["nobody"])
    await mirror.title("10", "950.50", "2026-11-30", external_id=titles["december"])
    await mirror.title("10", "1.00", "2026-11-30", external_id="void", cancelled=True)
    async with mirror.open_work() as work:
        for record in (await work.contracts.of_clients([books.bia.id], date(2026, 11, 1)))[books.bia.id]:
            await work.contracts.save(replace(record, ends_on=date(2026, 10, 31)))
        await work.commit()
    await mirror.contract(books.ana, "77.00")
    assert await books.changes() == {
        ("Ana", titles["ana"], "cancelled", "false", "true"),
        ("Bia", titles["bia"], "dueOn", "2026-11-10", "2026-12-01"),
        (None, titles["nobody"], "gone", "false", "true"),
        ("Ana", titles["december"], "amount", None, "950.50"),
        ("Bia", None, "expected", "2000.00", None),
        ("Ana", None, "expected", None, "77.00"),
    }


async def test_a_contract_made_anew_is_told_on_a_page_of_its_own(books: Books) -> None:
    await books.close()
    async with books.mirror.open_work() as work:
        (old,) = (await work.contracts.of_clients([books.ana.id], date(2026, 11, 1)))[books.ana.id]
        await work.contracts.save(replace(old, deleted_at=DAY))
        await work.commit()
    await books.mirror.contract(books.ana, "900.00", external_id=old.external_id)
    query = """query($a: String) { reconciliation(period: "2026-11") { changesSinceClose(first: 1, after: $a) {
        totalCount edges { cursor node { before after } } pageInfo { hasNextPage } } } }"""
    told, cursor, more = [], None, True
    while more:
        page = (await books.api.data(query, {"a": cursor}))["reconciliation"]["changesSinceClose"]
        (edge,) = page["edges"]
        cursor, more = edge["cursor"], page["pageInfo"]["hasNextPage"]
        told.append((edge["node"]["before"], edge["node"]["after"]))
    assert sorted(told, key=str) == [("1000.00", None), (None, "900.00")]
    assert page["totalCount"] == 2


async def test_receipts_that_changed_since(books: Books) -> None:
    await books.mirror.settle("T0001", ("2026-11-12", "400.00"), left="600.00")
    await books.mirror.settle("T0003", ("2026-12-01", "1500.00"))
    taxed = await books.mirror.title("10", "100.00", "2025-01-10", withheld=Decimal("6.15"))
    await books.mirror.settle(taxed, ("2026-11-12", "0.00"), left="93.85")
    await books.close("RECEIVED")
    assert (await books.month())["basis"] == "RECEIVED"
    assert (await books.month())["totalBilled"] == "400.00"
    await books.mirror.settle("T0001", ("2026-11-12", "400.00"), ("2026-11-13", "600.00"))
    await books.mirror.settle("T0003", ("2026-11-30", "1500.00"))
    await books.mirror.title("10", "100.00", "2025-01-10", external_id=taxed)
    assert await books.changes() == {
        ("Ana", "T0001", "received", "400.00", "1000.00"),
        ("Ana", taxed, "withheld", "6.15", "0.00"),
        ("Bia", "T0003", "amount", None, "1500.00"),
    }


async def test_when_a_month_cannot_be_closed(books: Books) -> None:
    refused = {"code": "PERIOD_NOT_ENDED", "fields": [{"path": ["period"]}]}
    assert await books.close(period="2026-12") == refused
    assert (await books.reopen())["code"] == "PERIOD_NOT_CLOSED"
    await books.close()
    for basis in (None, "DUE_DATE", "RECEIVED"):
        assert (await books.close(basis))["code"] == "PERIOD_CLOSED"
    books.mirror.clock.set(DAY + timedelta(days=2))  # type: ignore[attr-defined]
    assert (await books.close(period="2026-10"))["code"] == "DATA_NOT_FRESH"
    assert (await books.month(period="2026-10"))["closedAt"] is None


async def test_many_close_at_once(books: Books) -> None:
    answers = await asyncio.gather(*(books.close(basis) for basis in ("DUE_DATE", "RECEIVED") * 3))
    assert sorted("id" in answer for answer in answers) == [False] * 5 + [True]
    assert {answer["code"] for answer in answers if "code" in answer} == {"PERIOD_CLOSED"}


async def test_a_month_is_reopened_with_a_reason(books: Books) -> None:
    await books.close()
    for reason, code in (("", "MISSING"), ("  ", "MISSING"), ("x" * 501, "TOO_LONG")):
        assert await books.reopen(reason) == {"code": code, "fields": [{"path": ["reason"]}]}
    await books.mirror.title("20", "500.00", "2026-11-11")
    assert (await books.reopen())["closedAt"] is None
    live = await books.month()
    assert (live["totalBilled"], live["changesSinceClose"]["totalCount"]) == ("3300.00", 0)
    assert (await books.reopen())["code"] == "PERIOD_NOT_CLOSED"
    await books.close("ISSUE_DATE")
    assert (await books.month())["basis"] == "ISSUE_DATE"
    trail = (
        """query($id: ID!) { auditTrail(of: $id) { nodes { by action changes { field before after } } } }"""
    )
    entries = (await books.api.data(trail, {"id": live["id"]}))["auditTrail"]["nodes"]
    assert [(entry["by"], entry["action"]) for entry in entries] == [
        ("test-admin", "reopenPeriod"),
        ("test-cfo", "closePeriod"),
    ]
    told = {change["field"]: change["after"] for change in entries[0]["changes"]}
    assert told.keys() == {"reopenedAt", "reopenedBy", "reopenReason"}
    assert told["reopenReason"] == "Nota errada"


async def test_a_line_keeps_its_acknowledgement_when_its_client_is_merged_later(books: Books) -> None:
    ana, one = f"client_{books.ana.id.hex}", await books.mirror.client("Ana (filial)", "30", source="demo")
    await books.mirror.title("30", "400.00", "2026-11-10")
    await books.close()
    line, survivors = (f"line_2026-11.DUE_DATE.{each.id}" for each in (one, books.ana))
    said = {"acknowledgement": {"reason": "TIMING", "stale": False}}
    assert await books.acknowledge(line, "400.00") == {"lines": [said]}
    link = (
        """mutation($id: ID!) { linkClient(id: $id, omieCodigo: "30") { ... on Client { omieCodigos } } }"""
    )
    assert (await books.api.data(link, {"id": ana}))["linkClient"] == {"omieCodigos": ["10", "30"]}
    node = (
        "query($id: ID!) { node(id: $id) { ... on ReconciliationLine { acknowledgement { reason stale } } } }"
    )
    assert (await books.api.data(node, {"id": line}))["node"] == said
    assert (await books.api.data(node, {"id": survivors}))["node"] == {"acknowledgement": None}
    withdraw = "mutation($id: ID!) { withdrawAcknowledgement(lineIds: [$id]) { ... on Refusal { code } } }"
    assert (await books.api.data(withdraw, {"id": line}))["withdrawAcknowledgement"] == {}
    assert await books.acknowledge(line, "400.00") == {"lines": [said]}
    assert (await books.api.data(node, {"id": line}))["node"] == said


async def test_history_goes_by_every_id_that_a_client_has_had(books: Books) -> None:
    one = await books.mirror.client("Ana (filial)", "30", source="demo")
    await books.mirror.title("30", "400.00", "2026-11-10")
    await books.mirror.title("30", "50.00", "2026-12-10")
    old, ana = (f"client_{each.id.hex}" for each in (one, books.ana))
    await books.api.data(RULE, {"m": "7.00", "c": old})
    await books.close()
    await books.link(ana, "30")
    query = """query($c: ID) { reconciliationTrend(clientId: $c, months: 2) { expected billed }
        toleranceRules(clientId: $c) { totalCount } }"""
    for name in (ana, old):
        told = await books.api.data(query, {"c": name})
        assert told["toleranceRules"] == {"totalCount": 1}
        assert [tuple(point.values()) for point in told["reconciliationTrend"]] == [
            ("1000.00", "1400.00"),
            ("1000.00", "1050.00"),
        ]


@pytest.mark.parametrize("role", [Role.FINANCE, Role.VIEWER])
async def test_who_may_not(shared_api: Api, role: Role) -> None:
    assert await shared_api.code(CLOSE, {"p": "2026-10"}, role=role) == "FORBIDDEN"
    assert await shared_api.code(REOPEN, {"p": "2026-10", "r": "x"}, role=role) == "FORBIDDEN"
    assert await shared_api.code(REOPEN, {"p": "2026-10", "r": "x"}, role=Role.CFO) == "FORBIDDEN"


FORBIDDEN = [
    "UPDATE closed_lines SET billed = 0",
    "DELETE FROM closed_lines",
    "UPDATE closed_titles SET amount = 0",
    "DELETE FROM closed_contracts",
    "DELETE FROM closings",
    "UPDATE closings SET closed_by = 'x'",
    "UPDATE closings SET made_in = pg_current_xact_id()::text::bigint",
    "INSERT INTO closed_contracts SELECT id, gen_random_uuid(), 1 FROM closings",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
async def test_the_application_cannot_change_a_snapshot(
    books: Books, database_url: str, statement: str
) -> None:
    await books.close()
    with psycopg.connect(database_url) as connection:
        connection.execute("SET ROLE concilia_director")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)
