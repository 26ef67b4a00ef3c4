"""The ERP's titles as it states them: how far they are settled, and those that are gone."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from adapters.omie.demo.book import Book
from adapters.omie.demo.records import DemoTitle
from ports.calendar import Period, local_day
from ports.erp import Side
from ports.identity import Role
from ports.ids import public_id
from tests.api.books import Books
from tests.api.syncing import synced, until
from tests.running import Api, TestClock

MONTH = Period.of(local_day(TestClock().now()))
FIGURES = """externalId amount withheld received open settled cancelled gone status dueOn
    receipts { externalId on amount discount interest fine }"""
LINES = f"""query($p: Period!) {{ reconciliation(period: $p) {{ totalBilled lines(first: 1000) {{ nodes {{
    name omieCodigo billed titles {{ totalCount nodes {{ id client {{ id }} {FIGURES} }} }} }} }} }} }}"""
PAYABLES = f"""query($p: Period, $first: Int, $after: String, $last: Int, $before: String) {{
    erpPayables(period: $p, first: $first, after: $after, last: $last, before: $before) {{ totalCount
    pageInfo {{ endCursor startCursor hasNextPage }} nodes {{ id client {{ id }} {FIGURES} }} }} }}"""
INFO = "hasNextPage hasPreviousPage startCursor endCursor"
CUSTOMER = "Padaria São João Ltda"


def customer(book: Book) -> int:
    return next(client.code for client in book.clients.values() if client.name == CUSTOMER)


def put(book: Book, code: int, **fields: Any) -> int:
    """A receivable of this month, of our customer."""
    whole: dict[str, Any] = {
        "code": code,
        "client_code": customer(book),
        "amount": Decimal("1000.00"),
        "due_on": MONTH.last_day,
        "issued_on": MONTH.first_day,
        "status": "A VENCER",
    }
    book.add_title(DemoTitle(**whole | fields))
    return code


async def of_customer(api: Api) -> tuple[str, dict[str, dict[str, Any]]]:
    """What counts as billed this month, and the titles by the ERP's id."""
    result = (await api.data(LINES, {"p": str(MONTH)}))["reconciliation"]
    (line,) = (one for one in result["lines"]["nodes"] if one["name"] == CUSTOMER)
    titles = line["titles"]["nodes"]
    assert line["titles"]["totalCount"] == len(titles)
    return line["billed"], {title["externalId"]: title for title in titles}


def figures(title: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(title[name] for name in ("received", "open", "settled", "cancelled", "gone"))


async def test_how_far_titles_are_settled(demo: tuple[Api, Book]) -> None:
    api, book = demo
    untouched, part, whole, taxed, cancelled = (put(book, 990_001 + n) for n in range(5))
    book.settle_title(part, Decimal("400.10"))
    first = book.settle_title(whole, Decimal("500.00"), discount=Decimal("25.00"))
    second = book.settle_title(whole, interest=Decimal("3.30"), fine=Decimal("10.00"))
    book.change_title(taxed, taxes={"ir": Decimal("15.00"), "pis": Decimal("6.50")})
    book.settle_title(taxed)
    book.cancel_title(cancelled)
    await synced(api)
    _, titles = await of_customer(api)
    assert figures(titles[str(untouched)]) == ("0.00", "1000.00", False, False, False)
    assert titles[str(untouched)]["receipts"] == []
    assert figures(titles[str(part)]) == ("400.10", "599.90", False, False, False)
    assert [receipt["amount"] for receipt in titles[str(part)]["receipts"]] == ["400.10"]
    assert figures(titles[str(whole)]) == ("1000.00", "0.00", True, False, False)
    plain = {"on": str(first.on), "amount": "500.00", "discount": "0.00", "interest": "0.00", "fine": "0.00"}
    assert titles[str(whole)]["receipts"] == [
        {**plain, "externalId": str(first.code), "discount": "25.00"},
        {**plain, "externalId": str(second.code), "interest": "3.30", "fine": "10.00"},
    ]
    assert titles[str(taxed)]["withheld"] == "21.50"
    assert figures(titles[str(taxed)]) == ("978.50", "0.00", True, False, False)
    assert figures(titles[str(cancelled)]) == ("0.00", "0.00", False, True, False)


async def test_a_receipt_that_is_taken_back(demo: tuple[Api, Book]) -> None:
    api, book = demo
    code = put(book, 990_001)
    receipt = book.settle_title(code)
    await synced(api)
    book.unsettle_title(code, receipt.code)
    await synced(api, "INCREMENTAL")
    _, titles = await of_customer(api)
    assert figures(titles[str(code)]) == ("0.00", "1000.00", False, False, False)
    assert titles[str(code)]["receipts"] == []


async def test_a_title_that_is_gone_is_listed_and_no_longer_billed(demo: tuple[Api, Book]) -> None:
    api, book = demo
    await synced(api)
    before, _ = await of_customer(api)
    code = put(book, 990_001, amount=Decimal("70.00"))
    await synced(api)
    billed, titles = await of_customer(api)
    assert Decimal(billed) == Decimal(before) + 70
    key = titles[str(code)]["id"]
    kept = book.titles[code]
    book.remove_title(code)
    look = f"query($id: ID!) {{ node(id: $id) {{ ...on Title {{ {FIGURES} }} }} }}"

    async def gone() -> bool:
        return bool((await api.data(look, {"id": key}))["node"]["gone"])

    # Nobody changed it, so an incremental run cannot miss it.
    await synced(api, "INCREMENTAL")
    assert not await gone()
    await synced(api)
    await until(gone)
    billed, titles = await of_customer(api)
    assert billed == before
    assert figures(titles[str(code)]) == ("0.00", "0.00", False, False, True)

    book.add_title(replace(kept, status="ATRASADO"))
    await synced(api, "INCREMENTAL")
    billed, titles = await of_customer(api)
    assert Decimal(billed) == Decimal(before) + 70
    assert figures(titles[str(code)]) == ("0.00", "70.00", False, False, False)


def due(book: Book, period: Period | None = None) -> list[tuple[date, str]]:
    days = ((title.due_on, str(title.code)) for title in book.payables.values())
    return sorted((day, code) for day, code in days if day and (period is None or Period.of(day) == period))


async def test_payables_by_due_date(demo: tuple[Api, Book]) -> None:
    api, book = demo
    await synced(api)
    expected = due(book)
    whole = (await api.data(PAYABLES, {"first": 1000}))["erpPayables"]
    found = [(date.fromisoformat(one["dueOn"]), one["externalId"]) for one in whole["nodes"]]
    assert (whole["totalCount"], sorted(found)) == (len(expected), expected)
    assert [day for day, _ in found] == [day for day, _ in expected]
    assert all(one["client"] is None for one in whole["nodes"])

    month = (await api.data(PAYABLES, {"p": str(MONTH), "first": 1000}))["erpPayables"]
    assert month["totalCount"] == len(due(book, MONTH)) > 0
    assert {one["externalId"] for one in month["nodes"]} == {code for _, code in due(book, MONTH)}
    assert (await api.data(PAYABLES, {"p": "1999-01"}))["erpPayables"]["totalCount"] == 0

    walked, after = list[dict[str, Any]](), None
    while len(walked) < len(month["nodes"]):
        page = (await api.data(PAYABLES, {"p": str(MONTH), "first": 2, "after": after}))["erpPayables"]
        walked += page["nodes"]
        after = page["pageInfo"]["endCursor"]
    assert (walked, page["pageInfo"]["hasNextPage"]) == (month["nodes"], False)
    last = (await api.data(PAYABLES, {"last": 3}))["erpPayables"]["nodes"]
    assert last == whole["nodes"][-3:]


async def test_a_payable_as_the_erp_states_it(demo: tuple[Api, Book]) -> None:
    api, book = demo
    common = {"side": Side.PAYABLE, "category": "2.04.01"}
    part, taxed = put(book, 990_001, **common), put(book, 990_002, **common, taxes={"iss": Decimal("50.00")})
    supplier = next(client.code for client in book.clients.values() if client.tags == ("Fornecedor",))
    put(book, 990_003, **common, client_code=supplier)
    paid = book.settle_title(part, Decimal("250.00"), interest=Decimal("1.25"))
    await synced(api)
    nodes = (await api.data(PAYABLES, {"p": str(MONTH), "first": 1000}))["erpPayables"]["nodes"]
    found = {one["externalId"]: one for one in nodes}
    assert figures(found[str(part)]) == ("250.00", "750.00", False, False, False)
    assert [(one["externalId"], one["interest"]) for one in found[str(part)]["receipts"]] == [
        (str(paid.code), "1.25")
    ]
    assert (found[str(taxed)]["withheld"], found[str(taxed)]["open"]) == ("50.00", "950.00")
    # Of a company that is a client too; a supplier is none.
    shown = await api.data(
        "query($id: ID!) { client(id: $id) { name } }", {"id": found[str(part)]["client"]["id"]}
    )
    assert shown["client"]["name"] == CUSTOMER
    assert found["990003"]["client"] is None
    node = await api.data("query($id: ID!) { node(id: $id) { id } }", {"id": found[str(part)]["id"]})
    assert node["node"]["id"] == found[str(part)]["id"]
    # It is no receivable: nothing of it is billed.
    assert str(part) not in (await of_customer(api))[1]
    book.remove_title(part)
    await synced(api)

    async def gone() -> bool:
        nodes = (await api.data(PAYABLES, {"p": str(MONTH), "first": 1000}))["erpPayables"]["nodes"]
        return [one["gone"] for one in nodes if one["externalId"] == str(part)] == [True]

    await until(gone)


@pytest.mark.parametrize("role", [Role.FINANCE, Role.CFO, Role.ADMIN])
async def test_who_may_see_payables(shared_api: Api, role: Role) -> None:
    assert await shared_api.data("{ erpPayables { totalCount } }", role=role) == {
        "erpPayables": {"totalCount": 0}
    }


async def test_the_viewer_may_not(shared_api: Api) -> None:
    assert await shared_api.code("{ erpPayables { totalCount } }", role=Role.VIEWER) == "FORBIDDEN"


@pytest.mark.parametrize("basis", ["DUE_DATE", "RECEIVED"])
@pytest.mark.parametrize("paging", ["first: 1", "last: 1", "first: 9"])
async def test_titles_of_all_lines_are_one_question(
    books: Books, statements: list[str], basis: str, paging: str
) -> None:
    await books.link(public_id("client", books.bia.id), "21")
    earlier = await books.mirror.title("21", "70.00", "2026-10-30")
    for due in ("2026-11-02", "2026-11-20"):
        await books.mirror.title("21", "10.00", due)
    await books.mirror.settle(earlier, ("2026-11-05", "70.00"))
    page = f"titles({paging}) {{ edges {{ cursor node {{ externalId receipts {{ on }} }} }} pageInfo {{ {INFO} }} }}"
    of_month = f'reconciliation(period: "2026-11", basis: {basis}) {{ lines(first: %d) {{ nodes {{ id {page} }} }} }}'

    async def lines(size: int) -> list[Any]:
        statements.clear()
        shown = await books.api.data(f"{{ {of_month % size} }}")
        return list(shown["reconciliation"]["lines"]["nodes"])

    alone = await lines(1)
    questions = len(statements)
    together = await lines(100)
    assert len(alone) == 1 < len(together)
    assert len(statements) == questions
    # Each by itself, asked by its id, has the same.
    query = f"query($id: ID!) {{ node(id: $id) {{ ... on ReconciliationLine {{ id {page} }} }} }}"
    for line in together:
        assert (await books.api.data(query, {"id": line["id"]}))["node"] == line
    found = {edge["node"]["externalId"] for line in together for edge in line["titles"]["edges"]}
    assert (earlier in found) is (basis == "RECEIVED" and paging != "last: 1")
