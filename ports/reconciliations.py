"""Contracted against billed: the words of the answer, and the figures it is judged from."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple, Protocol
from uuid import UUID

from ports.calendar import Period
from ports.causes import KeptCause
from ports.clients import ClientRecord
from ports.contracts import ContractTerms
from ports.ids import derived_id
from ports.money import ZERO, Money
from ports.titles import BillingBasis, MonthsOfTitles, Withholding
from ports.tolerance_rules import ToleranceRuleRecord


class Verdict(Enum):
    OK = "OK"
    DIVERGENT = "DIVERGENT"
    NOT_DUE = "NOT_DUE"
    NOT_EVALUATED = "NOT_EVALUATED"


class DivergenceKind(Enum):
    NOT_BILLED = "NOT_BILLED"
    UNDER_BILLED = "UNDER_BILLED"
    OVER_BILLED = "OVER_BILLED"
    NO_CONTRACT = "NO_CONTRACT"
    NOT_LINKED = "NOT_LINKED"
    STALE_DATA = "STALE_DATA"
    INCOMPLETE_DATA = "INCOMPLETE_DATA"


@dataclass(frozen=True, slots=True, kw_only=True)
class Billing:
    """What the mirror holds for one client code in one month: titles added up, or receipts, part by part."""

    code: str
    amount: Money = ZERO
    discount: Money = ZERO
    interest: Money = ZERO
    fine: Money = ZERO
    incomplete: int = 0
    """Titles set aside by the sync, or without the date that the basis needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One line's both sides: a client (or a code unknown here), its contracts in force, its billing."""

    client: ClientRecord | None
    codes: tuple[str, ...]
    contracts: tuple[ContractTerms, ...] = ()
    billing: tuple[Billing, ...] = ()
    withholding: tuple[Withholding, ...] = ()
    """On RECEIVED: the titles with withheld taxes of which something was received in the month."""

    @property
    def key(self) -> "PartyKey":
        return PartyKey(self.client.id) if self.client else PartyKey(None, self.codes[0])


class PartyKey(NamedTuple):
    """Names a line within its month and basis: a client, or else a code that is nobody's here."""

    client_id: UUID | None
    code: str | None = None

    def __str__(self) -> str:
        return str(self.client_id) if self.client_id else f"code-{self.code}"

    @classmethod
    def parse(cls, text: str) -> "PartyKey":
        """What `str` gave; anything else is a `ValueError`."""
        if text.startswith("code-"):
            return cls(None, text.removeprefix("code-"))
        return cls(UUID(text))


class LineRef(NamedTuple):
    """Names a line among all."""

    period: Period
    basis: BillingBasis
    key: PartyKey

    def __str__(self) -> str:
        """`2026-11.DUE_DATE.code-7001`"""
        return f"{self.period}.{self.basis.value}.{self.key}"

    @classmethod
    def parse(cls, text: str) -> "LineRef":
        """What `str` gave; anything else is a `ValueError`."""
        month, basis, party = text.split(".", 2)
        return cls(Period.parse(month), BillingBasis(basis), PartyKey.parse(party))

    @property
    def public_id(self) -> str:
        """The id by which the outside knows the line."""
        return f"line_{self}"

    @classmethod
    def of_public_id(cls, text: str) -> "LineRef | None":
        """None when it is no line's."""
        kind, _, key = text.partition("_")
        try:
            return cls.parse(key) if kind == "line" and key.isprintable() else None
        except ValueError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingRecord:
    """A month that was closed on a basis; live again once it is reopened, and the snapshot stays."""

    id: UUID
    source: str
    period: Period
    basis: BillingBasis
    rule_id: UUID
    data_as_of: datetime
    closed_at: datetime
    closed_by: str
    reopened_at: datetime | None = None
    reopened_by: str | None = None
    reopen_reason: str | None = None


def month_id(source: str, period: Period, basis: BillingBasis) -> UUID:
    """Names a month to the audit trail, however often it is closed."""
    return derived_id(source.encode(), str(period).encode(), basis.value.encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """One month on one basis, and what its lines are judged by."""

    period: Period
    basis: BillingBasis
    source: str | None
    rule: ToleranceRuleRecord
    evaluated_at: datetime
    data_as_of: datetime | None
    fresh: bool
    closing: ClosingRecord | None = None
    """Whose snapshot its lines are; None while it is live."""

    @property
    def closed_at(self) -> datetime | None:
        return self.closing.closed_at if self.closing else None


class Since(NamedTuple):
    """An unbroken run of divergent months: its first one, and the sum of |divergence| over it."""

    since: Period
    at_risk: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSnapshot:
    """What is told of a line of a closed month besides its figures, as it was told then."""

    run: Since | None
    """None of a line that was not divergent."""
    causes: tuple[KeptCause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One client in one month. `divergence` is billed - expected."""

    period: Period
    basis: BillingBasis
    source: str | None
    key: PartyKey
    name: str
    """The client's; somebody unknown here goes by the ERP's code."""
    client: ClientRecord | None
    codes: tuple[str, ...]
    mrr: Money
    expected: Money
    billed: Money
    divergence: Money
    withheld: Money
    """On RECEIVED: taxes that the payers kept back, which are no leak."""
    not_yet_due: Money
    """The part of expected that may still come."""
    rule: ToleranceRuleRecord
    tolerance: Money
    verdict: Verdict
    kind: DivergenceKind | None
    snapshot: LineSnapshot | None = None
    """Of a closed month."""

    @property
    def omie_codigo(self) -> str | None:
        return self.codes[0] if self.codes else None

    @property
    def ref(self) -> LineRef:
        return LineRef(self.period, self.basis, self.key)


class PartyStore(Protocol):
    def each(
        self, of: MonthsOfTitles, only: Sequence[PartyKey] | None = None
    ) -> AsyncGenerator[Sequence[tuple[Period, Party]], None]:
        """Everybody with a contract in force or with titles in a month, once for each such month.

        In batches, those of one client in one; few are in memory at once.
        only: no more than these.
        """
        ...
