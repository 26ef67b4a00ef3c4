"""What Concilia asks of an ERP, in its own words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Generic, Protocol, TypeVar

from ports.errors import Unavailable
from ports.money import Money

T_co = TypeVar("T_co", covariant=True)


class Entity(Enum):
    """The kinds of records that a sync reads, in the order in which it reads them."""

    CLIENT = "client"
    RECEIVABLE = "receivable"


class IssueCode(Enum):
    """Why a record of the ERP could not be kept."""

    UNREADABLE = "UNREADABLE"
    NAME_MISSING = "NAME_MISSING"
    DOCUMENT_INVALID = "DOCUMENT_INVALID"
    DOCUMENT_LINKED_ELSEWHERE = "DOCUMENT_LINKED_ELSEWHERE"
    DUE_DATE_MISSING = "DUE_DATE_MISSING"
    CLIENT_MISSING = "CLIENT_MISSING"
    AMOUNT_INVALID = "AMOUNT_INVALID"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErpClient:
    """A register of the ERP. `document` is bare, as it stands there, not checked."""

    code: str
    name: str
    document: str | None
    contact_email: str | None
    active: bool
    is_customer: bool
    """False for those who stand there as suppliers, carriers or staff alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErpTitle:
    """A receivable as the ERP states it."""

    external_id: str
    client_code: str
    document_number: str | None = None
    installment: str | None = None
    contract_number: str | None = None
    category: str | None = None
    amount: Money
    """Gross, as issued."""
    withheld: Money
    """Taxes that the payer keeps back."""
    due_on: date
    issued_on: date | None = None
    registered_on: date | None = None
    status: str
    """As the ERP spells it."""
    cancelled: bool
    settled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ErpIssue:
    """A record that could not be kept, and why. `client_code` when the record names its client."""

    entity: Entity
    external_id: str
    code: IssueCode
    client_code: str | None = None
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErpPage(Generic[T_co]):
    """One page of a listing. `last` is what the ERP says now; it may move while paging."""

    number: int
    last: int
    items: Sequence[T_co]
    issues: Sequence[ErpIssue] = ()


class ErpProblem(Unavailable):
    """The ERP did not give what was asked."""


class ErpNotConfigured(ErpProblem):
    """No ERP credentials are set."""


class ErpRejectedCredentials(ErpProblem):
    """The ERP refuses the credentials."""


class ErpBroken(ErpProblem):
    """The ERP answered something that cannot be understood, or refused the question itself."""


class ErpAsksToWait(ErpProblem):
    """Ask again after `seconds`. `failed`: a request was sent and went wrong, else none was sent."""

    def __init__(self, seconds: float, *, failed: bool) -> None:
        self.seconds = seconds
        self.failed = failed
        super().__init__(f"{seconds:.1f} s")


class ErpGateway(Protocol):
    """One ERP account. Every method raises `ErpProblem` and nothing else."""

    @property
    def source(self) -> str | None:
        """The name of the account, part of every external key; None when no ERP is configured."""
        ...

    async def clients(self, page: int) -> ErpPage[ErpClient]:
        """Page `page`, from 1, of all registers."""
        ...

    async def receivables(self, page: int) -> ErpPage[ErpTitle]:
        """Page `page`, from 1, of all receivables, cancelled ones included."""
        ...


class RequestQuota(Protocol):
    """What may be sent now, shared by every process that uses the same ERP account."""

    async def reserve(self, account: str, method: str, fingerprint: str) -> float:
        """0 when the request may be sent now (it is counted), else the seconds until asking again."""
        ...
