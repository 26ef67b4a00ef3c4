"""What one title has to say in the explained month, by kind and amount."""

from collections.abc import Iterator, Sequence

from core.bridge.parts import Part
from core.bridge.sides import Bill
from core.title import is_settled
from ports.causes import CauseKind
from ports.money import ZERO, Money

Word = tuple[CauseKind, Money]
OUTSIDE = frozenset({CauseKind.CONTRACT_ENDED, CauseKind.CONTRACT_NOT_STARTED})


def at_home(bill: Bill, parts: Sequence[Part]) -> Iterator[Word]:
    """It is expected in this month: what of it is not this month's cash."""
    for part in parts:
        if part.month == bill.home:
            yield from _kept_and_added(part)
        else:
            yield _moved(bill, part, parts), -part.gross
    missing = bill.amount - sum((part.gross for part in parts), ZERO)
    is_open = missing > ZERO and not is_settled(bill.title)
    yield CauseKind.OPEN if is_open else CauseKind.RESIDUE, -missing


def as_a_guest(bill: Bill, parts: Sequence[Part]) -> Iterator[Word]:
    """It is expected in another month, or never: what of it is this month's all the same."""
    for part in parts:
        if part.month != 0:
            continue
        if bill.home is None:
            yield bill.surplus, part.billed
        else:
            outside = bill.month != bill.home and bill.surplus in OUTSIDE
            yield bill.surplus if outside else _moved(bill, part, parts), part.gross
            yield from _kept_and_added(part)


def _moved(bill: Bill, part: Part, parts: Sequence[Part]) -> CauseKind:
    if bill.split or len({each.month for each in parts}) > 1:
        return CauseKind.INSTALMENT_SPLIT
    earlier = bill.home is not None and part.month < bill.home
    return CauseKind.BILLED_EARLIER if earlier else CauseKind.BILLED_LATER


def _kept_and_added(part: Part) -> Iterator[Word]:
    yield CauseKind.WITHHELD, -part.withheld
    yield CauseKind.DISCOUNT, -part.discount
    yield CauseKind.INTEREST, part.interest + part.fine
