"""The two sides: a title in its month, and what a contract wants billed in one.

Months are counted from the one that is explained.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from core.contract import Contract
from ports.calendar import Period
from ports.causes import CauseKind
from ports.contracts import ContractRecord
from ports.money import ZERO, Money
from ports.titles import TitleRecord


@dataclass(slots=True, eq=False)
class Bill:
    """A title in the month of its basis date."""

    title: TitleRecord
    amount: Money
    day: date
    month: int
    next_door: frozenset[int]
    """The months just before and after that its other dates name."""
    home: int | None = None
    """The month of what it covers."""
    slot: "Slot | None" = None
    """What it covers, when that is one slot alone."""
    split: bool = False
    surplus: CauseKind = CauseKind.EXTRA
    """What it is where it covers nothing."""
    related: ContractRecord | None = None
    """The contract that has ended, has not begun or is billed twice."""

    @property
    def contract(self) -> ContractRecord | None:
        return self.related if self.slot is None else self.slot.contract.record


@dataclass(slots=True, eq=False)
class Slot:
    """What one contract wants billed in one month."""

    month: int
    period: Period
    contract: Contract
    amount: Money
    gap: Money
    """The titles that cover it less its amount."""
    gap_kind: CauseKind = CauseKind.NOT_BILLED
    free: bool = True
    bills: list[Bill] = field(default_factory=list)
    """What covers it, when that covers nothing else."""
    dead: list[tuple[TitleRecord, Money]] = field(default_factory=list)
    """Cancelled and gone titles that would have covered so much of it."""

    @property
    def shortfall(self) -> Money:
        """What neither a title of its own month covers nor a dead one would have."""
        elsewhere = sum((bill.amount for bill in self.bills if bill.month != self.month), ZERO)
        return elsewhere - self.gap - sum((part for _, part in self.dead), ZERO)

    def is_named_by(self, title: TitleRecord) -> bool:
        number = self.contract.record.external_id
        return number is not None and number == title.contract_number


def cover(bills: Sequence[Bill], slots: Sequence[Slot]) -> None:
    """These titles are the money of these slots, all of one month."""
    alone = slots[0] if len(slots) == 1 else None
    for bill in bills:
        bill.home, bill.slot = slots[0].month, alone
    for slot in slots:
        slot.free, slot.gap = False, ZERO
    if alone is not None:
        alone.bills.extend(bills)


def cover_roughly(bills: Sequence[Bill], slot: Slot, kind: CauseKind) -> None:
    """These titles are the slot's; `kind` says why they have another amount, if they have."""
    cover(bills, [slot])
    slot.gap, slot.gap_kind = sum((bill.amount for bill in bills), -slot.amount), kind
