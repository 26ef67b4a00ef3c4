"""When a title's money comes: as one part in its month, or as its receipts."""

from typing import NamedTuple

from core.bridge.sides import Bill
from core.cash import cash, shares
from ports.calendar import Period
from ports.money import ZERO, Money
from ports.titles import BillingBasis


class Part(NamedTuple):
    month: int
    gross: Money
    """What it clears of the title, withheld taxes included."""
    withheld: Money = ZERO
    discount: Money = ZERO
    interest: Money = ZERO
    fine: Money = ZERO

    @property
    def billed(self) -> Money:
        return cash(self.gross - self.withheld, self.discount, self.interest, self.fine)


def parts_of(bill: Bill, basis: BillingBasis, period: Period) -> list[Part]:
    if basis is not BillingBasis.RECEIVED:
        return [Part(bill.month, bill.amount)]
    return [
        Part(
            Period.of(share.receipt.on).months_after(period),
            share.gross,
            share.withheld,
            share.receipt.discount,
            share.receipt.interest,
            share.receipt.fine,
        )
        for share in shares(bill.title)
    ]
