"""Why billed is not what the contracts expect."""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple
from uuid import UUID

from ports.contracts import ContractRecord
from ports.money import Money
from ports.titles import TitleRecord


class CauseKind(Enum):
    """In the order in which they are tried."""

    DUPLICATED = "DUPLICATED"
    CONTRACT_ENDED = "CONTRACT_ENDED"
    CONTRACT_NOT_STARTED = "CONTRACT_NOT_STARTED"
    CANCELLED = "CANCELLED"
    BILLED_EARLIER = "BILLED_EARLIER"
    BILLED_LATER = "BILLED_LATER"
    INSTALMENT_SPLIT = "INSTALMENT_SPLIT"
    WITHHELD = "WITHHELD"
    DISCOUNT = "DISCOUNT"
    INTEREST = "INTEREST"
    OPEN = "OPEN"
    PRO_RATA = "PRO_RATA"
    NOT_BILLED = "NOT_BILLED"
    EXTRA = "EXTRA"
    RESIDUE = "RESIDUE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A part of a divergence, signed as it is: billed - expected."""

    kind: CauseKind
    amount: Money
    titles: tuple[TitleRecord, ...] = ()
    contract: ContractRecord | None = None


class KeptCause(NamedTuple):
    """A cause as a closed month keeps it."""

    kind: CauseKind
    amount: Money
    title_ids: tuple[UUID, ...]
    contract_id: UUID | None
