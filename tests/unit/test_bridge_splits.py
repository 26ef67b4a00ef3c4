"""What is billed in parts, over several months."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ports.calendar import Period
from ports.contracts import Cadence
from ports.titles import TitleRecord
from tests.bridging import (
    A_YEAR,
    DECEMBER_TITLE,
    OCTOBER_TITLE,
    a_deal,
    a_quarter,
    billed,
    causes,
)
from tests.builders import NOVEMBER


def in_parts(*days: str, amount: str, **changes: Any) -> list[TitleRecord]:
    return [billed(f"P{number}", day, amount, **changes) for number, day in enumerate(days, start=1)]


def numbered(titles: list[TitleRecord], of: int) -> list[TitleRecord]:
    marks = (f"{number:03}/{of:03}" for number in range(1, of + 1))
    return [replace(title, installment=mark) for title, mark in zip(titles, marks, strict=True)]


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(
            in_parts("2026-11-10", "2026-12-10", "2027-02-10", amount="1000.00", document_number="412"),
            id="of one document",
        ),
        pytest.param(
            numbered(in_parts("2026-11-10", "2026-12-10", "2027-02-10", amount="1000.00"), of=3),
            id="numbered",
        ),
        pytest.param(
            numbered(in_parts("2026-11-10", "2026-11-30", "2027-02-10", amount="1000.00"), of=3),
            id="numbered, two in one month",
        ),
        pytest.param(
            in_parts("2026-11-10", "2026-12-10", "2027-01-10", amount="1000.00"), id="month by month"
        ),
    ],
)
def test_split_over_months(parts: list[TitleRecord]) -> None:
    contracts = [
        a_deal("1000.00", starts_on=date(2026, 11, 1), ends_on=date(2027, 1, 31), cadence=Cadence.QUARTERLY)
    ]
    last = str(Period.of(parts[-1].due_on))
    at_home = sum(part.due_on.month == 11 for part in parts)
    told = [f"INSTALMENT_SPLIT -1000.00 {part.external_id}" for part in parts[at_home:]]
    assert causes("2026-11", contracts, parts) == told
    kind = "CONTRACT_ENDED" if last == "2027-02" else "INSTALMENT_SPLIT"
    assert causes(last, contracts, parts) == [f"{kind} +1000.00 P3"]


@pytest.mark.parametrize(
    ("last", "told"),
    [
        pytest.param("2027-10-10", ["INSTALMENT_SPLIT -7000.00 B"], id="within a year"),
        pytest.param("2027-11-10", ["RESIDUE -7000.00 A"], id="more than a year"),
    ],
)
def test_parts_lie_within_a_year(last: str, told: list[str]) -> None:
    once = a_deal("1000.00", starts_on=date(2026, 11, 1), ends_on=date(2027, 10, 31), cadence=Cadence.YEARLY)
    parts = [
        billed("A", "2026-11-10", "5000.00", document_number="412"),
        billed("B", last, "7000.00", document_number="412"),
    ]
    assert causes("2026-11", [once], parts) == told


def test_parts_do_not_lie_before_what_they_are_parts_of() -> None:
    parts = in_parts("2026-10-10", "2026-12-10", amount="1500.00", document_number="412")
    assert causes("2026-11", [a_quarter()], parts) == ["NOT_BILLED -3000.00"]


def test_two_rounds_of_numbered_parts() -> None:
    first = [billed("A", "2026-11-10", "1200.00"), billed("B", "2027-01-10", "1800.00")]
    second = [billed("C", "2027-02-10", "1200.00"), billed("D", "2027-04-10", "1800.00")]
    titles = [*numbered(first, of=2), *numbered(second, of=2)]
    assert causes("2026-11", [a_quarter()], titles) == ["INSTALMENT_SPLIT -1800.00 B"]
    assert causes("2027-04", [a_quarter()], titles) == ["INSTALMENT_SPLIT +1800.00 D"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("1500.00", "1500.00", id="of one amount"),
        pytest.param("1400.00", "1600.00", id="naming the contract"),
    ],
)
def test_unmarked_parts_beside_an_extra(first: str, second: str) -> None:
    titles = [
        billed("A", "2026-11-10", first, contract_number="K"),
        billed("B", "2026-12-10", second, contract_number="K" if first != second else None),
        billed("Z", "2026-11-05", "80.00"),
    ]
    told = causes("2026-11", [a_quarter(external_id="K")], titles)
    assert told == [f"INSTALMENT_SPLIT -{second} B", "EXTRA +80.00 Z"]


def test_unmarked_parts_follow_each_other() -> None:
    titles = [billed("A", "2026-11-10", "700.00"), DECEMBER_TITLE, billed("jan", "2027-01-10")]
    titles.append(billed("B", "2027-01-20", "300.00"))
    assert causes("2026-11", [a_deal()], titles) == ["RESIDUE -300.00 A"]
    assert causes("2027-01", [a_deal()], titles) == ["EXTRA +300.00 B"]


def test_a_year_billed_by_the_month() -> None:
    months = [NOVEMBER.plus(number) for number in range(12)]
    parts = in_parts(*(str(month.day(10)) for month in months), amount="1000.00")
    titles = [*parts, billed("Z", "2027-03-20", "80.00")]
    assert len(causes("2026-11", [A_YEAR], titles)) == 11
    assert causes("2027-10", [A_YEAR], titles) == ["INSTALMENT_SPLIT +1000.00 P12"]
    assert causes("2027-03", [A_YEAR], titles) == ["INSTALMENT_SPLIT +1000.00 P5", "EXTRA +80.00 Z"]


def test_a_year_billed_by_the_month_so_far() -> None:
    months = [NOVEMBER.plus(number) for number in range(3)]
    parts = in_parts(*(str(month.day(10)) for month in months), amount="1000.00")
    assert causes("2026-11", [A_YEAR], parts) == [
        "INSTALMENT_SPLIT -1000.00 P2",
        "INSTALMENT_SPLIT -1000.00 P3",
        "RESIDUE -9000.00 P1 P2 P3",
    ]
    assert causes("2026-12", [A_YEAR], parts) == ["INSTALMENT_SPLIT +1000.00 P2"]


def test_the_rest_of_a_month_billed_in_the_next() -> None:
    titles = [
        OCTOBER_TITLE,
        billed("A", "2026-11-10", "700.00"),
        DECEMBER_TITLE,
        billed("B", "2026-12-20", "300.00"),
    ]
    assert causes("2026-11", [a_deal()], titles) == ["INSTALMENT_SPLIT -300.00 B"]
    assert causes("2026-12", [a_deal()], titles) == ["INSTALMENT_SPLIT +300.00 B"]


def test_half_of_each_month_is_no_split() -> None:
    titles = in_parts(*(f"2026-{month:02}-10" for month in range(8, 13)), amount="500.00")
    assert causes("2026-11", [a_deal()], titles) == ["RESIDUE -500.00 P4"]
