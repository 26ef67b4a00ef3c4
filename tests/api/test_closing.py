"""A month is closed, stays as it was, tells what changed since, and is reopened with a reason."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest

from bootstrap import assemble
from ports.clients import ClientRecord
from ports.clock import Clock
from ports.identity import Role
from tests.mirror import Mirror
from tests.running import SECRET, Api, TestClock, running_api, settings_for

DAY = datetime(2026, 12, 4, 15, tzinfo=UTC)
LINE = "id name expected billed divergence tolerance verdict kind since atRisk rule { version }"
MONTH = f"""query($p: Period!, $b: BillingBasis) {{ reconciliation(period: $p, basis: $b) {{
    id period basis closedAt evaluatedAt dataAsOf fresh rule {{ version percent }}
    totalExpected totalBilled totalDivergence totalUnderBilled totalOverBilled totalNotEvaluated
    counts {{ ok divergent notDue notEvaluated }} lines {{ totalCount nodes {{ {LINE} }} }}
    changesSinceClose {{ totalCount nodes {{ client {{ name }} title {{ externalId }} field before after at }} }} }} }}"""
CLOSE = """mutation($p: Period!, $b: BillingBasis) { it: closePeriod(period: $p, basis: $b) {
    ... on Reconciliation { id basis closedAt } ... on Refusal { code fields { path } } } }"""
REOPEN = """mutation($p: Period!, $r: String!) { it: reopenPeriod(period: $p, reason: $r) {
    ... on Reconciliation { id basis closedAt } ... on Refusal { code fields { path } } } }"""
RULE = """mutation($m: Money!, $c: ID) { setToleranceRule(percent: "0", minimum: $m, clientId: $c) {
    ... on ToleranceRule { version client { name } } ... on Refusal { code } } }"""


class Books:
    def __init__(self, api: Api, mirror: Mirror, ana: ClientRecord, bia: ClientRecord) -> None:
        self.api, self.mirror, self.ana, self.bia = api, mirror, ana, bia

    async def month(self, basis: str | None = None, period: str = "2026-11") -> dict[str, Any]:
        result: dict[str, Any] = (await self.api.data(MONTH, {"p": period, "b": basis}))["reconciliation"]
        return result

    async def close(self, basis: str | None = None, period: str = "2026-11") -> dict[str, Any]:
        closed: dict[str, Any] = (await self.api.data(CLOSE, {"p": period, "b": basis}))["it"]
        return closed

    async def reopen(self, reason: str = "Nota errada", role: Role = Role.ADMIN) -> dict[str, Any]:
        result: dict[str, Any] = (await self.api.data(REOPEN, {"p": "2026-11", "r": reason}, role=role))["it"]
        return result

    async def changes(self) -> set[tuple[str | None, ...]]:
        changes = (await self.month())["changesSinceClose"]
        found = {
            (
                change["client"] and change["client"]["name"],
                change["title"] and change["title"]["externalId"],
                *(change[name] for name in ("field", "before", "after")),
            )
            for change in changes["nodes"]
        }
        assert changes["totalCount"] == len(changes["nodes"]) == len(found)
        return found


@pytest.fixture
async def books(database_url: str, clock: TestClock) -> AsyncIterator[Books]:
    """On 4 December: Ana is billed in full in November, Bia in part since October; somebody unknown is billed."""
    clock.set(DAY)
    assembly = assemble(settings_for(), database_url, SECRET, {Clock: clock})
    async with running_api(assembly) as api:
        mirror = Mirror(assembly)
        ana, bia = await mirror.client("Ana", "10"), await mirror.client("Bia", "20")
        await mirror.contract(ana, "1000.00", external_id="A")
        await mirror.contract(bia, "2000.00", external_id="B", starts_on=date(2026, 10, 1))
        for code, amount, due in (
            ("10", "1000.00", "2026-11-10"),
            ("20", "1800.00", "2026-10-10"),
            ("20", "1500.00", "2026-11-10"),
            ("99", "300.00", "2026-11-30"),
            ("10", "1000.00", "2026-12-10"),
        ):
            await mirror.title(code, amount, due)
        await mirror.synced()
        yield Books(api, mirror, ana, bia)


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


async def test_receipts_that_changed_since(books: Books) -> None:
    await books.mirror.settle("T0001", ("2026-11-12", "400.00"), left="600.00")
    await books.mirror.settle("T0003", ("2026-12-01", "1500.00"))
    await books.close("RECEIVED")
    assert (await books.month())["basis"] == "RECEIVED"
    assert (await books.month())["totalBilled"] == "400.00"
    await books.mirror.settle("T0001", ("2026-11-12", "400.00"), ("2026-11-13", "600.00"))
    await books.mirror.settle("T0003", ("2026-11-30", "1500.00"))
    assert await books.changes() == {
        ("Ana", "T0001", "received", "400.00", "1000.00"),
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


async def test_a_rule_of_one_client(books: Books) -> None:
    bia = (await books.api.data('{ clients(filter: { search: "Bia" }) { nodes { id } } }'))["clients"][
        "nodes"
    ][0]["id"]
    made = await books.api.data(RULE, {"m": "500.00", "c": bia})
    assert made == {"setToleranceRule": {"version": 2, "client": {"name": "Bia"}}}
    lines = {line["name"]: line for line in (await books.month())["lines"]["nodes"]}
    assert (lines["Bia"]["verdict"], lines["Bia"]["tolerance"], lines["Bia"]["rule"]) == (
        "OK",
        "500.00",
        {"version": 2},
    )
    assert (lines["99"]["verdict"], lines["99"]["rule"]) == ("DIVERGENT", {"version": 1})
    rules = "query($c: ID) { toleranceRules(clientId: $c) { totalCount nodes { version client { name } } } }"
    assert (await books.api.data(rules))["toleranceRules"] == {
        "totalCount": 1,
        "nodes": [{"version": 1, "client": None}],
    }
    assert (await books.api.data(rules, {"c": bia}))["toleranceRules"]["nodes"] == [
        {"version": 2, "client": {"name": "Bia"}}
    ]
    for unknown in ("client_" + "0" * 32, "x"):
        assert (await books.api.data(RULE, {"m": "1", "c": unknown}))["setToleranceRule"] == {
            "code": "NOT_FOUND"
        }
        assert (await books.api.data(rules, {"c": unknown}))["toleranceRules"]["totalCount"] == 0


async def test_trend(books: Books) -> None:
    query = """query($c: ID, $n: Int! = 12) { reconciliationTrend(clientId: $c, months: $n) {
        period expected billed divergence underBilled overBilled divergentClients } }"""
    points = (await books.api.data(query, {"n": 3}))["reconciliationTrend"]
    names = ("period", "expected", "billed", "divergence", "underBilled", "overBilled", "divergentClients")
    assert [tuple(point[name] for name in names) for point in points] == [
        ("2026-10", "3000.00", "1800.00", "-1200.00", "1200.00", "0.00", 2),
        ("2026-11", "3000.00", "2800.00", "-200.00", "500.00", "300.00", 2),
        ("2026-12", "3000.00", "1000.00", "-2000.00", "0.00", "0.00", 0),
    ]
    await books.close()
    await books.mirror.title("20", "500.00", "2026-11-11")
    assert (await books.api.data(query, {"n": 3}))["reconciliationTrend"] == points
    bia = (await books.api.data('{ clients(filter: { search: "Bia" }) { nodes { id } } }'))["clients"][
        "nodes"
    ][0]["id"]
    own = (await books.api.data(query, {"c": bia}))["reconciliationTrend"]
    assert len(own) == 12
    assert [point["billed"] for point in own][-3:] == ["1800.00", "1500.00", "0.00"]
    for months in (0, 25, -1):
        assert await books.api.code(query, {"n": months}) == "BAD_USER_INPUT"
    assert await books.api.code(query, role=Role.VIEWER) == "FORBIDDEN"


async def test_another_rule_is_simulated(books: Books) -> None:
    query = """query($p: Decimal!, $m: Money!, $n: Int! = 12) { simulateToleranceRule(percent: $p, minimum: $m, months: $n) {
        months { period alertsNow alertsThen appeared disappeared amountNow amountThen } } }"""
    months = (await books.api.data(query, {"p": "0", "m": "250.00", "n": 3}))["simulateToleranceRule"][
        "months"
    ]
    assert [tuple(month.values()) for month in months] == [
        ("2026-10", 2, 1, 0, 1, "1200.00", "1000.00"),
        ("2026-11", 2, 2, 0, 0, "800.00", "800.00"),
        ("2026-12", 0, 0, 0, 0, "0.00", "0.00"),
    ]
    strict = (await books.api.data(query, {"p": "0", "m": "0.00"}))["simulateToleranceRule"]["months"]
    assert len(strict) == 12
    assert (await books.month())["rule"]["version"] == 1
    for wrong in ({"p": "100.01"}, {"m": "-1"}, {"n": 25}, {"n": 0}):
        assert await books.api.code(query, {"p": "0", "m": "1.00", **wrong}) == "BAD_USER_INPUT"
    assert await books.api.code(query, {"p": "0", "m": "1.00"}, role=Role.FINANCE) == "FORBIDDEN"
