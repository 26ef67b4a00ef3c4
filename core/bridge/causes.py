"""The bridge itself: when every title has its place, what that makes of one month."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace

from core.bridge.ledger import Ledger
from core.bridge.parts import parts_of
from core.bridge.places import place
from core.bridge.sides import Bill, Slot
from core.bridge.tale import as_a_guest, at_home
from ports.calendar import Period
from ports.causes import Cause, CauseKind
from ports.contracts import ContractRecord
from ports.money import ZERO, Money
from ports.titles import BillingBasis, TitleRecord

_ORDER = {kind: number for number, kind in enumerate(CauseKind)}
_PLUS = frozenset(
    {
        CauseKind.DUPLICATED,
        CauseKind.CONTRACT_ENDED,
        CauseKind.CONTRACT_NOT_STARTED,
        CauseKind.INTEREST,
        CauseKind.EXTRA,
    }
)
_PLUS_OR_MINUS = frozenset(
    {CauseKind.BILLED_EARLIER, CauseKind.BILLED_LATER, CauseKind.INSTALMENT_SPLIT, CauseKind.RESIDUE}
)
_EXPLAINED = frozenset({CauseKind.CANCELLED, CauseKind.WITHHELD, CauseKind.DISCOUNT})
"""No dead title has a claim on them."""


def explain(
    period: Period,
    basis: BillingBasis,
    contracts: Iterable[ContractRecord],
    titles: Iterable[TitleRecord],
) -> list[Cause]:
    """What adds up to billed less expected of one client in the month; nothing when they are equal.

    `contracts`: all live ones of the client. `titles`: all that count, cancelled and gone ones too, of
    `WINDOW` months before and after; by receipts also those that are due earlier or later and paid now.
    """
    ledger = Ledger(period, basis, contracts, titles)
    place(ledger)
    told = {bill: list(_told(bill, basis, period)) for bill in ledger.bills}
    alone = (cause for bill in ledger.bills if not _is_awaited(bill) for cause in told[bill])
    of_slots = (cause for slot in ledger.slots if slot.month == 0 for cause in _of_slot(slot, told))
    causes = _merged([*alone, *of_slots])
    return sorted(causes, key=_turn) if sum(cause.amount for cause in causes) else []


def _is_awaited(bill: Bill) -> bool:
    """Expected in this month and not there."""
    return bill.home == 0 and bill.month != 0


def _told(bill: Bill, basis: BillingBasis, period: Period) -> Iterator[Cause]:
    parts = parts_of(bill, basis, period)
    words = at_home(bill, parts) if bill.home == 0 else as_a_guest(bill, parts)
    for kind, amount in words:
        yield Cause(kind=kind, amount=amount, titles=(bill.title,), contract=bill.contract)


def _of_slot(slot: Slot, told: dict[Bill, list[Cause]]) -> list[Cause]:
    """What a month lacks or has too much, the dead titles first."""
    titles = tuple(bill.title for bill in slot.bills)
    gap = Cause(kind=slot.gap_kind, amount=slot.gap, titles=titles, contract=slot.contract.record)
    causes = [*(cause for bill in slot.bills if _is_awaited(bill) for cause in told[bill]), gap]
    for title, part in slot.dead:
        causes = list(_charged(title, part, causes))
    return causes


def _charged(title: TitleRecord, left: Money, causes: Sequence[Cause]) -> Iterator[Cause]:
    """Up to `left` of what is missing is that title's."""
    for cause in causes:
        part = ZERO if cause.kind in _EXPLAINED else max(ZERO, min(left, -cause.amount))
        left -= part
        yield Cause(kind=CauseKind.CANCELLED, amount=-part, titles=(title,), contract=cause.contract)
        yield replace(cause, amount=cause.amount + part)


def _merged(causes: Iterable[Cause]) -> list[Cause]:
    """One per kind, titles and contract, without those of nothing."""
    same = defaultdict[Hashable, list[Cause]](list)
    for cause in causes:
        same[cause.kind, _ids(cause)].append(cause)
    sums = (replace(them[0], amount=sum((each.amount for each in them), ZERO)) for them in same.values())
    return [_honest(cause) for cause in sums if cause.amount]


def _honest(cause: Cause) -> Cause:
    """A sum against the sign of its kind, as of a discount above the amount, is not of the kind."""
    if cause.kind in _PLUS_OR_MINUS or (cause.amount > ZERO) == (cause.kind in _PLUS):
        return cause
    return replace(cause, kind=CauseKind.RESIDUE)


def _turn(cause: Cause) -> tuple[object, ...]:
    return _ORDER[cause.kind], cause.amount, _ids(cause)


def _ids(cause: Cause) -> tuple[tuple[str, ...], ...]:
    titles = tuple(f"{title.external_id} {title.id}" for title in cause.titles)
    return titles, () if cause.contract is None else (str(cause.contract.id),)
