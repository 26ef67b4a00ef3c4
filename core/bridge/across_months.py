"""Titles that cover exactly what another month expects."""

from core.bridge.ledger import Ledger
from core.bridge.sides import cover

REACH = 3
"""Farther apart, the same amount says nothing."""


def cover_as_dated(ledger: Ledger) -> None:
    """Another date of the title lies next door, where exactly its amount is missing."""
    _cover(ledger, 1, as_dated=True)


def cover_across_months(ledger: Ledger) -> None:
    """The nearest come first, then what was expected first."""
    _cover(ledger, REACH, as_dated=False)


def _cover(ledger: Ledger, reach: int, *, as_dated: bool) -> None:
    free = ledger.free()
    pairs = [
        (abs(slot.month - bill.month), not slot.is_named_by(bill.title), place, turn, bill, slot)
        for turn, bill in enumerate(ledger.left())
        for place, slot in enumerate(free)
        if slot.amount == bill.amount and 1 <= abs(slot.month - bill.month) <= reach
        if not as_dated or slot.month in bill.next_door
    ]
    for *_, bill, slot in sorted(pairs, key=lambda pair: pair[:4]):
        if bill.home is None and slot.free:
            cover([bill], [slot])
