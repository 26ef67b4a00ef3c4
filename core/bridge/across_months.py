"""Titles that cover exactly what another month expects."""

from collections.abc import Iterable, Iterator

from core.bridge.ledger import Ledger, by_month
from core.bridge.sides import Bill, Slot, cover
from ports.money import Money

REACH = 3
"""Farther apart, the same amount says nothing."""


def cover_as_dated(ledger: Ledger) -> None:
    """Another date of the title lies next door, where exactly its amount is missing."""
    at_home = by_month(bill for bill in ledger.bills if bill.home == bill.month)
    _cover(
        (bill, slot)
        for bill, slot in _equal(ledger, reach=1)
        # When the month's own title has such a date too, it is how they are all dated.
        if slot.month in bill.next_door - _named(at_home[bill.month], bill.amount)
    )


def cover_across_months(ledger: Ledger) -> None:
    """The nearest come first, then those that name the contract, then what was expected first."""
    _cover(_equal(ledger, REACH))


def _equal(ledger: Ledger, reach: int) -> Iterator[tuple[Bill, Slot]]:
    free = ledger.free()
    for bill in ledger.left():
        for slot in free:
            if slot.amount == bill.amount and 1 <= abs(slot.month - bill.month) <= reach:
                yield bill, slot


def _cover(pairs: Iterable[tuple[Bill, Slot]]) -> None:
    for bill, slot in sorted(pairs, key=_turn):
        if bill.home is None and slot.free:
            cover([bill], [slot])


def _turn(pair: tuple[Bill, Slot]) -> tuple[int, bool, int]:
    bill, slot = pair
    return abs(slot.month - bill.month), not slot.is_named_by(bill.title), slot.month


def _named(bills: Iterable[Bill], amount: Money) -> frozenset[int]:
    return frozenset().union(*(bill.next_door for bill in bills if bill.amount == amount))
