"""Days and months as finance people mean them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ports.calendar import Period, local_day

PERIODS = st.builds(Period, st.integers(1, 9999), st.integers(1, 12))


@pytest.mark.parametrize("text", ["2026-11", "2026-01", "2028-02", "0001-01", "9999-12"])
def test_a_month_is_read_as_it_is_written(text: str) -> None:
    assert str(Period.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "2026", "2026-", "-11", "2026-00", "2026-13", "0000-01", "2026-1", "26-11", "2026-011"),
        *("2026/11", "2026 11", "202611", "2026-11-01", " 2026-11", "2026-11 ", "2026-11\n", "-026-11"),
        *("+026-11", "2026--1", "2026-+1", "20_6-11", "２０２６-11", "2026-１１", "²⁰²⁶-11", "abcd-ef"),
        *("02026-1", "202-011", "20-0011", "2-00011"),
    ],
    ids=repr,
)
def test_anything_else_is_no_month(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Period.parse(text)


@settings(max_examples=60, deadline=None)
@given(PERIODS)
def test_a_month_holds_its_days(period: Period) -> None:
    assert Period.parse(str(period)) == period == Period.of(period.first_day) == Period.of(period.last_day)
    assert (period.last_day - period.first_day).days + 1 == period.days
    assert [period.day(1), period.day(31)] == [period.first_day, period.last_day]


@pytest.mark.parametrize(
    ("month", "days"),
    [("2026-11", 30), ("2026-12", 31), ("2027-02", 28), ("2028-02", 29), ("1900-02", 28), ("2000-02", 29)],
)
def test_days(month: str, days: int) -> None:
    assert Period.parse(month).days == days


@pytest.mark.parametrize(
    ("month", "number", "day"),
    [
        ("2026-11", 30, "2026-11-30"),
        ("2026-11", 31, "2026-11-30"),
        ("2027-02", 29, "2027-02-28"),
        ("2028-02", 30, "2028-02-29"),
    ],
)
def test_a_day_that_the_month_lacks_is_its_last(month: str, number: int, day: str) -> None:
    assert Period.parse(month).day(number) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("month", "earlier", "months"),
    [
        ("2026-11", "2026-11", 0),
        ("2026-12", "2026-11", 1),
        ("2027-01", "2026-12", 1),
        ("2027-11", "2026-11", 12),
        ("2026-10", "2026-11", -1),
        ("2025-12", "2026-01", -1),
    ],
)
def test_months_after(month: str, earlier: str, months: int) -> None:
    assert Period.parse(month).months_after(Period.parse(earlier)) == months


@pytest.mark.parametrize(
    ("month", "months", "then"),
    [
        ("2026-11", 0, "2026-11"),
        ("2026-11", 1, "2026-12"),
        ("2026-11", 2, "2027-01"),
        ("2026-11", 13, "2027-12"),
        ("2026-11", -10, "2026-01"),
        ("2026-11", -11, "2025-12"),
        ("2026-11", -23, "2024-12"),
    ],
)
def test_so_many_months_on(month: str, months: int, then: str) -> None:
    assert Period.parse(month).plus(months) == Period.parse(then)


@settings(max_examples=60, deadline=None)
@given(PERIODS, PERIODS)
def test_the_distance_leads_there(one: Period, other: Period) -> None:
    assert other.plus(one.months_after(other)) == one


@settings(max_examples=60, deadline=None)
@given(PERIODS, PERIODS)
def test_order_and_distance_agree(one: Period, other: Period) -> None:
    assert one.months_after(other) == -other.months_after(one)
    assert (one < other) == (one.months_after(other) < 0) == (str(one) < str(other))


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        pytest.param("2026-11-23T02:59:59", "2026-11-22", id="the last second"),
        pytest.param("2026-11-23T03:00:00", "2026-11-23", id="midnight"),
        pytest.param("2019-01-01T01:59:59", "2018-12-31", id="summer time, the last second"),
        pytest.param("2019-01-01T02:00:00", "2019-01-01", id="summer time, midnight"),
    ],
)
def test_the_day_in_sao_paulo(moment: str, day: str) -> None:
    assert local_day(datetime.fromisoformat(moment).replace(tzinfo=UTC)) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("month", "months", "first", "last"),
    [
        ("2026-11", 1, "2026-10-01", "2026-12-31"),
        ("2026-11", 12, "2025-11-01", "2027-11-30"),
        ("0001-02", 3, "0001-01-01", "0001-05-31"),
        ("9999-11", 3, "9999-08-01", "9999-12-31"),
    ],
)
def test_around(month: str, months: int, first: str, last: str) -> None:
    days = date.fromisoformat(first), date.fromisoformat(last)
    assert Period.parse(month).around(months) == days


def test_the_calendar_has_ends() -> None:
    first, last = Period(1, 1), Period(9999, 12)
    assert (first.exists, last.exists) == (True, True)
    assert (first.plus(-1).exists, last.plus(1).exists) == (False, False)
