"""Why the cash of a month is not what its contracts expect: an example of each rule."""

from datetime import date
from typing import Any

import pytest

from ports.contracts import ContractRecord
from ports.erp import Receipt
from ports.titles import BillingBasis, TitleRecord
from tests.bridging import a_deal, billed, causes, paid
from tests.builders import a_contract, money


def received(
    month: str, titles: list[TitleRecord], contracts: list[ContractRecord] | None = None
) -> list[str]:
    return causes(month, [a_deal()] if contracts is None else contracts, titles, BillingBasis.RECEIVED)


def november(*receipts: Receipt, amount: str = "1000.00", **changes: Any) -> list[TitleRecord]:
    """November's title, with its receipts; settled."""
    return [billed("nov", "2026-11-10", amount, **{"receipts": receipts, "settled": True, **changes})]


@pytest.mark.parametrize(
    ("titles", "told"),
    [
        pytest.param(november(paid("2026-11-10", "1000.00")), [], id="all of it, in its month"),
        pytest.param(november(settled=False), ["OPEN -1000.00 nov"], id="nothing yet"),
        pytest.param(
            november(paid("2026-11-10", "400.00"), settled=False), ["OPEN -600.00 nov"], id="a part so far"
        ),
        pytest.param([], ["NOT_BILLED -1000.00"], id="no title"),
        pytest.param(november(paid("2026-12-01", "1000.00")), ["BILLED_LATER -1000.00 nov"], id="paid late"),
        pytest.param(
            november(paid("2026-10-31", "1000.00")), ["BILLED_EARLIER -1000.00 nov"], id="paid early"
        ),
        pytest.param(
            november(paid("2026-11-10", "400.00"), paid("2026-12-10", "600.00")),
            ["INSTALMENT_SPLIT -600.00 nov"],
            id="paid in two months",
        ),
        pytest.param(
            november(paid("2026-12-10", "600.00"), settled=False),
            ["BILLED_LATER -600.00 nov", "OPEN -400.00 nov"],
            id="a part, late",
        ),
        pytest.param(
            november(paid("2026-11-10", "938.50"), withheld=money("61.50")),
            ["WITHHELD -61.50 nov"],
            id="tax kept back",
        ),
        pytest.param(
            november(paid("2026-11-10", "1000.00", discount="50.00")), ["DISCOUNT -50.00 nov"], id="discount"
        ),
        pytest.param(
            november(paid("2026-11-10", "1000.00", interest="3.30", fine="20.00")),
            ["INTEREST +23.30 nov"],
            id="interest and fine",
        ),
        pytest.param(
            november(
                paid("2026-11-10", "300.00", discount="10.00"),
                paid("2026-12-10", "300.00", interest="5.00"),
                paid("2027-01-10", "300.00"),
                withheld=money("100.00"),
            ),
            ["INSTALMENT_SPLIT -666.67 nov", "WITHHELD -33.33 nov", "DISCOUNT -10.00 nov"],
            id="everything at once",
        ),
        pytest.param(
            november(paid("2026-11-10", "900.00"), withheld=money("61.50")),
            ["WITHHELD -61.50 nov", "RESIDUE -38.50 nov"],
            id="settled with less",
        ),
        pytest.param(november(paid("2026-11-10", "1010.00")), ["RESIDUE +10.00 nov"], id="more than billed"),
        pytest.param(november(), ["RESIDUE -1000.00 nov"], id="settled, nobody says when"),
        pytest.param(november(cancelled=True), ["CANCELLED -1000.00 nov"], id="cancelled"),
        pytest.param(
            november(paid("2026-11-10", "1000.00"), gone=True),
            ["CANCELLED -1000.00 nov"],
            id="gone though paid",
        ),
        pytest.param(
            [*november(paid("2026-11-10", "1000.00")), billed("X", "2026-11-10", cancelled=True)],
            [],
            id="cancelled and issued again",
        ),
        pytest.param(
            [*november(settled=False), billed("X", "2026-11-10", cancelled=True)],
            ["OPEN -1000.00 nov"],
            id="cancelled and issued again, and open",
        ),
        pytest.param(
            november(paid("2026-11-10", "900.00"), amount="900.00"),
            ["RESIDUE -100.00 nov"],
            id="billed less",
        ),
        pytest.param(
            november(paid("2026-11-10", "10.00", discount="25.00"), amount="10.00"),
            ["DISCOUNT -25.00 nov", "RESIDUE -990.00 nov"],
            id="a discount above the amount",
        ),
    ],
)
def test_what_november_lacks(titles: list[TitleRecord], told: list[str]) -> None:
    assert received("2026-11", titles) == told


@pytest.mark.parametrize(
    ("titles", "told"),
    [
        pytest.param(november(paid("2026-12-01", "1000.00")), ["BILLED_LATER +1000.00 nov"], id="late"),
        pytest.param(
            november(paid("2026-12-01", "1000.00", interest="3.30", discount="1.00")),
            ["BILLED_LATER +1000.00 nov", "DISCOUNT -1.00 nov", "INTEREST +3.30 nov"],
            id="late, with interest",
        ),
        pytest.param(
            november(paid("2026-11-10", "450.00"), paid("2026-12-10", "450.00"), withheld=money("100.00")),
            ["INSTALMENT_SPLIT +500.00 nov", "WITHHELD -50.00 nov"],
            id="the second part, less its tax",
        ),
        pytest.param([billed("A", "2026-11-20", "80.00", settled=False)], [], id="nothing came of an extra"),
        pytest.param(
            [billed("A", "2026-10-20", "80.00", receipts=(paid("2026-12-02", "80.00", discount="5.00"),))],
            ["EXTRA +75.00 A"],
            id="the cash of an extra",
        ),
        pytest.param(
            [billed("A", "2026-10-20", "10.00", receipts=(paid("2026-12-02", "10.00", discount="25.00"),))],
            ["RESIDUE -15.00 A"],
            id="less than nothing is no extra",
        ),
        pytest.param(
            [
                billed("A", "2026-12-20", "1000.00", receipts=(paid("2026-12-02", "1000.00"),)),
                billed("B", "2026-12-20", "1000.00", receipts=(paid("2026-12-03", "400.00"),)),
            ],
            ["DUPLICATED +400.00 B"],
            id="what was paid of a duplicate",
        ),
        pytest.param(
            [billed("A", "2025-01-10", receipts=(paid("2026-12-02", "1000.00"),), settled=True)],
            ["BILLED_LATER +1000.00 A"],
            id="due long before the window",
        ),
    ],
)
def test_what_december_has_too_much(titles: list[TitleRecord], told: list[str]) -> None:
    december = billed("dec", "2026-12-10", receipts=(paid("2026-12-10", "1000.00"),), settled=True)
    own = [] if any(title.due_on.month == 12 for title in titles) else [december]
    steady = [billed("oct", "2026-10-10")]
    assert received("2026-12", [*own, *steady, *titles]) == told


def test_a_month_that_is_even_tells_nothing() -> None:
    october = billed("oct", "2026-10-10", receipts=(paid("2026-11-03", "1000.00"),), settled=True)
    assert received("2026-11", [october, *november(settled=False)]) == []


def test_an_ended_contract_that_is_still_paid() -> None:
    ended = [a_deal(ends_on=date(2026, 10, 31))]
    titles = [
        billed("oct", "2026-10-10", receipts=(paid("2026-11-03", "1000.00"),), settled=True),
        *november(paid("2026-11-10", "1000.00")),
    ]
    assert received("2026-11", titles, ended) == ["CONTRACT_ENDED +1000.00 nov", "BILLED_LATER +1000.00 oct"]


def test_billed_by_days_and_paid_late() -> None:
    begun = [a_contract(starts_on=date(2026, 11, 16))]
    titles = [billed("A", "2026-11-20", "500.00", receipts=(paid("2026-12-01", "500.00"),), settled=True)]
    assert received("2026-11", titles, begun) == ["BILLED_LATER -500.00 A", "PRO_RATA -500.00 A"]


def test_the_last_month_billed_by_days_after_the_end_and_paid_late() -> None:
    ended = [a_deal(ends_on=date(2026, 11, 15))]
    titles = [billed("A", "2026-11-20", "500.00", receipts=(paid("2026-12-01", "500.00"),), settled=True)]
    assert received("2026-12", titles, ended) == ["BILLED_LATER +500.00 A"]


def test_two_titles_for_two_contracts_in_sum() -> None:
    titles = [
        billed("A", "2026-11-10", "400.00", receipts=(paid("2026-11-10", "400.00"),), settled=True),
        billed("B", "2026-11-10", "1600.00"),
    ]
    assert received("2026-11", titles, [a_deal(), a_deal()]) == ["OPEN -1600.00 B"]


def test_issued_again_in_december_and_open() -> None:
    titles = [
        billed("oct", "2026-10-10"),
        billed("X", "2026-11-10", cancelled=True),
        billed("dec", "2026-12-10"),
        billed("A", "2026-12-01", issued_on=date(2026, 11, 30)),
    ]
    assert received("2026-11", titles) == ["CANCELLED -1000.00 X"]


def test_issued_again_in_december_and_paid_in_november() -> None:
    paid_early = billed(
        "A",
        "2026-12-01",
        withheld=money("61.50"),
        issued_on=date(2026, 11, 30),
        receipts=(paid("2026-11-30", "938.50"),),
        settled=True,
    )
    titles = [billed("X", "2026-11-10", cancelled=True), billed("dec", "2026-12-10"), paid_early]
    assert received("2026-11", titles) == ["WITHHELD -61.50 A"]


def test_parts_of_a_split_paid_where_they_are_due() -> None:
    parts = [
        billed(
            f"P{month}",
            f"2026-{month}-10",
            "500.00",
            document_number="412",
            receipts=(paid(f"2026-{month}-20", "500.00"),),
        )
        for month in (11, 12)
    ]
    titles = [*parts, billed("dec", "2026-12-10", receipts=(paid("2026-12-10", "1000.00"),))]
    assert received("2026-11", titles) == ["INSTALMENT_SPLIT -500.00 P12"]
    assert received("2026-12", titles) == ["INSTALMENT_SPLIT +500.00 P12"]
