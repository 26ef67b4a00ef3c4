"""Twelve faults that reconciliations of this kind are known for; each has a test that bears its name."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import psycopg
import pytest

from adapters.omie.demo.book import Book
from adapters.omie.demo.records import DemoClient, DemoTitle
from bootstrap import assemble
from ports.calendar import local_day
from ports.clients import ErpLink
from ports.clock import Clock
from tests.api.books import Books
from tests.api.syncing import synced
from tests.running import SECRET, Api, TestClock, running_api, settings_for

Figures = tuple[str, str, str, str | None]


async def lines(books: Books, period: str = "2026-11", basis: str | None = None) -> dict[str, Figures]:
    """Expected, billed, verdict and kind, by name."""
    nodes = (await books.month(basis, period))["lines"]["nodes"]
    return {
        line["name"]: tuple(line[name] for name in ("expected", "billed", "verdict", "kind"))
        for line in nodes
    }


async def test_1_when_the_erp_fails_nothing_is_green(books: Books) -> None:
    books.mirror.clock.set(books.mirror.clock.now() + timedelta(hours=27))  # type: ignore[attr-defined]
    found = await lines(books)
    assert found.keys() == {"Ana", "Bia", "99"}
    assert {figures[2:] for figures in found.values()} == {("NOT_EVALUATED", "STALE_DATA")}
    totals = await books.month()
    assert (totals["fresh"], totals["totalNotEvaluated"]) == (False, "3000.00")


async def test_2_nobody_is_skipped(books: Books) -> None:
    unlinked = await books.mirror.client("Unlinked")
    await books.mirror.contract(unlinked, "500.00")
    await books.mirror.client("No contract", "50")
    await books.mirror.title("50", "80.00", "2026-11-10")
    nothing = await books.mirror.client("Nothing agreed", "60")
    await books.mirror.contract(nothing, "0.00")
    await books.mirror.title("60", "70.00", "2026-11-10")
    found = await lines(books)
    assert found["Unlinked"] == ("500.00", "0.00", "NOT_EVALUATED", "NOT_LINKED")
    assert found["No contract"] == ("0.00", "80.00", "DIVERGENT", "NO_CONTRACT")
    assert found["Nothing agreed"] == ("0.00", "70.00", "DIVERGENT", "OVER_BILLED")
    assert found["99"] == ("0.00", "300.00", "DIVERGENT", "NO_CONTRACT")


async def test_3_only_contracts_in_force_are_expected(books: Books) -> None:
    old = await books.mirror.client("Old", "70")
    await books.mirror.contract(old, "900.00", ends_on=date(2026, 10, 31))
    await books.mirror.contract(old, "800.00", starts_on=date(2026, 12, 1))
    assert "Old" not in await lines(books)
    assert (await lines(books, "2026-10"))["Old"][0] == "900.00"
    assert (await lines(books, "2026-12"))["Old"][0] == "800.00"


async def test_4_a_title_belongs_to_the_month_of_its_date_not_of_its_change(books: Books) -> None:
    await books.mirror.title("10", "1000.00", "2026-10-10", issued_on=date(2026, 9, 30))
    assert (await lines(books))["Ana"][1] == "1000.00"
    assert (await lines(books, "2026-10"))["Ana"][1] == "1000.00"
    assert (await lines(books, "2026-09", "ISSUE_DATE"))["Ana"][1] == "1000.00"


async def test_5_cancelled_titles_are_not_billed(books: Books) -> None:
    await books.mirror.title(
        "10", "1000.00", "2026-11-10", external_id="T0001", cancelled=True, status="CANCELADO"
    )
    assert (await lines(books))["Ana"] == ("1000.00", "0.00", "DIVERGENT", "NOT_BILLED")


@pytest.mark.parametrize(
    ("mrr", "billed", "verdict"),
    [
        # 5 % of 1,000.10 is 50.005: 50.00. No float holds 0.1, 949.90 or 1050.30.
        ("1000.10", "950.10", "OK"),
        ("1000.10", "950.09", "DIVERGENT"),
        ("1000.10", "1050.10", "OK"),
        ("1000.10", "1050.11", "DIVERGENT"),
        ("0.30", "50.30", "OK"),
        ("0.30", "50.31", "DIVERGENT"),
        # 5 % of it is 499,999,999.9995: 499,999,999.99.
        ("9999999999.99", "9500000000.00", "OK"),
        ("9999999999.99", "9499999999.99", "DIVERGENT"),
    ],
)
async def test_6_the_edge_of_the_tolerance_is_exact(
    books: Books, mrr: str, billed: str, verdict: str
) -> None:
    edge = await books.mirror.client("Edge", "80")
    await books.mirror.contract(edge, mrr)
    parts = Decimal("0.10"), Decimal("0.20"), Decimal(billed) - Decimal("0.30")
    for number, part in enumerate(parts):
        await books.mirror.title("80", str(part), "2026-11-10", external_id=f"edge-{number}")
    assert (await lines(books))["Edge"][1:3] == (billed, verdict)


async def test_7_pages_that_are_shorter_than_asked_are_no_end(database_url: str, clock: TestClock) -> None:
    assembly = assemble(settings_for(omie_page_size=500), database_url, SECRET, {Clock: clock})
    assert assembly._demo is not None
    book, today = assembly._demo.book, local_day(clock.now())
    book.add_client(DemoClient(code=880_000, name="Many"))
    for number in range(250):
        book.add_title(
            DemoTitle(
                code=880_001 + number,
                client_code=880_000,
                amount=Decimal("1.00"),
                due_on=today,
                issued_on=today,
                status="A VENCER",
            )
        )
    async with running_api(assembly) as api:
        await synced(api)
        query = """query($p: Period!) { reconciliation(period: $p) { lines(first: 1000) { nodes { name billed } } } }"""
        result = (await api.data(query, {"p": f"{today:%Y-%m}"}))["reconciliation"]
    assert {line["name"]: line["billed"] for line in result["lines"]["nodes"]}["Many"] == "250.00"


async def test_8_who_clicks_twice_starts_one_sync(api: Api) -> None:
    start = "mutation { syncErp { ... on SyncRun { id } } }"
    answers = await asyncio.gather(*(api.data(start) for _ in range(50)))
    assert len({answer["syncErp"]["id"] for answer in answers}) == 1
    assert (await api.data("{ syncRuns { totalCount } }"))["syncRuns"]["totalCount"] == 1


@pytest.mark.parametrize("role", ["concilia_app", "concilia_director"])
def test_9_the_log_is_evidence(books: Books, database_url: str, role: str) -> None:
    statements = ("UPDATE erp_sync_log SET status = 'SUCCESS'", "DELETE FROM erp_sync_log")
    for statement in (*statements, "INSERT INTO erp_sync_log SELECT * FROM erp_sync_log"):
        with psycopg.connect(database_url) as connection:
            connection.execute(f"SET ROLE {role}")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


async def test_10_a_client_whose_titles_vanished_is_billed_nothing(books: Books) -> None:
    await books.mirror.gone("T0001")
    assert (await lines(books))["Ana"] == ("1000.00", "0.00", "DIVERGENT", "NOT_BILLED")


async def test_11_a_document_may_have_letters(demo: tuple[Api, Book]) -> None:
    api, book = demo
    create = """mutation { createClient(input: { name: "Oficina", document: "12.abc.345/01de-35" }) {
        ... on Client { id } ... on Refusal { code } } }"""
    ours = (await api.data(create))["createClient"]["id"]
    book.add_client(DemoClient(code=880_000, name="Oficina Ltda", document="12ABC34501DE35"))
    # All its digits, and none of its letters.
    book.add_client(DemoClient(code=880_001, name="Somebody else", document="12345013500017"))
    await synced(api)
    query = "query($c: ID!) { client(id: $c) { name omieCodigos } }"
    assert (await api.data(query, {"c": ours}))["client"] == {
        "name": "Oficina Ltda",
        "omieCodigos": ["880000"],
    }


async def test_12_a_code_means_nothing_without_its_account(books: Books) -> None:
    theirs = await books.mirror.client("Another account's")
    async with books.mirror.open_work() as work:
        record = await work.clients.for_update(theirs.id)
        await work.clients.save(replace(record, links=(ErpLink("another-account", "10"),)))
        await work.commit()
    await books.mirror.contract(theirs, "10.00")
    found = await lines(books)
    assert found["Ana"][1] == "1000.00"
    assert found["Another account's"] == ("10.00", "0.00", "NOT_EVALUATED", "NOT_LINKED")
