"""Titles and slots of one month that are worth something else."""

from core.bridge.ledger import Ledger
from core.bridge.sides import Bill, Slot, cover_roughly
from ports.causes import CauseKind
from ports.contracts import Cadence
from ports.money import Money


def cover_by_days(ledger: Ledger) -> None:
    """A first or last month billed by days, where whole months are agreed."""
    for bills, slots in ledger.months():
        for slot in slots:
            days = _by_days(slot)
            bill = next((bill for bill in bills if bill.home is None and bill.amount == days), None)
            if bill is not None:
                cover_roughly([bill], slot, CauseKind.PRO_RATA)


def cover_the_rest(ledger: Ledger) -> None:
    """One to one: by the contract that the title names, else the closest amounts first."""
    billed = {bill.home for bill in ledger.bills}
    for bills, slots in ledger.months():
        pairs = [
            (not slot.is_named_by(bill.title), abs(bill.amount - slot.amount), place, turn, bill, slot)
            for place, slot in enumerate(slots)
            for turn, bill in enumerate(bills)
            if slot.month not in billed or slot.is_named_by(bill.title) or _are_alike(bill, slot)
        ]
        for *_, bill, slot in sorted(pairs, key=lambda pair: pair[:4]):
            if bill.home is None and slot.free:
                cover_roughly([bill], slot, CauseKind.RESIDUE)


def _are_alike(bill: Bill, slot: Slot) -> bool:
    """Else, of a client whose other contracts are billed, it is an extra, and this one is not."""
    return slot.amount <= 2 * bill.amount and bill.amount <= 2 * slot.amount


def _by_days(slot: Slot) -> Money | None:
    """What the days in force cost; longer cadences are never billed by them."""
    if slot.contract.record.cadence is not Cadence.MONTHLY:
        return None
    return slot.contract.by_days_in(slot.period)
