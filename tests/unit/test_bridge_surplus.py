"""Titles that no contract of their month asks for: twice the same, after the end, before the start."""

from datetime import date

import pytest

from ports.contracts import ContractRecord
from ports.titles import TitleRecord
from tests.bridging import DECEMBER_TITLE, NOVEMBER_TITLE, OCTOBER_TITLE, a_deal, billed, causes


@pytest.mark.parametrize(
    ("contracts", "titles", "told"),
    [
        pytest.param(
            [a_deal()],
            [NOVEMBER_TITLE, billed("A", "2026-11-12")],
            ["DUPLICATED +1000.00 A"],
            id="the later one",
        ),
        pytest.param(
            [a_deal()],
            [billed("B", "2026-11-10"), billed("A", "2026-11-10"), billed("C", "2026-11-10")],
            ["DUPLICATED +1000.00 B", "DUPLICATED +1000.00 C"],
            id="on one day, by their ids",
        ),
        pytest.param(
            [a_deal(external_id="K1")],
            [NOVEMBER_TITLE, billed("A", "2026-11-12", contract_number="K1")],
            ["DUPLICATED +1000.00 nov"],
            id="the one that names no contract",
        ),
        pytest.param(
            [a_deal(), a_deal()],
            [billed("A", "2026-11-01"), billed("B", "2026-11-02"), billed("C", "2026-11-03")],
            ["DUPLICATED +1000.00 C"],
            id="as many as contracts are expected",
        ),
        pytest.param(
            [a_deal(), a_deal("2000.00")],
            [billed("A", "2026-11-01"), billed("B", "2026-11-02")],
            ["DUPLICATED +1000.00 B", "NOT_BILLED -2000.00"],
            id="not for a slot of another amount",
        ),
        pytest.param(
            [a_deal(), a_deal()],
            [billed("A", "2026-11-01", "900.00"), billed("B", "2026-11-02", "900.00")],
            ["RESIDUE -100.00 A", "RESIDUE -100.00 B"],
            id="two at another price for two contracts are none",
        ),
        pytest.param(
            [],
            [billed("A", "2026-11-01"), billed("B", "2026-11-02")],
            ["DUPLICATED +1000.00 B", "EXTRA +1000.00 A"],
            id="without a contract the first is an extra",
        ),
        pytest.param(
            [a_deal(ends_on=date(2026, 10, 31))],
            [OCTOBER_TITLE, billed("A", "2026-11-01"), billed("B", "2026-11-02")],
            ["DUPLICATED +1000.00 B", "CONTRACT_ENDED +1000.00 A"],
            id="before the contract's end is asked",
        ),
        pytest.param(
            [a_deal()],
            [NOVEMBER_TITLE, billed("A", "2026-11-12"), DECEMBER_TITLE],
            ["DUPLICATED +1000.00 A"],
            id="though October was not billed",
        ),
    ],
)
def test_duplicated(contracts: list[ContractRecord], titles: list[TitleRecord], told: list[str]) -> None:
    assert causes("2026-11", contracts, titles) == told


def test_what_another_date_puts_next_door_is_no_duplicate() -> None:
    late = billed("A", "2026-11-05", issued_on=date(2026, 10, 28))
    titles = [late, NOVEMBER_TITLE, DECEMBER_TITLE]
    assert causes("2026-10", [a_deal()], titles) == ["BILLED_LATER -1000.00 A"]
    assert causes("2026-11", [a_deal()], titles) == ["BILLED_LATER +1000.00 A"]


def test_a_date_that_all_titles_of_the_month_have_says_nothing() -> None:
    dated = [billed(name, "2026-11-10", issued_on=date(2026, 10, 28)) for name in ("A", "B")]
    assert causes("2026-11", [a_deal()], dated) == ["DUPLICATED +1000.00 B"]


def test_what_next_door_has_already_is_a_duplicate_all_the_same() -> None:
    twice = billed("A", "2026-11-12", issued_on=date(2026, 10, 28))
    assert causes("2026-11", [a_deal()], [OCTOBER_TITLE, NOVEMBER_TITLE, DECEMBER_TITLE, twice]) == [
        "DUPLICATED +1000.00 A"
    ]


@pytest.mark.parametrize(
    ("contracts", "titles", "month", "told"),
    [
        pytest.param(
            [a_deal(ends_on=date(2026, 10, 31))],
            [OCTOBER_TITLE, NOVEMBER_TITLE],
            "2026-11",
            ["CONTRACT_ENDED +1000.00 nov"],
            id="ended",
        ),
        pytest.param(
            [a_deal(ends_on=date(2026, 11, 5))],
            [billed("A", "2026-11-04"), billed("B", "2026-11-20", "300.00")],
            "2026-11",
            ["CONTRACT_ENDED +300.00 B"],
            id="ended in the month",
        ),
        pytest.param(
            [a_deal(ends_on=date(2026, 9, 30)), a_deal(ends_on=date(2026, 12, 31))],
            [NOVEMBER_TITLE, billed("A", "2026-11-20", "300.00")],
            "2026-11",
            ["EXTRA +300.00 A"],
            id="not the last one",
        ),
        pytest.param(
            [a_deal(starts_on=date(2026, 12, 1))],
            [NOVEMBER_TITLE, DECEMBER_TITLE],
            "2026-11",
            ["CONTRACT_NOT_STARTED +1000.00 nov"],
            id="not started",
        ),
        pytest.param(
            [a_deal(starts_on=date(2026, 12, 1)), a_deal(ends_on=date(2026, 9, 30))],
            [billed("A", "2026-11-10", "350.00")],
            "2026-11",
            ["EXTRA +350.00 A"],
            id="between two contracts",
        ),
        pytest.param([], [NOVEMBER_TITLE], "2026-11", ["EXTRA +1000.00 nov"], id="no contract ever"),
        pytest.param(
            [a_deal(ends_on=date(2026, 11, 15))],
            [billed("A", "2026-11-20", "500.00")],
            "2026-11",
            ["PRO_RATA -500.00 A"],
            id="the last month itself, by days",
        ),
    ],
)
def test_outside_the_contracts(
    contracts: list[ContractRecord], titles: list[TitleRecord], month: str, told: list[str]
) -> None:
    assert causes(month, contracts, titles) == told


def test_the_end_of_the_contract_comes_before_the_other_dates_of_a_title() -> None:
    ended = [a_deal(ends_on=date(2026, 10, 31))]
    late = [billed("A", "2026-11-05", issued_on=date(2026, 10, 28))]
    assert causes("2026-11", ended, late) == ["CONTRACT_ENDED +1000.00 A"]


def test_a_month_billed_after_the_end_is_not_told_as_never_billed() -> None:
    titles = [billed("sep", "2026-09-10"), billed("A", "2026-11-03")]
    ended = [a_deal(ends_on=date(2026, 10, 31))]
    assert causes("2026-10", ended, titles) == ["BILLED_LATER -1000.00 A"]
    assert causes("2026-11", ended, titles) == ["CONTRACT_ENDED +1000.00 A"]
