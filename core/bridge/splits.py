"""Slots that are billed in parts, over several months."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from operator import itemgetter

from core.bridge.ledger import Ledger
from core.bridge.sides import Bill, Slot, cover_roughly
from ports.causes import CauseKind
from ports.contracts import Cadence
from ports.money import ZERO, Money

LONGEST = 12
"""Months from the slot's on in which its parts may lie."""
_NUMBERED = re.compile(r"0*([1-9][0-9]*)/0*([1-9][0-9]*)")


def cover_by_marked_parts(ledger: Ledger) -> None:
    """Titles that say themselves that they are parts of one thing; the nearest slot before the first."""
    free = ledger.free()
    found = [
        (parts[0].month - slot.month, slot, parts)
        for parts in _marked(ledger.left())
        if _spread(parts)
        for slot in free
        if slot.amount == _total(parts) and _is_in_reach(parts, slot)
    ]
    for _, slot, parts in sorted(found, key=itemgetter(0)):
        if slot.free and all(bill.home is None for bill in parts):
            _split(parts, slot)


def cover_by_running_parts(ledger: Ledger) -> None:
    """Month after month from the slot's on, without a mark; a month that misses its own keeps its titles."""
    for slot in [slot for _, slots in ledger.months() for slot in slots]:
        short = {other.month for other in ledger.free() if other is not slot}
        left = [bill for bill in ledger.left() if bill.month >= slot.month and bill.month not in short]
        for bills in _candidates(slot, left):
            parts = _up_to(slot.amount, bills)
            if _spread(parts) and _unbroken(parts, slot.month) and _is_in_reach(parts, slot):
                _split(parts, slot)
                break


def cover_by_monthly_parts(ledger: Ledger) -> None:
    """A longer cadence billed by the month, though not all of its months are billed."""
    for slot in [slot for slot in ledger.free() if slot.contract.record.cadence is not Cadence.MONTHLY]:
        end, monthly = slot.month + slot.contract.record.cadence.value, slot.contract.mrr_in(slot.period)
        parts = [bill for bill in ledger.left() if slot.month <= bill.month < end and bill.amount == monthly]
        if _spread(parts):
            _split(parts, slot)


def _is_in_reach(parts: Sequence[Bill], slot: Slot) -> bool:
    return slot.month <= parts[0].month and parts[-1].month < slot.month + LONGEST


def _marked(bills: Sequence[Bill]) -> Iterator[Sequence[Bill]]:
    """Those of one document; the instalments of so many, each number once."""
    documents, series = defaultdict[str, list[Bill]](list), defaultdict[tuple[str, int], list[Bill]](list)
    rounds = defaultdict[tuple[str, str], int](int)
    for bill in bills:
        if bill.title.document_number:
            documents[bill.title.document_number].append(bill)
        if numbered := _NUMBERED.fullmatch(bill.title.installment or ""):
            number, of = numbered.groups()
            rounds[number, of] += 1
            series[of, rounds[number, of]].append(bill)
    yield from documents.values()
    yield from series.values()


def _candidates(slot: Slot, bills: Sequence[Bill]) -> Iterator[Sequence[Bill]]:
    """Those that name the contract; all; those of one amount."""
    yield [bill for bill in bills if slot.is_named_by(bill.title)]
    yield bills
    for amount in dict.fromkeys(bill.amount for bill in bills if bill.month == slot.month):
        yield [bill for bill in bills if bill.amount == amount]


def _up_to(amount: Money, bills: Sequence[Bill]) -> Sequence[Bill]:
    """The first of them that add up to the amount; empty when they miss it."""
    for number, total in enumerate(accumulate(bill.amount for bill in bills), start=1):
        if total >= amount:
            return bills[:number] if total == amount else ()
    return ()


def _spread(parts: Sequence[Bill]) -> bool:
    return len({bill.month for bill in parts}) > 1


def _unbroken(parts: Sequence[Bill], start: int) -> bool:
    months = [start - 1, *(bill.month for bill in parts)]
    return all(later - earlier <= 1 for earlier, later in pairwise(months))


def _split(parts: Sequence[Bill], slot: Slot) -> None:
    cover_roughly(parts, slot, CauseKind.RESIDUE)
    for bill in parts:
        bill.split = True


def _total(bills: Sequence[Bill]) -> Money:
    return sum((bill.amount for bill in bills), ZERO)
