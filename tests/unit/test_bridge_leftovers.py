"""What is billed elsewhere, by days, never, or for something else."""

from datetime import date
from typing import Any

import pytest

from ports.calendar import Period
from ports.contracts import Cadence, ContractPrice, ContractRecord
from ports.titles import TitleRecord
from tests.bridging import NOVEMBER_TITLE, a_deal, a_quarter, billed, causes
from tests.builders import money

RISING = a_deal(
    prices=[ContractPrice(money(f"10{month:02}.00"), Period(2026, month)) for month in range(1, 13)]
)
"""1008.00 in August, 1011.00 in November: no title of one month looks like another's."""


def billed_on(day: str, *, instead_of: int) -> list[TitleRecord]:
    """RISING billed in each month of the year but for one, whose title (A) is due on that day."""
    months = [month for month in range(1, 13) if month != instead_of]
    steady = [billed(f"M{month:02}", f"2026-{month:02}-10", f"10{month:02}.00") for month in months]
    return [*steady, billed("A", day, f"10{instead_of:02}.00")]


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        pytest.param("2026-07-31", "BILLED_EARLIER", id="the month before"),
        pytest.param("2026-09-01", "BILLED_LATER", id="the month after"),
        pytest.param("2026-05-20", "BILLED_EARLIER", id="three before"),
        pytest.param("2026-11-20", "BILLED_LATER", id="three after"),
    ],
)
def test_billed_in_another_month(day: str, kind: str) -> None:
    titles = billed_on(day, instead_of=8)
    assert causes("2026-08", [RISING], titles) == [f"{kind} -1008.00 A"]
    assert causes(day[:7], [RISING], titles) == [f"{kind} +1008.00 A"]
    assert causes("2026-06", [RISING], titles) == []


@pytest.mark.parametrize("day", ["2026-04-30", "2026-12-01"])
def test_four_months_are_too_far_away(day: str) -> None:
    titles = billed_on(day, instead_of=8)
    assert causes("2026-08", [RISING], titles) == ["NOT_BILLED -1008.00"]
    assert causes(day[:7], [RISING], titles) == ["EXTRA +1008.00 A"]


def test_the_nearest_month_then_the_earlier_one_then_the_contract() -> None:
    quarter = [a_quarter(external_id="K"), a_quarter(starts_on=date(2024, 12, 1), external_id="L")]
    at_dawn = [billed("jan", "2027-01-10", "3000.00")]
    assert causes("2026-12", quarter, at_dawn) == ["BILLED_LATER -3000.00 jan"]
    assert causes("2026-11", quarter, at_dawn) == ["NOT_BILLED -3000.00"]
    between = [billed("oct", "2026-10-10", "3000.00")]
    apart = [a_quarter(external_id="K"), a_quarter(starts_on=date(2024, 9, 1), external_id="L")]
    assert causes("2026-09", apart, between) == ["BILLED_LATER -3000.00 oct"]
    named = [billed("oct", "2026-10-10", "3000.00", contract_number="K")]
    assert causes("2026-11", apart, named) == ["BILLED_EARLIER -3000.00 oct"]


@pytest.mark.parametrize(
    ("terms", "amount", "told"),
    [
        pytest.param({"starts_on": date(2026, 11, 16)}, "500.00", ["PRO_RATA -500.00 A"], id="first month"),
        pytest.param({"ends_on": date(2026, 11, 10)}, "333.33", ["PRO_RATA -666.67 A"], id="last month"),
        pytest.param({"starts_on": date(2026, 11, 16)}, "499.99", ["RESIDUE -500.01 A"], id="a cent less"),
        pytest.param({"starts_on": date(2026, 11, 1)}, "500.00", ["RESIDUE -500.00 A"], id="the whole month"),
        pytest.param(
            {"starts_on": date(2026, 11, 16), "pro_rata": True}, "500.00", [], id="agreed, so it is expected"
        ),
        pytest.param(
            {"starts_on": date(2026, 11, 16), "cadence": Cadence.QUARTERLY},
            "500.00",
            ["RESIDUE -2500.00 A"],
            id="longer cadences are whole",
        ),
    ],
)
def test_pro_rata(terms: dict[str, Any], amount: str, told: list[str]) -> None:
    assert causes("2026-11", [a_deal(**terms)], [billed("A", "2026-11-10", amount)]) == told


@pytest.mark.parametrize(
    ("contracts", "titles", "told"),
    [
        pytest.param([a_deal()], [], ["NOT_BILLED -1000.00"], id="never billed"),
        pytest.param(
            [a_deal()], [billed("A", "2026-11-10", "0.00")], ["NOT_BILLED -1000.00"], id="a title of nothing"
        ),
        pytest.param(
            [a_deal(), a_deal("2000.00")], [NOVEMBER_TITLE], ["NOT_BILLED -2000.00"], id="one of two billed"
        ),
        pytest.param(
            [a_deal()],
            [NOVEMBER_TITLE, billed("A", "2026-11-20", "350.00")],
            ["EXTRA +350.00 A"],
            id="one more",
        ),
        pytest.param([a_deal()], [billed("A", "2026-11-20", "999.99")], ["RESIDUE -0.01 A"], id="a cent"),
        pytest.param(
            [a_deal()], [billed("A", "2026-11-20", "1100.00")], ["RESIDUE +100.00 A"], id="too much"
        ),
        pytest.param(
            [a_deal(), a_deal("2000.00")],
            [billed("A", "2026-11-20", "1900.00")],
            ["NOT_BILLED -1000.00", "RESIDUE -100.00 A"],
            id="the closest amount",
        ),
        pytest.param(
            [a_deal(external_id="K"), a_deal("2000.00")],
            [billed("A", "2026-11-20", "1900.00", contract_number="K")],
            ["NOT_BILLED -2000.00", "RESIDUE +900.00 A"],
            id="the contract that it names",
        ),
        pytest.param(
            [a_deal(), a_deal("5000.00")],
            [NOVEMBER_TITLE, billed("A", "2026-11-20", "2499.00")],
            ["NOT_BILLED -5000.00", "EXTRA +2499.00 A"],
            id="less than half of it, of a client who was billed",
        ),
        pytest.param(
            [a_deal(), a_deal("5000.00")],
            [NOVEMBER_TITLE, billed("A", "2026-11-20", "2500.00")],
            ["RESIDUE -2500.00 A"],
            id="half of it",
        ),
        pytest.param(
            [a_deal(), a_deal("70.00")],
            [NOVEMBER_TITLE, billed("A", "2026-11-20", "140.01")],
            ["NOT_BILLED -70.00", "EXTRA +140.01 A"],
            id="more than twice as much",
        ),
        pytest.param(
            [a_deal(), a_deal("5000.00", external_id="K")],
            [NOVEMBER_TITLE, billed("A", "2026-11-20", "100.00", contract_number="K")],
            ["RESIDUE -4900.00 A"],
            id="little, but it names the contract",
        ),
        pytest.param(
            [a_deal()],
            [billed("A", "2026-11-20", "100.00")],
            ["RESIDUE -900.00 A"],
            id="nothing else was billed",
        ),
        pytest.param(
            [a_deal()],
            [billed("A", "2026-11-10", "950.00"), billed("B", "2026-11-11", "20.00")],
            ["EXTRA +20.00 B", "RESIDUE -50.00 A"],
            id="each title is one thing",
        ),
    ],
)
def test_what_is_left(contracts: list[ContractRecord], titles: list[TitleRecord], told: list[str]) -> None:
    assert causes("2026-11", contracts, titles) == told
