"""A contract's life: created, changed at a new price, deleted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from core.contract import Contract
from ports.calendar import Period
from ports.contracts import Cadence, ContractPrice, ContractRecord
from ports.errors import Stale
from ports.ids import OURS
from tests.builders import LATER, NOW, a_contract, money, refusal, sent_contract

Named = list[tuple[str, str]]


def created(**changes: Any) -> ContractRecord:
    return Contract.create(sent_contract(**changes), now=NOW, source=OURS).record


def prices(*history: tuple[str, str]) -> tuple[ContractPrice, ...]:
    return tuple(ContractPrice(money(mrr), Period.parse(since)) for since, mrr in history)


def test_what_is_left_out_has_its_default() -> None:
    sent = sent_contract(mrr=money("1500.00"), starts_on=date(2026, 8, 20))
    record = Contract.create(sent, now=NOW, source=OURS).record
    mrr = sent.pop("mrr")
    since = ContractPrice(mrr, Period(2026, 8))
    stamps: dict[str, Any] = {"source": OURS, "created_at": NOW, "updated_at": NOW}
    assert record == ContractRecord(id=record.id, prices=(since,), **sent, **stamps)
    assert (record.external_id, record.ends_on, record.pro_rata, record.billing_day) == (
        None,
        None,
        False,
        None,
    )
    assert (record.version, record.deleted_at) == (1, None)


def test_what_is_sent_is_kept() -> None:
    sent = {
        "external_id": "C-1",
        "title": "Suporte e hospedagem",
        "starts_on": date(2026, 8, 20),
        "ends_on": date(2027, 8, 19),
        "cadence": Cadence.QUARTERLY,
        "pro_rata": True,
        "billing_day": 10,
    }
    record = created(**sent)
    assert {name: getattr(record, name) for name in sent} == sent


SOUND = [
    pytest.param({"title": "a" * 255}, id="long title"),
    pytest.param({"external_id": ""}, id="empty external id"),
    pytest.param({"ends_on": date(2026, 1, 1)}, id="one day"),
    pytest.param({"billing_day": 1}, id="billing day 1"),
    pytest.param({"billing_day": 31}, id="billing day 31"),
    pytest.param({"mrr": money("0.00")}, id="free"),
    pytest.param({"mrr": money("0.01")}, id="one cent"),
    pytest.param({"mrr": money("833333333333.33")}, id="largest, twelve of which still fit"),
]
FAULTY = [
    pytest.param({"title": None}, [("MISSING", "title")], id="no title"),
    pytest.param({"title": " "}, [("MISSING", "title")], id="blank title"),
    pytest.param({"title": "a" * 256}, [("TOO_LONG", "title")], id="title of 256"),
    pytest.param({"title": "a\0"}, [("INVALID", "title")], id="NUL in the title"),
    pytest.param({"external_id": "a" * 256}, [("TOO_LONG", "external_id")], id="external id of 256"),
    pytest.param({"external_id": "\ud800"}, [("INVALID", "external_id")], id="surrogate"),
    pytest.param({"starts_on": None}, [("MISSING", "starts_on")], id="no start"),
    pytest.param({"cadence": None}, [("MISSING", "cadence")], id="no cadence"),
    pytest.param({"ends_on": date(2025, 12, 31)}, [("INVALID", "ends_on")], id="ends before its start"),
    pytest.param({"billing_day": 0}, [("INVALID", "billing_day")], id="billing day 0"),
    pytest.param({"billing_day": 32}, [("INVALID", "billing_day")], id="billing day 32"),
    pytest.param({"billing_day": -1}, [("INVALID", "billing_day")], id="billing day -1"),
    pytest.param({"mrr": None}, [("MISSING", "mrr")], id="no price"),
    pytest.param({"mrr": money("-0.01")}, [("INVALID", "mrr")], id="negative price"),
    pytest.param({"mrr": money("0.001")}, [("INVALID", "mrr")], id="3 decimals"),
    pytest.param({"mrr": money("10.005")}, [("INVALID", "mrr")], id="3 decimals, whole cents in a year"),
    pytest.param({"mrr": money("833333333333.34")}, [("INVALID", "mrr")], id="twelve of which do not fit"),
    pytest.param({"mrr": money("Infinity")}, [("INVALID", "mrr")], id="infinite"),
    pytest.param(
        {"title": "", "starts_on": None, "ends_on": date(2020, 1, 1), "billing_day": 40, "mrr": money("-1")},
        [("INVALID", "billing_day"), ("INVALID", "mrr"), ("MISSING", "starts_on"), ("MISSING", "title")],
        id="many at once",
    ),
]


@pytest.mark.parametrize("changes", SOUND)
def test_sound_terms_are_kept(changes: dict[str, Any]) -> None:
    created(**changes)
    Contract(a_contract()).update(changes, LATER)


@pytest.mark.parametrize(("changes", "faults"), FAULTY)
def test_faulty_terms_make_no_contract(changes: dict[str, Any], faults: Named) -> None:
    assert refusal(lambda: created(**changes)) == faults


@pytest.mark.parametrize(("changes", "faults"), FAULTY)
def test_faulty_terms_change_no_contract(changes: dict[str, Any], faults: Named) -> None:
    contract = Contract(a_contract())
    before = contract.record
    assert refusal(lambda: contract.update(changes, LATER)) == faults
    assert contract.record == before


@pytest.mark.parametrize(
    ("changes", "changed"),
    [
        pytest.param({}, {}, id="nothing"),
        pytest.param({"title": "Hospedagem"}, {"title": "Hospedagem"}, id="a title"),
        pytest.param({"external_id": ""}, {"external_id": None}, id="empty clears"),
        pytest.param({"ends_on": None}, {"ends_on": None}, id="null clears an end"),
        pytest.param({"billing_day": None}, {"billing_day": None}, id="null clears a billing day"),
        pytest.param({"pro_rata": None}, {"pro_rata": False}, id="null is whole months"),
        pytest.param({"cadence": Cadence.YEARLY}, {"cadence": Cadence.YEARLY}, id="cadence"),
        pytest.param({"mrr_from": None}, {}, id="no month and no price"),
    ],
)
def test_update(changes: dict[str, Any], changed: dict[str, Any]) -> None:
    terms: dict[str, Any] = {
        "external_id": "C-1",
        "ends_on": date(2027, 1, 1),
        "billing_day": 10,
        "pro_rata": True,
    }
    before = a_contract(version=2, **terms)
    contract = Contract(before)
    contract.update(changes, LATER)
    assert contract.record == replace(before, version=3, updated_at=LATER, **changed)


def test_a_month_without_a_price_is_refused() -> None:
    contract = Contract(a_contract())
    assert refusal(lambda: contract.update({"mrr_from": Period(2027, 1)}, LATER)) == [("MISSING", "mrr")]


OLD = prices(("2026-01", "1000.00"), ("2026-09", "1100.00"))


@pytest.mark.parametrize(
    ("changes", "history"),
    [
        pytest.param({}, [*OLD, *prices(("2026-11", "1200.00"))], id="from this month"),
        pytest.param({"mrr_from": None}, [*OLD, *prices(("2026-11", "1200.00"))], id="null is this month"),
        pytest.param(
            {"mrr_from": Period(2027, 1)}, [*OLD, *prices(("2027-01", "1200.00"))], id="from later on"
        ),
        pytest.param(
            {"mrr_from": Period(2026, 9)}, [OLD[0], *prices(("2026-09", "1200.00"))], id="same month"
        ),
        pytest.param(
            {"mrr_from": Period(2026, 5)}, [OLD[0], *prices(("2026-05", "1200.00")), OLD[1]], id="in between"
        ),
    ],
)
def test_new_price(changes: dict[str, Any], history: list[ContractPrice]) -> None:
    contract = Contract(a_contract(prices=OLD))
    contract.update({"mrr": money("1200.00"), **changes}, LATER)
    assert list(contract.record.prices) == history


@pytest.mark.parametrize("since", [None, Period(2026, 10), Period(2027, 3)])
def test_a_new_price_never_rewrites_an_earlier_month(since: Period | None) -> None:
    contract = Contract(a_contract(prices=OLD))
    months = [Period(2025, 12), *(Period(2026, month) for month in range(1, 10))]
    before = [contract.mrr_in(month) for month in months]
    contract.update({"mrr": money("1.00"), "mrr_from": since}, LATER)
    assert [contract.mrr_in(month) for month in months] == before


def test_this_month_is_sao_paulos() -> None:
    contract = Contract(a_contract())
    contract.update({"mrr": money("1200.00")}, datetime(2026, 12, 1, 2, 59, tzinfo=UTC))
    assert contract.record.prices[-1].since == Period(2026, 11)


@pytest.mark.parametrize("since", [None, Period(2026, 5), Period(2027, 1)])
def test_a_new_price_before_the_start_holds_from_the_start(since: Period | None) -> None:
    contract = Contract(created(starts_on=date(2027, 1, 10), mrr=money("1000.00")))
    contract.update({"mrr": money("1200.00"), "mrr_from": since}, LATER)
    assert contract.record.prices == prices(("2027-01", "1200.00"))
    assert contract.expected_in(Period(2027, 1)) == money("1200.00")


@pytest.mark.parametrize("together", [True, False], ids=["in one patch", "one after the other"])
def test_a_start_moved_back_takes_the_first_price_along(together: bool) -> None:
    contract = Contract(created(starts_on=date(2027, 1, 10), mrr=money("1000.00")))
    start: dict[str, Any] = {"starts_on": date(2026, 6, 1)}
    price: dict[str, Any] = {"mrr": money("1200.00")}
    for changes in [start | price] if together else [start, price]:
        contract.update(changes, LATER)
    months = [Period(2026, 6), Period(2026, 10), Period(2026, 11), Period(2027, 1), Period(2027, 2)]
    assert [str(contract.mrr_in(month)) for month in months] == ["1000.00"] * 2 + ["1200.00"] * 3


def test_delete_is_soft_and_final() -> None:
    before = a_contract(version=2)
    contract = Contract(before)
    contract.delete(LATER)
    gone = replace(before, version=3, updated_at=LATER, deleted_at=LATER)
    assert contract.record == gone
    acts: list[Callable[[], None]] = [
        lambda: contract.delete(LATER),
        lambda: contract.update({"title": "Suporte"}, LATER),
    ]
    assert [refusal(act) for act in acts] == [[("DELETED", "")]] * 2
    assert contract.record == gone


@pytest.mark.parametrize("version", [None, 4])
def test_the_expected_version_passes(version: int | None) -> None:
    Contract(a_contract(version=4)).expect(version)


@pytest.mark.parametrize("version", [0, 3, 5])
def test_another_version_is_stale_and_shows_the_record(version: int) -> None:
    record = a_contract(version=4)
    with pytest.raises(Stale) as caught:
        Contract(record).expect(version)
    assert caught.value.current == record
