"""The demo's records, as facts; how Omie shows them is another matter."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from ports.calendar import SAO_PAULO
from ports.erp import Side
from ports.money import CENT, ZERO

FIRST_DAY = datetime(2020, 1, 2, 9, tzinfo=SAO_PAULO)
"""When a record was made of which nothing else is said."""
CANCELLED = "CANCELADO"
_SETTLED = frozenset({"RECEBIDO", "LIQUIDADO", "PAGO"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoClient:
    code: int
    name: str
    document: str = ""
    """Bare; empty for none."""
    email: str = ""
    tags: tuple[str, ...] = ("Cliente",)
    active: bool = True
    created_at: datetime = FIRST_DAY
    altered_at: datetime | None = None
    """None: never since it was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoReceipt:
    """A receipt or a payment. `amount` is what it cleared of the title."""

    code: int
    on: date
    amount: Decimal
    discount: Decimal = ZERO
    interest: Decimal = ZERO
    fine: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoTitle:
    code: int
    client_code: int
    amount: Decimal
    due_on: date | None
    issued_on: date
    status: str
    side: Side = Side.RECEIVABLE
    contract: str | None = None
    category: str = "1.01.02"
    department: str = "6191539"
    document_type: str = "BOL"
    taxes: Mapping[str, Decimal] = field(default_factory=dict)
    """Kept back by the payer, by name (`pis`, …)."""
    receipts: tuple[DemoReceipt, ...] = ()
    created_at: datetime = FIRST_DAY
    altered_at: datetime | None = None
    """None: never since it was made."""

    @property
    def document_number(self) -> str:
        return f"{self.code % 1_000_000:09}"

    @property
    def settled(self) -> bool:
        return self.status in _SETTLED

    @property
    def paid(self) -> Decimal:
        return sum((receipt.amount for receipt in self.receipts), ZERO)

    @property
    def open(self) -> Decimal:
        """What is still to come; the taxes that were kept back never will."""
        withheld = sum((tax.quantize(CENT, ROUND_HALF_UP) for tax in self.taxes.values()), ZERO)
        return ZERO if self.settled else self.amount - withheld - self.paid


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoEntry:
    """Of a register that titles refer to."""

    code: str
    name: str
    active: bool = True
    totals: bool = False
    """A parent of other categories."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoContract:
    """Omie does not hold it: it is what Concilia's own contracts are to be for this demo."""

    external_id: str
    client_document: str
    """Bare."""
    client_name: str
    title: str
    mrr: Decimal
    starts_on: date
    ends_on: date | None
    cadence: str
    """MONTHLY, QUARTERLY or YEARLY."""
    pro_rata: bool
    billing_day: int
