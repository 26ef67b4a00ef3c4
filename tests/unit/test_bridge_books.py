"""What goes wrong in life, and what the bridge calls it."""

from collections import defaultdict
from random import Random

import pytest

from core.bridge import explain
from ports.causes import CauseKind
from ports.money import ZERO, Money
from ports.titles import BillingBasis
from tests import scripted_books as life
from tests.bridging import a_deal
from tests.builders import money
from tests.scripted_books import MONTHS, Accident, a_bill, a_book

DUE, CASH = BillingBasis.DUE_DATE, BillingBasis.RECEIVED


@pytest.mark.parametrize("basis", [DUE, CASH])
def test_next_to_nothing_is_left_unexplained(basis: BillingBasis) -> None:
    random, divergence, told = Random(22), ZERO, defaultdict[CauseKind, Money](Money)
    for book in [a_book(random) for _ in range(40)]:
        for month in MONTHS:
            causes = explain(month, basis, *book)
            divergence += abs(sum((cause.amount for cause in causes), ZERO))
            for cause in causes:
                told[cause.kind] += abs(cause.amount)
    assert told[CauseKind.RESIDUE] * 100 < divergence


@pytest.mark.parametrize(
    ("accident", "due", "cash"),
    [
        (life.late, {"BILLED_LATER"}, {"BILLED_LATER"}),
        (life.early, {"BILLED_EARLIER"}, {"BILLED_EARLIER"}),
        (life.split, {"INSTALMENT_SPLIT"}, {"INSTALMENT_SPLIT"}),
        (life.duplicated, {"DUPLICATED"}, {"DUPLICATED"}),
        (life.cancelled, {"CANCELLED"}, {"CANCELLED"}),
        (life.reissued, {"CANCELLED", "BILLED_LATER"}, {"CANCELLED", "BILLED_LATER"}),
        (life.deleted, {"CANCELLED"}, {"CANCELLED"}),
        (life.never_billed, {"NOT_BILLED"}, {"NOT_BILLED"}),
        (life.with_an_extra, {"EXTRA"}, {"EXTRA"}),
        (life.half_paid, set(), {"OPEN"}),
        (life.unpaid, set(), {"OPEN"}),
        (life.taxed, set(), {"WITHHELD"}),
        (life.paid_in_two, set(), {"INSTALMENT_SPLIT", "WITHHELD"}),
        (life.discounted, set(), {"DISCOUNT"}),
        (life.overdue, set(), {"BILLED_LATER", "INTEREST"}),
    ],
)
def test_an_accident_has_its_name(accident: Accident, due: set[str], cash: set[str]) -> None:
    """In a book that is in order otherwise, over all of its months."""
    bills = [a_bill(month, money("1000.00"), 10) for month in MONTHS]
    titles = [*bills[:12], *accident(Random(0), bills[12]), *bills[13:]]
    for basis, kinds in ((DUE, due), (CASH, cash)):
        told = {cause.kind.value for month in MONTHS for cause in explain(month, basis, [a_deal()], titles)}
        assert told == kinds, basis
