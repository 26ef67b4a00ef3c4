"""A small company whose November can be closed."""

from datetime import UTC, date, datetime
from typing import Any

from ports.clients import ClientRecord
from ports.identity import Role
from tests.mirror import Mirror
from tests.running import Api

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

LINK = "mutation($id: ID!, $c: String!) { linkClient(id: $id, omieCodigo: $c) { ... on Client { omieCodigos } } }"
ACKNOWLEDGE = """mutation($l: ID!, $d: Money!) {
    it: acknowledgeDivergence(lines: [{lineId: $l, expectedDivergence: $d}], reason: TIMING) {
        ... on Acknowledged { lines { acknowledgement { reason stale } } } ... on Refusal { code } } }"""


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

    async def acknowledge(self, line: str, divergence: str) -> dict[str, Any]:
        result: dict[str, Any] = (await self.api.data(ACKNOWLEDGE, {"l": line, "d": divergence}))["it"]
        return result

    async def link(self, client: str, code: str) -> None:
        linked = (await self.api.data(LINK, {"id": client, "c": code}))["linkClient"]
        assert code in linked["omieCodigos"]

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


async def write_books(api: Api, mirror: Mirror) -> Books:
    """Ana is billed in full in November, Bia in part since October; somebody unknown is billed."""
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
    return Books(api, mirror, ana, bia)
