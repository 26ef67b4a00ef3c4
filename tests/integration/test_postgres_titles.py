"""The mirror of the ERP's receivables."""

from dataclasses import asdict, fields, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from ports.calendar import Period
from ports.erp import ErpTitle
from ports.ids import new_id
from ports.paging import PageRequest
from ports.titles import BillingBasis, Kept, TitleRecord
from ports.work import OpenWork
from tests.integration.records import NOVEMBER, NOW, sql, title

LATER = NOW + timedelta(hours=1)
FULL = title(
    "900",
    client_code="10",
    document_number="000123/é",
    installment="001/012",
    contract_number="CTR-1",
    category="1.01.02",
    amount=Decimal("9999999999999.99"),
    withheld=Decimal("0.01"),
    due_on=date(2026, 11, 10),
    issued_on=date(2026, 10, 31),
    registered_on=date(2026, 11, 1),
    status="[A] VENCER",
    cancelled=True,
    settled=True,
)
OTHERWISE: dict[str, Any] = {
    "client_code": "11",
    "document_number": "000124",
    "installment": "002/012",
    "contract_number": "CTR-2",
    "category": "1.01.03",
    "amount": Decimal("0.00"),
    "withheld": Decimal("0.02"),
    "due_on": date(2026, 12, 10),
    "issued_on": date(2026, 10, 30),
    "registered_on": date(2026, 11, 2),
    "status": "RECEBIDO",
    "cancelled": False,
    "settled": False,
}


async def keep(open_work: OpenWork, *titles: ErpTitle, source: str = "demo", at: Any = NOW) -> Kept:
    async with open_work() as work:
        kept = await work.titles.keep(source, titles, at)
        await work.commit()
    return kept


async def found(open_work: OpenWork, external_id: str) -> TitleRecord:
    async with open_work() as work:
        return (await work.titles.by_external_ids([external_id]))[external_id]


def stated(record: TitleRecord) -> ErpTitle:
    """What of it the ERP said."""
    return ErpTitle(**{field.name: getattr(record, field.name) for field in fields(ErpTitle)})


@pytest.mark.parametrize("given", [FULL, title("901", client_code="1")], ids=["full", "bare"])
async def test_every_field_comes_back(open_work: OpenWork, given: ErpTitle) -> None:
    assert await keep(open_work, given) == Kept(created=1, updated=0)
    record = await found(open_work, given.external_id)
    assert (stated(record), record.source, record.synced_at) == (given, "demo", NOW)
    async with open_work() as work:
        assert await work.titles.get(record.id) == record
        assert await work.titles.get(new_id()) is None
        assert await work.titles.by_external_ids([]) == {}
        assert await work.titles.by_external_ids(["nobody's"]) == {}


async def test_created_updated_unchanged(open_work: OpenWork) -> None:
    assert await keep(open_work) == Kept(0, 0)
    one, two, three = (title(str(number)) for number in (1, 2, 3))
    assert await keep(open_work, one, two) == Kept(created=2, updated=0)
    ids = [(await found(open_work, key)).id for key in ("1", "2")]
    changed = replace(two, status="RECEBIDO", settled=True)
    assert await keep(open_work, one, changed, three, at=LATER) == Kept(created=1, updated=1)
    assert await keep(open_work, one, changed, three, at=LATER) == Kept(0, 0)
    assert [(await found(open_work, key)).id for key in ("1", "2")] == ids
    assert stated(await found(open_work, "2")) == changed


async def test_the_unchanged_ones_are_marked_as_seen(open_work: OpenWork) -> None:
    await keep(open_work, title("1"), title("2"), title("3"))
    assert await keep(open_work, title("1"), title("2", status="PAGO"), at=LATER) == Kept(0, 1)
    assert [(await found(open_work, key)).synced_at for key in ("1", "2", "3")] == [LATER, LATER, NOW]
    await keep(open_work, title("1"), at=NOW)
    assert (await found(open_work, "1")).synced_at == LATER


@pytest.mark.parametrize("name", OTHERWISE)
async def test_any_field_that_differs_is_a_change(open_work: OpenWork, name: str) -> None:
    changed = replace(FULL, **{name: OTHERWISE[name]})
    await keep(open_work, FULL)
    assert await keep(open_work, changed) == Kept(0, 1)
    assert stated(await found(open_work, "900")) == changed
    assert await keep(open_work, FULL) == Kept(0, 1)


@pytest.mark.parametrize("name", [name for name, value in asdict(title("1")).items() if value is None])
async def test_a_field_may_come_and_go(open_work: OpenWork, name: str) -> None:
    nothing: dict[str, Any] = {name: None}
    without = replace(FULL, **nothing)
    await keep(open_work, without)
    assert await keep(open_work, FULL) == Kept(0, 1)
    assert await keep(open_work, without) == Kept(0, 1)
    assert await keep(open_work, without) == Kept(0, 0)
    assert stated(await found(open_work, "900")) == without


async def test_twice_on_a_page_the_last_one_counts(open_work: OpenWork) -> None:
    first, last = title("1", amount=Decimal(1)), title("1", amount=Decimal(2))
    assert await keep(open_work, first, title("2"), last) == Kept(created=2, updated=0)
    assert (await found(open_work, "1")).amount == 2
    assert await keep(open_work, first, last, at=LATER) == Kept(0, 0)
    assert await keep(open_work, last, first, at=LATER) == Kept(0, 1)


async def test_sources_are_apart(open_work: OpenWork) -> None:
    assert await keep(open_work, title("1"), source="demo") == Kept(1, 0)
    assert await keep(open_work, title("1", status="PAGO"), source="omie", at=LATER) == Kept(1, 0)
    async with open_work() as work:
        page = await work.titles.page("demo", ["10"], NOVEMBER, BillingBasis.DUE_DATE, PageRequest())
    assert [(item.source, item.status, item.synced_at) for item in page.items] == [("demo", "A VENCER", NOW)]


async def test_a_whole_page_at_once(open_work: OpenWork) -> None:
    titles = [title(str(number)) for number in range(500)]
    assert await keep(open_work, *titles) == Kept(500, 0)
    assert await keep(open_work, *titles, at=LATER) == Kept(0, 0)


@pytest.fixture(scope="module")
async def filled(shared_work: OpenWork) -> OpenWork:
    await keep(
        shared_work,
        title("before", due_on=date(2026, 10, 31), issued_on=date(2026, 11, 1)),
        title("first", due_on=date(2026, 11, 1), registered_on=date(2026, 11, 30)),
        title("last", due_on=date(2026, 11, 30), client_code="11", issued_on=date(2026, 11, 30)),
        title("after", due_on=date(2026, 12, 1), registered_on=date(2026, 11, 1)),
        title("cancelled", due_on=date(2026, 11, 1), cancelled=True),
        title("another's", due_on=date(2026, 11, 5), client_code="12"),
    )
    await keep(shared_work, title("elsewhere", due_on=date(2026, 11, 5)), source="omie")
    return shared_work


MONTHS: dict[str, tuple[list[str], BillingBasis, list[str]]] = {
    "due": (["10", "11"], BillingBasis.DUE_DATE, ["first", "cancelled", "last"]),
    "due, of one": (["11"], BillingBasis.DUE_DATE, ["last"]),
    "issued": (["10", "11"], BillingBasis.ISSUE_DATE, ["before", "last"]),
    "registered": (["10", "11"], BillingBasis.REGISTRATION_DATE, ["first", "after"]),
    "nobody": ([], BillingBasis.DUE_DATE, []),
}


@pytest.mark.parametrize(("codes", "basis", "expected"), MONTHS.values(), ids=MONTHS)
async def test_the_titles_of_a_month(
    filled: OpenWork, codes: list[str], basis: BillingBasis, expected: list[str]
) -> None:
    async with filled() as work:
        whole = await work.titles.page("demo", codes, NOVEMBER, basis, PageRequest())
        assert await work.titles.count("demo", codes, NOVEMBER, basis) == len(expected)
        assert await work.titles.count("demo", codes, Period(2025, 11), basis) == 0
        steps = [
            await work.titles.page("demo", codes, NOVEMBER, basis, PageRequest(1, after=cursor))
            for cursor in whole.cursors
        ]
    assert [item.external_id for item in whole.items] == expected
    assert [list(step.items) for step in steps] == [
        list(whole.items[number : number + 1]) for number in range(1, len(expected) + 1)
    ]


@pytest.mark.parametrize("change", ["amount = -0.01", "withheld = -0.01"])
async def test_the_database_refuses_by_itself(open_work: OpenWork, engine: AsyncEngine, change: str) -> None:
    await keep(open_work, title("1"))
    with pytest.raises(IntegrityError, match="erp_receivables_amounts"):
        await sql(engine, f"UPDATE erp_receivables SET {change}")
