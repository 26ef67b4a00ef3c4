"""What a receipt is worth in cash, and how withheld taxes are shared over receipts."""

from datetime import date
from typing import Any

import pytest

from core.cash import cash, shares
from ports.titles import TitleRecord
from tests.bridging import billed, paid
from tests.builders import money


def withholding(amount: str, withheld: str, *received: str, **changes: Any) -> TitleRecord:
    """A title with a receipt a month."""
    receipts = tuple(paid(f"2026-{month:02}-15", part) for month, part in enumerate(received, start=1))
    return billed("A", "2026-01-10", amount, withheld=money(withheld), receipts=receipts, **changes)


@pytest.mark.parametrize(
    ("figures", "worth"),
    [
        pytest.param(("1000.00", "0.00", "0.00", "0.00"), "1000.00", id="the amount"),
        pytest.param(("1000.00", "50.00", "0.00", "0.00"), "950.00", id="less the discount"),
        pytest.param(("1000.00", "0.00", "3.30", "20.00"), "1023.30", id="and interest and fine"),
        pytest.param(("10.00", "25.00", "0.00", "0.00"), "-15.00", id="a discount above the amount"),
    ],
)
def test_cash(figures: tuple[str, ...], worth: str) -> None:
    amount, discount, interest, fine = map(money, figures)
    assert cash(amount, discount, interest, fine) == money(worth)


@pytest.mark.parametrize(
    ("amount", "withheld", "received", "settled", "shared"),
    [
        pytest.param("1000.00", "61.50", ["938.50"], True, ["61.50"], id="at once"),
        pytest.param("1000.00", "0.00", ["400.00", "600.00"], True, ["0.00", "0.00"], id="nothing withheld"),
        pytest.param("1000.00", "100.00", ["450.00", "450.00"], True, ["50.00", "50.00"], id="in halves"),
        pytest.param("1000.00", "100.00", ["450.00"], False, ["50.00"], id="the first half so far"),
        pytest.param(
            "100.00", "10.00", ["30.00"] * 3, True, ["3.33", "3.33", "3.34"], id="the last takes a cent"
        ),
        pytest.param("100.00", "10.00", ["30.00"] * 3, False, ["3.33"] * 3, id="unless more may come"),
        pytest.param("1000.00", "100.00", ["450.00"], True, ["100.00"], id="settled with less"),
        pytest.param("1000.00", "100.00", ["900.00", "450.00"], True, ["100.00", "0.00"], id="over-received"),
        pytest.param("1000.00", "100.00", ["1350.00"], False, ["100.00"], id="never more than all"),
        pytest.param("100.00", "100.00", ["0.00"], True, ["100.00"], id="a net of zero"),
        pytest.param("100.00", "120.00", ["5.00", "5.00"], False, ["120.00", "0.00"], id="a net below zero"),
        pytest.param("1000.00", "100.00", [], True, [], id="no receipt"),
    ],
)
def test_shares(amount: str, withheld: str, received: list[str], settled: bool, shared: list[str]) -> None:
    found = shares(withholding(amount, withheld, *received, settled=settled))
    assert [str(share.withheld) for share in found] == shared
    assert [share.gross for share in found] == [
        money(part) + money(tax) for part, tax in zip(received, shared, strict=True)
    ]


def test_the_receipts_say_that_it_is_settled_before_its_status_does() -> None:
    settled = withholding("100.00", "10.00", *["30.00"] * 3, settled=False, remaining=money("0.00"))
    assert [str(share.withheld) for share in shares(settled)] == ["3.33", "3.33", "3.34"]


def test_each_share_has_its_receipt() -> None:
    found = shares(withholding("1000.00", "100.00", "450.00", "450.00", settled=True))
    assert [share.receipt.on for share in found] == [date(2026, 1, 15), date(2026, 2, 15)]
