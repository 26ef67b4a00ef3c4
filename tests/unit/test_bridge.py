"""Why billed is not expected, on the bases that put a title in one month: what covers what within one."""

from datetime import date

import pytest

from core.bridge import explain
from ports.contracts import ContractRecord
from ports.titles import BillingBasis, TitleRecord
from tests.bridging import NOVEMBER_TITLE, a_deal, a_quarter, as_text, billed, causes
from tests.builders import NOVEMBER, a_contract


@pytest.mark.parametrize(
    ("contracts", "titles"),
    [
        pytest.param([], [], id="nothing at all"),
        pytest.param([a_deal()], [NOVEMBER_TITLE], id="to the cent"),
        pytest.param(
            [a_deal(), a_deal()],
            [billed("A", "2026-11-01", "400.00"), billed("B", "2026-11-30", "1600.00")],
            id="all in sum",
        ),
        pytest.param(
            [a_deal()],
            [NOVEMBER_TITLE, billed("A", "2026-11-30", cancelled=True)],
            id="cancelled and issued again",
        ),
        pytest.param([a_deal("0.00")], [], id="a contract of nothing"),
        pytest.param(
            [a_deal()], [NOVEMBER_TITLE, billed("A", "2026-11-20", "0.00")], id="a title of nothing"
        ),
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
    titles = [NOVEMBER_TITLE, billed("A", "2026-11-20"), billed("B", "2026-11-20", "70.00")]
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
    (told,) = explain(NOVEMBER, BillingBasis.DUE_DATE, [one, other], [NOVEMBER_TITLE])
    assert [told] == explain(NOVEMBER, BillingBasis.DUE_DATE, [other, one], [NOVEMBER_TITLE])


@pytest.mark.parametrize("month", ["0001-01", "9999-12"])
def test_at_either_end_of_time(month: str) -> None:
    forever = a_contract(starts_on=date(1, 1, 1))
    assert causes(month, [forever], []) == ["NOT_BILLED -1000.00"]


def test_many_titles_of_one_month_are_no_burden() -> None:
    titles = [billed(f"A{number:03}", "2026-11-10", f"{number}.01") for number in range(1, 200)]
    assert causes("2026-11", [a_deal("5000000.00")], titles)[-1] == "RESIDUE -4999800.99 A199"
