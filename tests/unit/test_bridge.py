"""Why billed is not expected, on the bases that put a title in one month: an example of each rule."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from core.bridge import explain
from ports.calendar import Period
from ports.contracts import Cadence, ContractPrice, ContractRecord
from ports.titles import BillingBasis, TitleRecord
from tests.bridging import a_deal, as_text, billed, causes
from tests.builders import NOVEMBER, a_contract, money

OCTOBER_TO_DECEMBER = (billed("oct", "2026-10-10"), billed("nov", "2026-11-10"), billed("dec", "2026-12-10"))
OCTOBER, THE_NOVEMBER, DECEMBER = OCTOBER_TO_DECEMBER


def a_quarter(**changes: Any) -> ContractRecord:
    """3000.00 in November, February, May and August."""
    return a_deal(**{"starts_on": date(2024, 11, 1), "cadence": Cadence.QUARTERLY, **changes})


A_YEAR = a_deal(starts_on=date(2024, 11, 1), cadence=Cadence.YEARLY)
"""12000.00 each November."""


@pytest.mark.parametrize(
    ("contracts", "titles"),
    [
        pytest.param([], [], id="nothing at all"),
        pytest.param([a_deal()], [THE_NOVEMBER], id="to the cent"),
        pytest.param(
            [a_deal(), a_deal()],
            [billed("A", "2026-11-01", "400.00"), billed("B", "2026-11-30", "1600.00")],
            id="all in sum",
        ),
        pytest.param(
            [a_deal()],
            [THE_NOVEMBER, billed("A", "2026-11-30", cancelled=True)],
            id="cancelled and issued again",
        ),
        pytest.param([a_deal("0.00")], [], id="a contract of nothing"),
        pytest.param([a_deal()], [THE_NOVEMBER, billed("A", "2026-11-20", "0.00")], id="a title of nothing"),
        pytest.param([a_quarter(starts_on=date(2024, 10, 1))], [], id="between two quarters"),
        pytest.param(
            [a_deal(), a_deal("500.00")],
            [billed("A", "2026-11-01", "1100.00"), billed("B", "2026-11-01", "400.00")],
            id="too much here is too little there",
        ),
    ],
)
def test_nothing_to_tell(contracts: list[ContractRecord], titles: list[TitleRecord]) -> None:
    assert causes("2026-11", contracts, titles) == []


A_DOZEN = [billed(f"A{number:02}", "2026-11-05", f"{100 + number}.00") for number in range(12)]
"""1266.00 in all."""


@pytest.mark.parametrize(
    ("contracts", "titles"),
    [
        pytest.param([a_deal(), a_deal("500.00")], [billed("A", "2026-11-01", "1500.00")], id="one for two"),
        pytest.param(
            [a_deal()],
            [billed("A", "2026-11-01", "400.00"), billed("B", "2026-11-30", "600.00")],
            id="two for one",
        ),
        pytest.param([a_deal("1266.00")], A_DOZEN, id="twelve for one"),
    ],
)
def test_sums_within_a_month(contracts: list[ContractRecord], titles: list[TitleRecord]) -> None:
    told = causes("2026-11", contracts, [*titles, billed("Z", "2026-11-20", "70.00")])
    assert told == ["EXTRA +70.00 Z"]


@pytest.mark.parametrize(
    ("contracts", "titles", "told"),
    [
        pytest.param(
            [a_deal()],
            [THE_NOVEMBER, billed("A", "2026-11-12")],
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
            [THE_NOVEMBER, billed("A", "2026-11-12", contract_number="K1")],
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
            [OCTOBER, billed("A", "2026-11-01"), billed("B", "2026-11-02")],
            ["DUPLICATED +1000.00 B", "CONTRACT_ENDED +1000.00 A"],
            id="before the contract's end is asked",
        ),
        pytest.param(
            [a_deal()],
            [THE_NOVEMBER, billed("A", "2026-11-12"), DECEMBER],
            ["DUPLICATED +1000.00 A"],
            id="though October was not billed",
        ),
    ],
)
def test_duplicated(contracts: list[ContractRecord], titles: list[TitleRecord], told: list[str]) -> None:
    assert causes("2026-11", contracts, titles) == told


def test_what_another_date_puts_next_door_is_no_duplicate() -> None:
    late = billed("A", "2026-11-05", issued_on=date(2026, 10, 28))
    titles = [late, THE_NOVEMBER, DECEMBER]
    assert causes("2026-10", [a_deal()], titles) == ["BILLED_LATER -1000.00 A"]
    assert causes("2026-11", [a_deal()], titles) == ["BILLED_LATER +1000.00 A"]


def test_a_date_that_all_titles_of_the_month_have_says_nothing() -> None:
    dated = [billed(name, "2026-11-10", issued_on=date(2026, 10, 28)) for name in ("A", "B")]
    assert causes("2026-11", [a_deal()], dated) == ["DUPLICATED +1000.00 B"]


def test_what_next_door_has_already_is_a_duplicate_all_the_same() -> None:
    twice = billed("A", "2026-11-12", issued_on=date(2026, 10, 28))
    assert causes("2026-11", [a_deal()], [*OCTOBER_TO_DECEMBER, twice]) == ["DUPLICATED +1000.00 A"]


@pytest.mark.parametrize(
    ("contracts", "titles", "month", "told"),
    [
        pytest.param(
            [a_deal(ends_on=date(2026, 10, 31))],
            [OCTOBER, THE_NOVEMBER],
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
            [THE_NOVEMBER, billed("A", "2026-11-20", "300.00")],
            "2026-11",
            ["EXTRA +300.00 A"],
            id="not the last one",
        ),
        pytest.param(
            [a_deal(starts_on=date(2026, 12, 1))],
            [THE_NOVEMBER, DECEMBER],
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
        pytest.param([], [THE_NOVEMBER], "2026-11", ["EXTRA +1000.00 nov"], id="no contract ever"),
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
        OCTOBER,
        billed("X", "2026-11-10", cancelled=True),
        DECEMBER,
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
    titles = [billed("A", "2026-11-10", "700.00"), DECEMBER, billed("jan", "2027-01-10")]
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
    titles = [OCTOBER, billed("A", "2026-11-10", "700.00"), DECEMBER, billed("B", "2026-12-20", "300.00")]
    assert causes("2026-11", [a_deal()], titles) == ["INSTALMENT_SPLIT -300.00 B"]
    assert causes("2026-12", [a_deal()], titles) == ["INSTALMENT_SPLIT +300.00 B"]


def test_half_of_each_month_is_no_split() -> None:
    titles = in_parts(*(f"2026-{month:02}-10" for month in range(8, 13)), amount="500.00")
    assert causes("2026-11", [a_deal()], titles) == ["RESIDUE -500.00 P4"]


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
            [a_deal(), a_deal("2000.00")], [THE_NOVEMBER], ["NOT_BILLED -2000.00"], id="one of two billed"
        ),
        pytest.param(
            [a_deal()],
            [THE_NOVEMBER, billed("A", "2026-11-20", "350.00")],
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
            [THE_NOVEMBER, billed("A", "2026-11-20", "2499.00")],
            ["NOT_BILLED -5000.00", "EXTRA +2499.00 A"],
            id="less than half of it, of a client who was billed",
        ),
        pytest.param(
            [a_deal(), a_deal("5000.00")],
            [THE_NOVEMBER, billed("A", "2026-11-20", "2500.00")],
            ["RESIDUE -2500.00 A"],
            id="half of it",
        ),
        pytest.param(
            [a_deal(), a_deal("70.00")],
            [THE_NOVEMBER, billed("A", "2026-11-20", "140.01")],
            ["NOT_BILLED -70.00", "EXTRA +140.01 A"],
            id="more than twice as much",
        ),
        pytest.param(
            [a_deal(), a_deal("5000.00", external_id="K")],
            [THE_NOVEMBER, billed("A", "2026-11-20", "100.00", contract_number="K")],
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


@pytest.mark.parametrize("basis", [BillingBasis.ISSUE_DATE, BillingBasis.REGISTRATION_DATE])
def test_each_basis_has_its_own_month(basis: BillingBasis) -> None:
    dates = {
        BillingBasis.ISSUE_DATE: {"issued_on": date(2026, 11, 20)},
        BillingBasis.REGISTRATION_DATE: {"registered_on": date(2026, 11, 20)},
    }
    titles = [billed("A", "2026-12-10", **dates[basis])]
    assert causes("2026-11", [a_deal()], titles, basis) == []
    undated = [billed("A", "2026-11-10")]
    assert causes("2026-11", [a_deal()], undated, basis) == ["NOT_BILLED -1000.00"]


def test_a_cause_names_its_contract() -> None:
    deal, ended = a_deal(), a_deal("70.00", ends_on=date(2026, 9, 30))
    titles = [THE_NOVEMBER, billed("A", "2026-11-20"), billed("B", "2026-11-20", "70.00")]
    titles += [billed(f"S{month}", f"2026-{month:02}-20", "70.00") for month in (8, 9)]

    def named(*contracts: ContractRecord) -> list[tuple[str, ContractRecord | None]]:
        found = explain(NOVEMBER, BillingBasis.DUE_DATE, contracts, titles)
        return [(as_text(cause), cause.contract) for cause in found]

    assert named(deal, ended) == [("DUPLICATED +1000.00 A", deal), ("EXTRA +70.00 B", None)]
    assert ("CONTRACT_ENDED +70.00 B", ended) in named(ended)
    small, large = a_deal("80.00"), a_deal("2000.00")
    assert named(deal, small, large)[1:] == [("NOT_BILLED -2000.00", large), ("RESIDUE -10.00 B", small)]


def test_of_two_equal_contracts_it_is_always_the_same_that_is_not_billed() -> None:
    one, other = a_deal(), a_deal()
    (told,) = explain(NOVEMBER, BillingBasis.DUE_DATE, [one, other], [THE_NOVEMBER])
    assert [told] == explain(NOVEMBER, BillingBasis.DUE_DATE, [other, one], [THE_NOVEMBER])


@pytest.mark.parametrize("month", ["0001-01", "9999-12"])
def test_at_either_end_of_time(month: str) -> None:
    forever = a_contract(starts_on=date(1, 1, 1))
    assert causes(month, [forever], []) == ["NOT_BILLED -1000.00"]


def test_many_titles_of_one_month_are_no_burden() -> None:
    titles = [billed(f"A{number:03}", "2026-11-10", f"{number}.01") for number in range(1, 200)]
    assert causes("2026-11", [a_deal("5000000.00")], titles)[-1] == "RESIDUE -4999800.99 A199"
