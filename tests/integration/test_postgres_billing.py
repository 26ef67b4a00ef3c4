"""What was billed in a month, per client code."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest

from ports.calendar import Period
from ports.erp import Entity, ErpIssue, IssueCode
from ports.reconciliations import Billing
from ports.sync_runs import SyncMode, SyncStatus
from ports.titles import BillingBasis, MonthsOfTitles
from ports.work import Duty, OpenWork
from tests.integration.records import NOVEMBER, NOW, run, title

D = Decimal
DUE = BillingBasis.DUE_DATE
TITLES = (
    title("1", client_code="10", amount=D("100.10"), due_on=date(2026, 11, 1), category="1.01.01"),
    title("2", client_code="10", amount=D("0.20"), due_on=date(2026, 11, 30), category="1.01.02"),
    title("3", client_code="10", amount=D("7.00"), due_on=date(2026, 10, 31), issued_on=date(2026, 11, 30)),
    title("4", client_code="10", amount=D("8.00"), due_on=date(2026, 12, 1), registered_on=date(2026, 11, 1)),
    title("5", client_code="10", amount=D("999.00"), cancelled=True, category="1.01.01"),
    title("6", client_code="20", amount=D("50.00"), category="1.010", withheld=D("5.00")),
    title("7", client_code="20", amount=D("3.00"), category="1.01"),
    title("8", client_code="30", amount=D("4.00"), cancelled=True),
    title("9", client_code="40", amount=D("6.00"), category=None, settled=True),
    title("10", client_code="50", amount=D("2.00"), category="1%01"),
    title("11", client_code="60", amount=D("1.00"), due_on=date(2025, 11, 10), issued_on=date(2025, 11, 10)),
)


async def of_month(
    open_work: OpenWork, basis: BillingBasis = DUE, categories: Sequence[str] = (), period: Period = NOVEMBER
) -> dict[str, Billing]:
    async with open_work(duty=Duty.SYNC) as work:
        of = MonthsOfTitles("demo", [period], basis, categories)
        found = [
            bill async for batch in work.parties.each(of) for _, party in batch for bill in party.billing
        ]
    assert len({billing.code for billing in found}) == len(found)
    return {billing.code: billing for billing in found}


def billed(found: dict[str, Billing]) -> dict[str, str]:
    """The codes with something billed."""
    return {code: str(billing.amount) for code, billing in found.items() if billing.amount}


@pytest.fixture(scope="module")
async def filled(shared_work: OpenWork) -> OpenWork:
    async with shared_work(duty=Duty.SYNC) as work:
        await work.titles.keep("demo", TITLES, NOW)
        await work.titles.keep("omie", [title("1", client_code="10", amount=D("5000.00"))], NOW)
        await work.commit()
    return shared_work


async def test_sums_the_gross_amounts_of_the_month(filled: OpenWork) -> None:
    found = await of_month(filled)
    assert billed(found) == {"10": "100.30", "20": "53.00", "40": "6.00", "50": "2.00"}
    assert not any(billing.incomplete for billing in found.values())
    assert billed(await of_month(filled, period=Period(2026, 10))) == {"10": "7.00"}
    assert billed(await of_month(filled, period=Period(2026, 12))) == {"10": "8.00"}
    assert await of_month(filled, period=Period(2024, 1)) == {}


async def test_a_code_with_nothing_but_cancelled_titles_is_billed_nothing(filled: OpenWork) -> None:
    assert "30" not in await of_month(filled)


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        (BillingBasis.DUE_DATE, {"10": "100.30", "20": "53.00", "40": "6.00", "50": "2.00"}),
        (BillingBasis.ISSUE_DATE, {"10": "7.00"}),
        (BillingBasis.REGISTRATION_DATE, {"10": "8.00"}),
    ],
)
async def test_each_basis(filled: OpenWork, basis: BillingBasis, expected: dict[str, str]) -> None:
    assert billed(await of_month(filled, basis)) == expected


async def test_a_title_without_the_date_of_the_basis_makes_its_code_incomplete(filled: OpenWork) -> None:
    found = await of_month(filled, BillingBasis.ISSUE_DATE)
    incomplete = {code: billing.incomplete for code, billing in found.items() if billing.incomplete}
    # Not title 3, which has its day; not 5 and 8, which are cancelled.
    assert incomplete == {"10": 3, "20": 2, "40": 1, "50": 1}
    narrow = await of_month(filled, BillingBasis.ISSUE_DATE, ["1.01.02"])
    assert {code: b.incomplete for code, b in narrow.items() if b.incomplete} == {"10": 1}


CATEGORIES: dict[str, tuple[list[str], dict[str, str]]] = {
    "one": (["1.01.01"], {"10": "100.10"}),
    "two": (["1.01.01", "1.01.02"], {"10": "100.30"}),
    "all below": (["1.01.*"], {"10": "100.30"}),
    "all below, and itself": (["1.01.*", "1.01"], {"10": "100.30", "20": "3.00"}),
    "a prefix": (["1.01*"], {"10": "100.30", "20": "53.00"}),
    "wildcards of SQL are none": (["1%*", "1_01*"], {"50": "2.00"}),
    "unknown": (["9.99"], {}),
    "everything that has one": (["*"], {"10": "100.30", "20": "53.00", "50": "2.00"}),
}


@pytest.mark.parametrize(("categories", "expected"), CATEGORIES.values(), ids=CATEGORIES)
async def test_categories(filled: OpenWork, categories: list[str], expected: dict[str, str]) -> None:
    assert billed(await of_month(filled, categories=categories)) == expected


def issue(external_id: str, code: str | None, entity: Entity = Entity.RECEIVABLE) -> ErpIssue:
    return ErpIssue(entity=entity, external_id=external_id, code=IssueCode.DUE_DATE_MISSING, client_code=code)


async def ended(
    open_work: OpenWork,
    hours: int,
    *issues: ErpIssue,
    status: SyncStatus = SyncStatus.SUCCESS,
    source: str = "demo",
    mode: SyncMode = SyncMode.FULL,
) -> None:
    started = NOW + timedelta(hours=hours)
    finished = None if status is SyncStatus.RUNNING else started
    record = run(status=status, started_at=started, finished_at=finished, source=source, mode=mode)
    async with open_work(duty=Duty.SYNC) as work:
        await work.runs.start(record)
        await work.runs.set_aside(record.id, issues)
        await work.commit()


async def set_aside(open_work: OpenWork) -> dict[str, tuple[str, int]]:
    return {code: (str(b.amount), b.incomplete) for code, b in (await of_month(open_work)).items()}


async def test_what_was_set_aside_since_the_newest_whole_run(open_work: OpenWork) -> None:
    async with open_work(duty=Duty.SYNC) as work:
        await work.titles.keep("demo", TITLES[:1], NOW)
        await work.commit()
    await ended(open_work, 9, issue("1", "10"), source="omie")
    assert await set_aside(open_work) == {"10": ("100.10", 0)}
    await ended(open_work, 1, issue("1", "10"), issue("2", "10"), issue("3", "99"))
    await ended(open_work, 0, issue("4", "10"))
    assert await set_aside(open_work) == {"10": ("100.10", 2), "99": ("0.00", 1)}
    # Those that came after it, however they ended: a title that they could not keep is as it was, or missing.
    await ended(open_work, 2, issue("5", "10"), issue("2", "10"), status=SyncStatus.ERROR)
    await ended(open_work, 3, issue("6", "10"), mode=SyncMode.INCREMENTAL)
    assert await set_aside(open_work) == {"10": ("100.10", 4), "99": ("0.00", 1)}
    await ended(open_work, 4, mode=SyncMode.INCREMENTAL)
    assert await set_aside(open_work) == {"10": ("100.10", 4), "99": ("0.00", 1)}
    await ended(open_work, 5, issue("7", None), issue("8", "10", Entity.CLIENT))
    assert await set_aside(open_work) == {"10": ("100.10", 0)}


async def test_a_title_is_aside_for_whom_it_is_held_too(open_work: OpenWork) -> None:
    async with open_work(duty=Duty.SYNC) as work:
        await work.titles.keep("demo", TITLES[:2], NOW)
        await work.commit()
    await ended(open_work, 1, issue("1", "99"), issue("2", None))
    assert await set_aside(open_work) == {"10": ("100.30", 2), "99": ("0.00", 1)}


async def test_a_title_that_was_kept_later_is_aside_no_more(open_work: OpenWork) -> None:
    await ended(open_work, 1, issue("1", "10"), issue("2", "10"))
    async with open_work() as work:
        await work.titles.keep("demo", TITLES[:1], NOW + timedelta(hours=2))
        await work.commit()
    assert await set_aside(open_work) == {"10": ("100.10", 1)}
