"""Cancelled and gone titles, each against one slot of its month that fell short."""

from core.bridge.ledger import Ledger, by_month
from core.bridge.sides import Bill, Slot
from ports.money import ZERO, Money


def charge_the_dead(ledger: Ledger) -> None:
    slots = by_month(ledger.slots)
    for month, dead in by_month(ledger.dead).items():
        pairs = [
            (*_fit(bill, slot), place, turn, bill, slot)
            for place, slot in enumerate(slots[month])
            for turn, bill in enumerate(dead)
        ]
        charged = set[Bill]()
        for *_, bill, slot in sorted(pairs, key=lambda pair: pair[:4]):
            if bill not in charged and (part := min(bill.amount, slot.shortfall)) > ZERO:
                slot.dead.append((bill.title, part))
                charged.add(bill)


def _fit(bill: Bill, slot: Slot) -> tuple[bool, Money]:
    """Best first: the contract that it names, then how near it is to what was expected or is missing."""
    off = min(abs(bill.amount - slot.amount), abs(bill.amount - slot.shortfall))
    return not slot.is_named_by(bill.title), off
