"""Both sides of one client, in an order of their own: that of the input does not matter."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TypeVar

from core.bridge.sides import Bill, Slot
from core.contract import Contract
from ports.calendar import Period
from ports.causes import CauseKind
from ports.contracts import ContractRecord
from ports.titles import BillingBasis, TitleRecord

WINDOW = 12
"""So many months before and after the explained one have a say."""
Side = TypeVar("Side", Bill, Slot)


class Ledger:
    def __init__(
        self,
        period: Period,
        basis: BillingBasis,
        contracts: Iterable[ContractRecord],
        titles: Iterable[TitleRecord],
    ) -> None:
        self._period = period
        self.contracts = sorted(contracts, key=lambda record: (record.starts_on, record.id))
        bills = sorted(_bills(period, basis, titles), key=_by_content)
        self.bills = [bill for bill in bills if not _is_dead(bill)]
        self.dead = [bill for bill in bills if _is_dead(bill)]
        months = {*range(-WINDOW, WINDOW + 1), *(bill.month for bill in self.bills)}
        self.slots = [slot for month in sorted(months) for slot in self._slots(month)]
        self._missing = Counter((slot.month, slot.amount) for slot in self.slots)
        self._missing.subtract((bill.month, bill.amount) for bill in self.bills)

    def left(self) -> list[Bill]:
        """Titles that cover nothing yet and still may."""
        return [
            bill
            for bill in self.bills
            if bill.home is None and bill.amount and bill.surplus is not CauseKind.DUPLICATED
        ]

    def free(self) -> list[Slot]:
        return [slot for slot in self.slots if slot.free]

    def months(self) -> list[tuple[list[Bill], list[Slot]]]:
        """What is left and what is free, of every month that has both."""
        bills, slots = by_month(self.left()), by_month(self.free())
        return [(bills[month], slots[month]) for month in sorted(bills.keys() & slots.keys())]

    def is_missed_next_door(self, bill: Bill) -> bool:
        """Whether a month that its other dates name has fewer titles of its amount than it expects."""
        return any(self._missing[month, bill.amount] > 0 for month in bill.next_door)

    def _slots(self, month: int) -> Iterator[Slot]:
        period = self._period.plus(month)
        if not period.exists:
            return
        for contract in map(Contract, self.contracts):
            if contract.is_in_force(period) and (amount := contract.expected_in(period)):
                yield Slot(month, period, contract, amount, gap=-amount)


def by_month(sides: Iterable[Side]) -> defaultdict[int, list[Side]]:
    found = defaultdict[int, list[Side]](list)
    for side in sides:
        found[side.month].append(side)
    return found


def _basis_day(title: TitleRecord, basis: BillingBasis) -> date | None:
    """The date that puts the title in a month, whenever its money comes in."""
    if basis is BillingBasis.ISSUE_DATE:
        return title.issued_on
    return title.registered_on if basis is BillingBasis.REGISTRATION_DATE else title.due_on


def _bills(period: Period, basis: BillingBasis, titles: Iterable[TitleRecord]) -> Iterator[Bill]:
    """Without those that lack the date: their line is not judged at all."""
    for title in titles:
        if (day := _basis_day(title, basis)) is not None:
            month = Period.of(day).months_after(period)
            dates = (title.due_on, title.issued_on, title.registered_on)
            named = {Period.of(other).months_after(period) for other in dates if other is not None}
            yield Bill(title, title.amount, day, month, frozenset(named & {month - 1, month + 1}))


def _is_dead(bill: Bill) -> bool:
    return bill.title.cancelled or bill.title.gone


def _by_content(bill: Bill) -> tuple[object, ...]:
    return bill.day, bill.amount, bill.title.external_id, bill.title.id
