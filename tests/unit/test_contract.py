"""What a contract wants billed in which month, at which price, and until when it may wait."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.contract import Contract
from ports.calendar import Period
from ports.contracts import Cadence, ContractPrice
from tests.builders import a_contract, money


def expected(month: str, mrr: str = "1000.00", **terms: Any) -> str:
    return str(Contract(a_contract(mrr, **terms)).expected_in(Period.parse(month)))


@pytest.mark.parametrize(
    ("cadence", "month", "figure"),
    [
        pytest.param(Cadence.MONTHLY, "2026-08", "1000.00", id="monthly, first"),
        pytest.param(Cadence.MONTHLY, "2026-09", "1000.00", id="monthly, next"),
        pytest.param(Cadence.MONTHLY, "2027-08", "1000.00", id="monthly, a year on"),
        pytest.param(Cadence.QUARTERLY, "2026-08", "3000.00", id="quarterly, first"),
        pytest.param(Cadence.QUARTERLY, "2026-09", "0.00", id="quarterly, second month"),
        pytest.param(Cadence.QUARTERLY, "2026-10", "0.00", id="quarterly, third month"),
        pytest.param(Cadence.QUARTERLY, "2026-11", "3000.00", id="quarterly, second quarter"),
        pytest.param(Cadence.QUARTERLY, "2027-02", "3000.00", id="quarterly, over the year's end"),
        pytest.param(Cadence.QUARTERLY, "2027-01", "0.00", id="quarterly, not by the calendar's quarters"),
        pytest.param(Cadence.YEARLY, "2026-08", "12000.00", id="yearly, first"),
        pytest.param(Cadence.YEARLY, "2027-01", "0.00", id="yearly, not in January"),
        pytest.param(Cadence.YEARLY, "2027-07", "0.00", id="yearly, a month before"),
        pytest.param(Cadence.YEARLY, "2027-08", "12000.00", id="yearly, a year on"),
    ],
)
def test_cadence_counts_from_the_first_month(cadence: Cadence, month: str, figure: str) -> None:
    assert expected(month, starts_on=date(2026, 8, 20), cadence=cadence) == figure


def test_whole_months_until_pro_rata_is_agreed() -> None:
    terms: dict[str, Any] = {"starts_on": date(2026, 8, 20), "ends_on": date(2026, 10, 3)}
    assert [expected(month, **terms) for month in ("2026-08", "2026-09", "2026-10")] == ["1000.00"] * 3


@pytest.mark.parametrize("cadence", [Cadence.QUARTERLY, Cadence.YEARLY])
def test_longer_cadences_are_whole_even_pro_rata(cadence: Cadence) -> None:
    terms: dict[str, Any] = {"starts_on": date(2026, 8, 20), "cadence": cadence, "pro_rata": True}
    assert expected("2026-08", **terms) == f"{1000 * cadence.value}.00"


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "month", "mrr", "figure"),
    [
        pytest.param("2026-11-16", None, "2026-11", "1000.00", "500.00", id="first month, 15 of 30"),
        pytest.param("2026-11-16", None, "2026-12", "1000.00", "1000.00", id="the month after"),
        pytest.param("2026-11-01", None, "2026-11", "1000.00", "1000.00", id="from the first day"),
        pytest.param("2026-11-30", None, "2026-11", "1000.00", "33.33", id="the last day alone, down"),
        pytest.param("2026-12-31", None, "2026-12", "1000.00", "32.26", id="the last of 31, up"),
        pytest.param("2026-11-16", None, "2026-11", "100.01", "50.01", id="half a cent goes up"),
        pytest.param("2026-11-16", None, "2026-11", "100.03", "50.02", id="half up, not to even"),
        pytest.param("2026-11-16", None, "2026-11", "0.01", "0.01", id="half a cent in all"),
        pytest.param("2026-11-17", None, "2026-11", "0.01", "0.00", id="less than half a cent"),
        pytest.param("2026-01-01", "2026-12-10", "2026-12", "1000.00", "322.58", id="last month, 10 of 31"),
        pytest.param("2026-01-01", "2026-12-10", "2026-11", "1000.00", "1000.00", id="the month before"),
        pytest.param("2026-01-01", "2026-12-31", "2026-12", "1000.00", "1000.00", id="to the last day"),
        pytest.param("2026-01-01", "2026-12-01", "2026-12", "1000.00", "32.26", id="to the first day"),
        pytest.param("2026-11-10", "2026-11-19", "2026-11", "1000.00", "333.33", id="within one month"),
        pytest.param("2026-11-10", "2026-11-10", "2026-11", "1000.00", "33.33", id="one day"),
        pytest.param("2027-02-15", None, "2027-02", "1000.00", "500.00", id="February, 14 of 28"),
        pytest.param("2028-02-15", None, "2028-02", "1000.00", "517.24", id="leap February, 15 of 29"),
        pytest.param("2028-01-01", "2028-02-28", "2028-02", "1000.00", "965.52", id="a leap day short"),
        pytest.param("2026-11-16", None, "2026-11", "833333333333.33", "416666666666.67", id="largest"),
    ],
)
def test_pro_rata(starts_on: str, ends_on: str | None, month: str, mrr: str, figure: str) -> None:
    ends = date.fromisoformat(ends_on) if ends_on else None
    assert (
        expected(month, mrr, starts_on=date.fromisoformat(starts_on), ends_on=ends, pro_rata=True) == figure
    )


@settings(max_examples=60, deadline=None)
@given(cents=st.integers(0, 10**9), last=st.integers(1, 29), month=st.sampled_from(["2026-11", "2026-12"]))
def test_a_month_shared_by_two_contracts_is_one_whole(cents: int, last: int, month: str) -> None:
    period, mrr = Period.parse(month), money(f"{cents}E-2")
    old = a_contract(str(mrr), ends_on=period.day(last), pro_rata=True)
    new = a_contract(str(mrr), starts_on=period.day(last + 1), pro_rata=True)
    both = Contract(old).expected_in(period) + Contract(new).expected_in(period)
    assert abs(both - mrr) <= money("0.01")


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "runs"),
    [
        pytest.param("2026-11-01", None, True, id="from the first day"),
        pytest.param("2026-11-30", None, True, id="on the last day alone"),
        pytest.param("2026-12-01", None, False, id="from the next month"),
        pytest.param("2026-01-01", "2026-11-01", True, id="until the first day"),
        pytest.param("2026-01-01", "2026-10-31", False, id="until the month before"),
        pytest.param("2026-01-01", "2027-01-01", True, id="all the time"),
        pytest.param("2026-11-10", "2026-11-10", True, id="one day"),
    ],
)
def test_in_force_on_some_day_of_the_month(starts_on: str, ends_on: str | None, runs: bool) -> None:
    ends = date.fromisoformat(ends_on) if ends_on else None
    contract = Contract(a_contract(starts_on=date.fromisoformat(starts_on), ends_on=ends))
    assert contract.is_in_force(Period(2026, 11)) is runs


PRICES = (
    ContractPrice(money("1000.00"), Period(2026, 3)),
    ContractPrice(money("1100.00"), Period(2026, 9)),
    ContractPrice(money("900.00"), Period(2027, 1)),
)


@pytest.mark.parametrize(
    ("month", "figure"),
    [
        pytest.param("2025-12", "1000.00", id="long before the first price"),
        pytest.param("2026-02", "1000.00", id="the month before the first price"),
        pytest.param("2026-03", "1000.00", id="first month of the first"),
        pytest.param("2026-08", "1000.00", id="last month of the first"),
        pytest.param("2026-09", "1100.00", id="first month of the second"),
        pytest.param("2026-12", "1100.00", id="last month of the second"),
        pytest.param("2027-01", "900.00", id="first month of the third"),
        pytest.param("2030-06", "900.00", id="long after"),
    ],
)
def test_each_month_has_its_price(month: str, figure: str) -> None:
    contract = Contract(a_contract(prices=PRICES))
    assert contract.mrr_in(Period.parse(month)) == money(figure)
    assert contract.expected_in(Period.parse(month)) == money(figure)


def test_a_whole_quarter_has_the_price_of_the_month_it_falls_due() -> None:
    terms: dict[str, Any] = {"prices": PRICES, "starts_on": date(2026, 8, 1), "cadence": Cadence.QUARTERLY}
    assert [expected(month, **terms) for month in ("2026-08", "2026-11")] == ["3000.00", "3300.00"]


@pytest.mark.parametrize(
    ("billing_day", "month", "grace", "last"),
    [
        pytest.param(5, "2026-11", 0, "2026-11-05", id="no grace"),
        pytest.param(5, "2026-11", 3, "2026-11-08", id="grace"),
        pytest.param(1, "2026-11", 0, "2026-11-01", id="first day"),
        pytest.param(31, "2026-12", 0, "2026-12-31", id="31 of 31"),
        pytest.param(31, "2026-11", 0, "2026-11-30", id="31 of 30"),
        pytest.param(31, "2027-02", 0, "2027-02-28", id="31 in February"),
        pytest.param(29, "2027-02", 0, "2027-02-28", id="29 in February"),
        pytest.param(31, "2028-02", 0, "2028-02-29", id="31 in leap February"),
        pytest.param(31, "2027-02", 1, "2027-03-01", id="grace over February's end"),
        pytest.param(29, "2026-11", 3, "2026-12-02", id="grace over the month's end"),
        pytest.param(30, "2026-12", 5, "2027-01-04", id="grace over the year's end"),
        pytest.param(None, "2026-11", 0, "2026-11-30", id="no billing day, the last one"),
        pytest.param(None, "2026-12", 0, "2026-12-31", id="no billing day, the last one of 31"),
        pytest.param(None, "2027-02", 3, "2027-03-03", id="no billing day, with grace"),
        pytest.param(10, "2026-11", 60, "2027-01-09", id="the longest grace"),
    ],
)
def test_due_by(billing_day: int | None, month: str, grace: int, last: str) -> None:
    contract = Contract(a_contract(billing_day=billing_day))
    assert contract.due_by(Period.parse(month), timedelta(days=grace)) == date.fromisoformat(last)
