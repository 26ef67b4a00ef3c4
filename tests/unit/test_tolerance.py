"""The larger of the rule's percent of what is expected, rounded down to the cent, and its minimum."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.tolerance import check_rule, tolerance
from tests.builders import a_rule, money, refusal


@pytest.mark.parametrize(
    ("percent", "minimum", "expected", "allowed"),
    [
        pytest.param("5.00", "50.00", "1000.00", "50.00", id="percent and minimum alike"),
        pytest.param("5.00", "50.00", "1000.20", "50.01", id="percent a cent above the minimum"),
        pytest.param("5.00", "50.00", "1000.19", "50.00", id="percent less than a cent above"),
        pytest.param("5.00", "50.00", "999.99", "50.00", id="percent below the minimum"),
        pytest.param("5.00", "50.00", "0.00", "50.00", id="nothing expected"),
        pytest.param("5.00", "0.00", "0.00", "0.00", id="nothing expected, no minimum"),
        pytest.param("5.00", "0.00", "0.19", "0.00", id="less than a cent"),
        pytest.param("5.00", "0.00", "0.20", "0.01", id="one cent"),
        pytest.param("5.00", "0.00", "33.39", "1.66", id="down, though near the next cent"),
        pytest.param("2.75", "0.00", "1234.56", "33.95", id="a percent with two decimals, down"),
        pytest.param("0.01", "0.00", "99.99", "0.00", id="the least percent"),
        pytest.param("0.01", "0.00", "100.00", "0.01", id="the least percent of a hundred"),
        pytest.param("0", "0.00", "1000.00", "0.00", id="to the cent"),
        pytest.param("100", "0.00", "1000.00", "1000.00", id="all of it"),
        pytest.param("5.00", "9999999999999.99", "1000.00", "9999999999999.99", id="a huge minimum"),
        pytest.param("99.99", "0.00", "9999999999999.99", "9998999999999.99", id="a huge figure"),
        pytest.param(
            "33.33", "0.00", "99999999999999999.99", "33329999999999999.99", id="beyond one payment"
        ),
    ],
)
def test_tolerance(percent: str, minimum: str, expected: str, allowed: str) -> None:
    assert str(tolerance(a_rule(percent, minimum), money(expected))) == allowed


@settings(max_examples=60, deadline=None)
@given(hundredths=st.integers(0, 10_000), minimum=st.integers(0, 10**6), expected=st.integers(0, 10**15))
def test_never_less_than_the_minimum_nor_more_than_the_percent(
    hundredths: int, minimum: int, expected: int
) -> None:
    rule = a_rule(f"{hundredths}E-2", f"{minimum}E-2")
    assert tolerance(rule, money(f"{expected}E-2")) * 100 == max(hundredths * expected // 10_000, minimum)


@pytest.mark.parametrize(
    ("percent", "minimum"),
    [
        pytest.param("0", "0.00", id="least"),
        pytest.param("100", "9999999999999.99", id="most"),
        pytest.param("5", "50", id="whole"),
        pytest.param("0.01", "0.01", id="two decimals"),
        pytest.param("5.500", "50.000", id="zeros are no decimals"),
    ],
)
def test_sound_rule(percent: str, minimum: str) -> None:
    check_rule(Decimal(percent), money(minimum))


PERCENT, MINIMUM = ("INVALID", "percent"), ("INVALID", "minimum")


@pytest.mark.parametrize(
    ("percent", "minimum", "faults"),
    [
        pytest.param("-0.01", "0.00", [PERCENT], id="negative percent"),
        pytest.param("100.01", "0.00", [PERCENT], id="more than all"),
        pytest.param("5.001", "0.00", [PERCENT], id="percent with 3 decimals"),
        pytest.param("1E+30", "0.00", [PERCENT], id="huge percent"),
        pytest.param("Infinity", "0.00", [PERCENT], id="infinite percent"),
        pytest.param("5", "-0.01", [MINIMUM], id="negative minimum"),
        pytest.param("5", "0.001", [MINIMUM], id="minimum with 3 decimals"),
        pytest.param("5", "10000000000000.00", [MINIMUM], id="minimum of 14 digits"),
        pytest.param("5", "Infinity", [MINIMUM], id="infinite minimum"),
        pytest.param("101", "-1.00", [MINIMUM, PERCENT], id="both"),
    ],
)
def test_faulty_rule(percent: str, minimum: str, faults: list[tuple[str, str]]) -> None:
    assert refusal(lambda: check_rule(Decimal(percent), money(minimum))) == faults
