"""Cancelled and gone titles: what they would have covered."""

from datetime import date

import pytest

from ports.contracts import ContractRecord
from ports.titles import TitleRecord
from tests.bridging import DECEMBER_TITLE, OCTOBER_TITLE, a_deal, a_quarter, billed, causes
from tests.builders import a_contract


@pytest.mark.parametrize(
    ("titles", "told"),
    [
        pytest.param([billed("X", "2026-11-10", cancelled=True)], ["CANCELLED -1000.00 X"], id="cancelled"),
        pytest.param([billed("X", "2026-11-10", gone=True)], ["CANCELLED -1000.00 X"], id="gone"),
        pytest.param(
            [billed("X", "2026-11-10", gone=True), billed("A", "2026-11-11", "900.00")],
            ["CANCELLED -100.00 X"],
            id="and issued again for less",
        ),
        pytest.param(
            [billed("X", "2026-11-10", "900.00", cancelled=True)],
            ["CANCELLED -900.00 X", "NOT_BILLED -100.00"],
            id="it would have covered a part",
        ),
        pytest.param(
            [billed("X", "2026-11-10", "40.00", cancelled=True), billed("A", "2026-11-11", "900.00")],
            ["CANCELLED -40.00 X", "RESIDUE -60.00 A"],
            id="a part of what is missing",
        ),
        pytest.param(
            [billed("X", "2026-11-10", cancelled=True), billed("A", "2026-11-11", "1100.00")],
            ["RESIDUE +100.00 A"],
            id="not for too much",
        ),
        pytest.param(
            [billed("X", "2026-11-10", cancelled=True), billed("Y", "2026-11-10", cancelled=True)],
            ["CANCELLED -1000.00 X"],
            id="one for one",
        ),
        pytest.param(
            [billed("X", "2026-11-10", "400.00", gone=True), billed("Y", "2026-11-10", "600.00", gone=True)],
            ["CANCELLED -600.00 Y", "CANCELLED -400.00 X"],
            id="two parts",
        ),
        pytest.param(
            [billed("X", "2026-10-10", cancelled=True)], ["NOT_BILLED -1000.00"], id="of another month"
        ),
    ],
)
def test_cancelled(titles: list[TitleRecord], told: list[str]) -> None:
    assert causes("2026-11", [a_deal()], titles) == told


def test_a_cancelled_title_is_charged_where_it_fits() -> None:
    titles = [billed("X", "2026-11-10", "500.00", cancelled=True)]
    assert causes("2026-11", [a_deal(), a_deal("500.00")], titles) == [
        "CANCELLED -500.00 X",
        "NOT_BILLED -1000.00",
    ]


@pytest.mark.parametrize(
    ("contracts", "titles", "told"),
    [
        pytest.param(
            [a_deal(), a_deal("300.00")],
            [billed("A", "2026-11-10", "900.00"), billed("X", "2026-11-10", cancelled=True)],
            ["CANCELLED -100.00 X", "NOT_BILLED -300.00"],
            id="what was expected",
        ),
        pytest.param(
            [a_deal(), a_deal("300.00")],
            [billed("A", "2026-11-10", "900.00"), billed("X", "2026-11-10", "100.00", cancelled=True)],
            ["CANCELLED -100.00 X", "NOT_BILLED -300.00"],
            id="what is missing",
        ),
        pytest.param(
            [a_deal(), a_deal("900.00", external_id="K"), a_deal("50.00")],
            [
                billed("X", "2026-11-10", cancelled=True, contract_number="K"),
                billed("A", "2026-11-10", "50.00"),
            ],
            ["CANCELLED -900.00 X", "NOT_BILLED -1000.00"],
            id="the contract that it names",
        ),
        pytest.param(
            [a_deal(), a_deal()],
            [billed("X", "2026-11-10", cancelled=True), billed("Y", "2026-11-10", cancelled=True)],
            ["CANCELLED -1000.00 X", "CANCELLED -1000.00 Y"],
            id="each its own",
        ),
    ],
)
def test_a_cancelled_title_stands_for(
    contracts: list[ContractRecord], titles: list[TitleRecord], told: list[str]
) -> None:
    assert causes("2026-11", contracts, titles) == told


def test_cancelled_and_issued_again_in_another_month() -> None:
    titles = [
        OCTOBER_TITLE,
        billed("X", "2026-11-10", cancelled=True),
        DECEMBER_TITLE,
        billed("A", "2026-12-01", issued_on=date(2026, 11, 30)),
    ]
    assert causes("2026-11", [a_deal()], titles) == ["CANCELLED -1000.00 X"]
    assert causes("2026-12", [a_deal()], titles) == ["BILLED_LATER +1000.00 A"]


def test_a_cancelled_part_stands_for_one_part() -> None:
    parts = [
        billed("A", "2026-11-10", "1400.00", document_number="412"),
        billed("B", "2026-12-10", "900.00", document_number="412"),
        billed("C", "2027-01-10", "700.00", document_number="412"),
    ]
    dead = billed("X", "2026-11-30", "900.00", cancelled=True)
    assert causes("2026-11", [a_quarter()], [*parts, dead]) == [
        "CANCELLED -900.00 X",
        "INSTALMENT_SPLIT -700.00 C",
    ]


def test_cancelled_comes_before_billed_by_days() -> None:
    titles = [billed("X", "2026-11-10", cancelled=True), billed("A", "2026-11-16", "500.00")]
    assert causes("2026-11", [a_contract(starts_on=date(2026, 11, 16))], titles) == ["CANCELLED -500.00 X"]
