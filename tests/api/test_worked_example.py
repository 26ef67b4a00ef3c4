"""A month written out by hand: twelve clients, each in another situation, judged on 22 November.

Tolerance: 5 % of what is expected, at least 50.00. Grace: three days after the billing day.
"""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bootstrap import assemble
from ports.clock import Clock
from ports.contracts import Cadence
from ports.erp import Entity, ErpIssue, IssueCode
from tests.conftest import new_database
from tests.mirror import Mirror
from tests.running import SECRET, Api, TestClock, running_api, settings_for

QUERY = """query($b: BillingBasis) { reconciliation(period: "2026-11", basis: $b) {
    totalExpected totalBilled totalDivergence totalUnderBilled totalOverBilled totalNotEvaluated
    counts { ok divergent notDue notEvaluated }
    lines(first: 100) { nodes { name mrr expected billed divergence tolerance verdict kind since atRisk
        causes { kind amount explanation titles { externalId } contract { externalId } } } } } }"""

# Of each: mrr, expected, billed, divergence, tolerance, verdict, kind, since, at risk.
LINES = {
    # 1,000 wanted, 1,000 billed.
    "01 In full": ("1000.00", "1000.00", "1000.00", "0.00", "50.00", "OK", None, None, "0.00"),
    # 3,000 wanted, 2,850 billed: 150 is 5 % of 3,000, which is allowed.
    "02 Within it": ("3000.00", "3000.00", "2850.00", "-150.00", "150.00", "OK", None, None, "0.00"),
    # 1,600 wanted since September, never billed; 3 times 1,600 at risk.
    "03 Never billed": (
        "1600.00", "1600.00", "0.00", "-1600.00", "80.00", "DIVERGENT", "NOT_BILLED", "2026-09", "4800.00",
    ),
    # Two contracts, 500 and 700; only the first is billed.
    "04 One of two": (
        "1200.00", "1200.00", "500.00", "-700.00", "60.00", "DIVERGENT", "UNDER_BILLED", "2026-11", "700.00",
    ),
    # The same title twice.
    "05 Twice": (
        "900.00", "900.00", "1800.00", "900.00", "50.00", "DIVERGENT", "OVER_BILLED", "2026-11", "900.00",
    ),
    # Billed and cancelled: nothing counts.
    "06 Cancelled": (
        "800.00", "800.00", "0.00", "-800.00", "50.00", "DIVERGENT", "NOT_BILLED", "2026-11", "800.00",
    ),
    # The contract ended on 31 October.
    "07 Ended": ("0.00", "0.00", "650.00", "650.00", "50.00", "DIVERGENT", "NO_CONTRACT", "2026-11", "650.00"),
    # Due on the 25th: nothing is late yet.
    "08 Not due": ("2000.00", "2000.00", "0.00", "-2000.00", "100.00", "NOT_DUE", None, None, "0.00"),
    # Yearly since November: 12 times 100 at once.
    "09 Yearly": ("100.00", "1200.00", "1200.00", "0.00", "60.00", "OK", None, None, "0.00"),
    # By days since the 16th: 15 of 30 days of 1,500.
    "10 By days": ("1500.00", "750.00", "750.00", "0.00", "50.00", "OK", None, None, "0.00"),
    # No code in the ERP.
    "11 Not linked": (
        "400.00", "400.00", "0.00", "-400.00", "50.00", "NOT_EVALUATED", "NOT_LINKED", None, "0.00",
    ),
    # The sync could not keep one of its titles.
    "12 Incomplete": (
        "300.00", "300.00", "300.00", "0.00", "50.00", "NOT_EVALUATED", "INCOMPLETE_DATA", None, "0.00",
    ),
    # And one whom nobody here knows.
    "9999": ("0.00", "0.00", "120.00", "120.00", "50.00", "DIVERGENT", "NO_CONTRACT", "2026-11", "120.00"),
}  # fmt: skip

CAUSES: dict[str, list[tuple[str, str, list[str], str | None]]] = {
    "01 In full": [],
    "02 Within it": [("RESIDUE", "-150.00", ["02"], "C02")],
    "03 Never billed": [("NOT_BILLED", "-1600.00", [], "C03")],
    "04 One of two": [("NOT_BILLED", "-700.00", [], "C04b")],
    "05 Twice": [("DUPLICATED", "900.00", ["05b"], "C05")],
    "06 Cancelled": [("CANCELLED", "-800.00", ["06"], "C06")],
    "07 Ended": [("CONTRACT_ENDED", "650.00", ["07"], "C07")],
    "08 Not due": [("NOT_BILLED", "-2000.00", [], "C08")],
    "09 Yearly": [],
    "10 By days": [],
    "11 Not linked": [("NOT_BILLED", "-400.00", [], "C11")],
    "12 Incomplete": [],
    "9999": [("EXTRA", "120.00", ["99"], None)],
}


@pytest.fixture(scope="module")
async def november(server: str) -> AsyncIterator[Api]:
    clock = TestClock()
    clock.set(datetime(2026, 11, 22, 15, tzinfo=UTC))
    assembly = assemble(settings_for(), new_database(server), SECRET, {Clock: clock})
    async with running_api(assembly) as api:
        await write(Mirror(assembly))
        yield api


async def write(mirror: Mirror) -> None:
    this, last = date(2026, 11, 1), date(2026, 10, 31)
    agreed: list[tuple[str, str, str, dict[str, Any]]] = [
        ("01 In full", "C01", "1000.00", {"starts_on": this}),
        ("02 Within it", "C02", "3000.00", {"starts_on": this}),
        ("03 Never billed", "C03", "1600.00", {"starts_on": date(2026, 9, 1)}),
        ("04 One of two", "C04a", "500.00", {"starts_on": this}),
        ("04 One of two", "C04b", "700.00", {"starts_on": this}),
        ("05 Twice", "C05", "900.00", {"starts_on": this}),
        ("06 Cancelled", "C06", "800.00", {"starts_on": this}),
        ("07 Ended", "C07", "650.00", {"starts_on": date(2026, 10, 1), "ends_on": last}),
        ("08 Not due", "C08", "2000.00", {"starts_on": this, "billing_day": 25}),
        ("09 Yearly", "C09", "100.00", {"starts_on": this, "cadence": Cadence.YEARLY}),
        ("10 By days", "C10", "1500.00", {"starts_on": date(2026, 11, 16), "pro_rata": True}),
        ("11 Not linked", "C11", "400.00", {"starts_on": this}),
        ("12 Incomplete", "C12", "300.00", {"starts_on": this}),
    ]
    owners = {}
    for name, external_id, mrr, terms in agreed:
        if name not in owners:
            owners[name] = await mirror.client(name, *(() if name.startswith("11") else (name[:2],)))
        await mirror.contract(owners[name], mrr, external_id=external_id, **terms)
    titles: list[tuple[str, str, str, dict[str, Any]]] = [
        ("01", "01", "1000.00", {}),
        ("02", "02", "2850.00", {}),
        ("04", "04", "500.00", {}),
        ("05a", "05", "900.00", {}),
        ("05b", "05", "900.00", {}),
        ("06", "06", "800.00", {"cancelled": True, "status": "CANCELADO"}),
        ("07", "07", "650.00", {}),
        ("07o", "07", "650.00", {"due": "2026-10-10"}),
        ("09", "09", "1200.00", {}),
        ("10", "10", "750.00", {}),
        ("12", "12", "300.00", {}),
        ("99", "9999", "120.00", {}),
    ]
    for external_id, code, amount, more in titles:
        due = more.pop("due", "2026-11-10")
        await mirror.title(
            code, amount, due, external_id=external_id, document_number=f"NF-{external_id}", **more
        )
    aside = ErpIssue(
        entity=Entity.RECEIVABLE, external_id="12b", code=IssueCode.DUE_DATE_MISSING, client_code="12"
    )
    await mirror.synced(aside)


async def test_every_line(november: Api) -> None:
    result = (await november.data(QUERY))["reconciliation"]
    names = ("mrr", "expected", "billed", "divergence", "tolerance", "verdict", "kind", "since", "atRisk")
    lines = {line["name"]: tuple(line[name] for name in names) for line in result["lines"]["nodes"]}
    assert lines == LINES
    assert [line["name"] for line in result["lines"]["nodes"]][:3] == [
        "08 Not due",
        "03 Never billed",
        "05 Twice",
    ]


async def test_every_sum(november: Api) -> None:
    result = (await november.data(QUERY))["reconciliation"]
    # 1,000 + 3,000 + 1,600 + 1,200 + 900 + 800 + 0 + 2,000 + 1,200 + 750 + 400 + 300 + 0
    assert result["totalExpected"] == "13150.00"
    # 1,000 + 2,850 + 0 + 500 + 1,800 + 0 + 650 + 0 + 1,200 + 750 + 0 + 300 + 120
    assert result["totalBilled"] == "9170.00"
    assert result["totalDivergence"] == "-3980.00"
    # 1,600 + 700 + 800; 900 + 650 + 120; 400 + 300
    assert (result["totalUnderBilled"], result["totalOverBilled"]) == ("3100.00", "1670.00")
    assert result["totalNotEvaluated"] == "700.00"
    assert result["counts"] == {"ok": 4, "divergent": 6, "notDue": 1, "notEvaluated": 2}


async def test_every_cause(november: Api) -> None:
    lines = (await november.data(QUERY))["reconciliation"]["lines"]["nodes"]
    told = {
        line["name"]: [
            (
                cause["kind"],
                cause["amount"],
                [title["externalId"] for title in cause["titles"]],
                cause["contract"] and cause["contract"]["externalId"],
            )
            for cause in line["causes"]
        ]
        for line in lines
    }
    assert told == CAUSES


async def test_causes_are_told_in_both_languages(november: Api) -> None:
    for language, sentence in (
        ("en", "Billed more often than expected: NF-05b."),
        ("pt-BR", "Faturado mais vezes do que o contrato prevê: NF-05b."),
    ):
        lines = (await november.data(QUERY, language=language))["reconciliation"]["lines"]["nodes"]
        (line,) = (one for one in lines if one["name"] == "05 Twice")
        assert [cause["explanation"] for cause in line["causes"]] == [sentence]


async def test_on_receipts_nothing_has_come_in_yet(november: Api) -> None:
    result = (await november.data(QUERY, {"b": "RECEIVED"}))["reconciliation"]
    assert result["totalBilled"] == "0.00"
    (line,) = (one for one in result["lines"]["nodes"] if one["name"] == "01 In full")
    assert [(cause["kind"], cause["amount"]) for cause in line["causes"]] == [("OPEN", "-1000.00")]
