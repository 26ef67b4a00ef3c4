"""Titles that no contract of their month asks for."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from core.bridge.ledger import Ledger, by_month
from core.bridge.sides import Bill
from ports.causes import CauseKind
from ports.contracts import ContractRecord
from ports.money import Money


def mark_duplicates(ledger: Ledger) -> None:
    """Titles of one amount beyond those that their month expects: the later ones."""
    covering = by_month(bill for bill in ledger.bills if bill.home == bill.month)
    free = by_month(ledger.free())
    for month, left in by_month(ledger.left()).items():
        for amount, same in groupby(sorted(left, key=_amount), key=_amount):
            twins = [bill for bill in covering[month] if bill.amount == amount]
            # Where no slot has the amount, each one that is free may still be meant.
            expected = 0 if twins else max(1, len(free[month]))
            for bill in list(same)[expected:]:
                bill.surplus = CauseKind.DUPLICATED
                bill.related = twins[0].contract if twins else None


def mark_outsiders(ledger: Ledger) -> None:
    """Titles dated when no contract runs any more, or none does yet."""
    if not ledger.contracts:
        return
    first, last = ledger.contracts[0], _last(ledger.contracts)
    for bill in ledger.left():
        if last.ends_on is not None and bill.day > last.ends_on:
            bill.surplus, bill.related = CauseKind.CONTRACT_ENDED, last
        elif bill.day < first.starts_on:
            bill.surplus, bill.related = CauseKind.CONTRACT_NOT_STARTED, first


def _last(contracts: Sequence[ContractRecord]) -> ContractRecord:
    return max(contracts, key=lambda record: record.ends_on or date.max)


def _amount(bill: Bill) -> Money:
    return bill.amount
