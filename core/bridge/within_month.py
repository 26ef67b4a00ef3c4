"""Titles and slots of one month that are worth the same, one by one or in sum."""

from collections.abc import Sequence
from typing import TypeVar

from core.bridge.ledger import Ledger
from core.bridge.sides import Bill, Slot, cover
from ports.money import ZERO, Money

SEARCHED = 12
"""So many sides of a month are searched for a sum; each one more would double the work."""
Side = TypeVar("Side", bound=Bill | Slot)


def cover_within_months(ledger: Ledger) -> None:
    for bills, slots in ledger.months():
        _numbered(bills, slots)
        _equal(ledger, _left(bills), _free(slots))
        _sums(_left(bills), _free(slots))


def _numbered(bills: Sequence[Bill], slots: Sequence[Slot]) -> None:
    """The amount of the contract that the title names."""
    for slot in slots:
        for bill in bills:
            if bill.home is None and bill.amount == slot.amount and slot.is_named_by(bill.title):
                cover([bill], [slot])
                break


def _equal(ledger: Ledger, bills: Sequence[Bill], slots: Sequence[Slot]) -> None:
    """The same amount; one that is missed next door comes last, so that it is left for there."""
    waiting = sorted(bills, key=ledger.is_missed_next_door)
    for slot in slots:
        bill = next((bill for bill in waiting if bill.amount == slot.amount), None)
        if bill is not None:
            waiting.remove(bill)
            cover([bill], [slot])


def _sums(bills: Sequence[Bill], slots: Sequence[Slot]) -> None:
    """All of the month, else one title for some slots, else some titles for one slot."""
    if not bills or not slots:
        return
    if _total(bills) == _total(slots):
        cover(bills, slots)
        return
    for bill in bills:
        if some := adding_up_to(bill.amount, _free(slots)):
            cover([bill], some)
    for slot in _free(slots):
        if parts := adding_up_to(slot.amount, _left(bills)):
            cover(parts, [slot])


def adding_up_to(amount: Money, sides: Sequence[Side]) -> Sequence[Side]:
    """The first of them that add up to the amount; empty when none do."""
    found: dict[Money, tuple[Side, ...]] = {ZERO: ()}
    for side in sides[:SEARCHED]:
        for total in [total for total in found if total + side.amount <= amount]:
            found.setdefault(total + side.amount, (*found[total], side))
    return found.get(amount, ())


def _left(bills: Sequence[Bill]) -> Sequence[Bill]:
    return [bill for bill in bills if bill.home is None]


def _free(slots: Sequence[Slot]) -> Sequence[Slot]:
    return [slot for slot in slots if slot.free]


def _total(sides: Sequence[Bill | Slot]) -> Money:
    return sum((side.amount for side in sides), ZERO)
