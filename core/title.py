"""What a title of the ERP is worth, however much the ERP has said of it."""

from ports.money import ZERO, Money
from ports.titles import TitleRecord, Withholding


def is_settled(title: TitleRecord | Withholding) -> bool:
    """By its receipts, where the ERP has told them; else by its status."""
    return title.settled if title.remaining is None else title.remaining == ZERO and not title.cancelled


def received(title: TitleRecord) -> Money:
    """What was received (or paid) of it so far."""
    if title.cleared is not None:
        return title.cleared
    return title.amount if title.settled else ZERO


def still_open(title: TitleRecord) -> Money:
    """What is still to come; nothing of a cancelled or gone title."""
    if title.cancelled or title.gone or is_settled(title):
        return ZERO
    return title.amount if title.remaining is None else title.remaining
