"""What a receipt is worth: in cash, and of its title."""

from decimal import ROUND_HALF_UP
from typing import NamedTuple

from core.title import is_settled
from ports.erp import Receipt
from ports.money import CENT, ZERO, Money
from ports.titles import TitleRecord, Withholding


def cash(amount: Money, discount: Money, interest: Money, fine: Money) -> Money:
    """What came in: of one receipt, or of many whose parts are added up."""
    return amount - discount + interest + fine


class Share(NamedTuple):
    """One receipt and the taxes that the payer kept back with it; both together cleared the title so far."""

    receipt: Receipt
    withheld: Money

    @property
    def gross(self) -> Money:
        return self.receipt.amount + self.withheld


def shares(title: TitleRecord | Withholding) -> list[Share]:
    """The title's withheld taxes shared over its receipts; the one that settles it takes the cents."""
    net, left, found = title.amount - title.withheld, title.withheld, list[Share]()
    for number, receipt in enumerate(title.receipts, start=1):
        settles = number == len(title.receipts) and is_settled(title)
        part = left if settles or net <= ZERO else min(left, _portion(title.withheld, receipt.amount, net))
        found.append(Share(receipt, part))
        left -= part
    return found


def _portion(whole: Money, part: Money, of: Money) -> Money:
    return (whole * part / of).quantize(CENT, ROUND_HALF_UP)
