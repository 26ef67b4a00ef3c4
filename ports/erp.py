"""What Concilia asks of an ERP, in its own words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Generic, NamedTuple, Protocol, TypeVar
from uuid import UUID

from ports.errors import Unavailable
from ports.money import Money

T_co = TypeVar("T_co", covariant=True)


class Entity(Enum):
    """The kinds of records that a sync reads, in the order in which it reads them."""

    CLIENT = "client"
    RECEIVABLE = "receivable"
    PAYABLE = "payable"
    SETTLEMENT = "settlement"
    PAYABLE_SETTLEMENT = "payable_settlement"
    CATEGORY = "category"
    DEPARTMENT = "department"
    ACCOUNT = "account"
    DOCUMENT_TYPE = "document_type"


class Side(Enum):
    """Whether a title is to be received or to be paid."""

    RECEIVABLE = "R"
    PAYABLE = "P"


@dataclass(frozen=True, slots=True)
class Since:
    """Only records that were changed (or, with `created`, that came to be) on `day` or later."""

    day: date
    created: bool = False


class IssueCode(Enum):
    """Why a record of the ERP could not be kept."""

    UNREADABLE = "UNREADABLE"
    NAME_MISSING = "NAME_MISSING"
    DOCUMENT_INVALID = "DOCUMENT_INVALID"
    DOCUMENT_LINKED_ELSEWHERE = "DOCUMENT_LINKED_ELSEWHERE"
    DOCUMENT_TAKEN = "DOCUMENT_TAKEN"
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
    is_supplier: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ErpTitle:
    """A receivable or payable as the ERP states it."""

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
class Receipt:
    """One receipt, or payment, of a title. Cash is amount - discount + interest + fine."""

    external_id: str
    on: date
    amount: Money
    """The part of the title that it cleared."""
    discount: Money
    interest: Money
    fine: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ErpSettlement:
    """How far a title is settled: what was received (or paid) of it, what is open, and when."""

    title_id: str
    received: Money
    open: Money
    settled: bool
    receipts: tuple[Receipt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErpRegisterEntry:
    """An entry of a register that titles refer to: category, department, bank account, document type."""

    code: str
    name: str
    active: bool


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
    """One page of a listing. `last` and `total` are what the ERP says now; they may move while paging."""

    number: int
    last: int
    total: int | None = None
    """Records in the whole listing; None when the ERP does not say."""
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


class ErpTakesOneOnly(ErpAsksToWait):
    """The ERP answers one request of this kind at a time."""


class ErpOutOfReach(ErpAsksToWait):
    """No answer came: the network is gone, or the ERP is. It holds nothing against us."""


class ErpUnreachable(ErpProblem):
    """The ERP did not answer, not even when asked again and again."""


class ErpNeverEnds(ErpProblem):
    """A listing grows faster than it can be read."""


class ErpGateway(Protocol):
    """One ERP account. Every method raises `ErpProblem` and nothing else."""

    @property
    def source(self) -> str | None:
        """The name of the account, part of every external key; None when no ERP is configured."""
        ...

    async def clients(self, page: int, since: Since | None = None) -> ErpPage[ErpClient]:
        """Page `page`, from 1, of all registers: clients, suppliers, carriers and staff."""
        ...

    async def titles(self, side: Side, page: int, since: Since | None = None) -> ErpPage[ErpTitle]:
        """Page `page`, from 1, of all titles of one side, cancelled ones included, by their code."""
        ...

    async def settlements(self, side: Side, page: int, since: Since | None = None) -> ErpPage[ErpSettlement]:
        """Page `page`, from 1, of how far the titles of one side are settled."""
        ...

    async def register(self, kind: Entity, page: int) -> ErpPage[ErpRegisterEntry]:
        """Page `page`, from 1, of categories, departments, accounts or document types."""
        ...

    async def client(self, code: str) -> ErpClient | ErpIssue | None:
        """One register; None when the ERP says that there is no such one."""
        ...

    async def title(self, side: Side, external_id: str) -> ErpTitle | ErpIssue | None:
        """One title; None when the ERP says that there is no such one."""
        ...

    async def settlement(self, side: Side, external_id: str) -> ErpSettlement | ErpIssue | None:
        """How far one title is settled; None when the ERP knows nothing of it."""
        ...


class Leave(NamedTuple):
    """To send a request now, as `ticket`; or else, without one, to ask again after so many seconds."""

    ticket: UUID | None
    seconds: float = 0.0


class RequestQuota(Protocol):
    """What may be sent now, shared by every process that uses the same ERP account."""

    async def reserve(self, account: str, method: str, fingerprint: str) -> Leave:
        """A request that gets a ticket is counted, and in flight until `release`."""
        ...

    async def release(self, ticket: UUID) -> None:
        """The request was answered, or its connection ended."""
        ...
