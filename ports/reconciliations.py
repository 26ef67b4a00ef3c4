"""Contracted against billed: the words of the answer, and the figures it is judged from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Protocol
from uuid import UUID

from ports.calendar import Period
from ports.clients import ClientRecord
from ports.contracts import ContractRecord
from ports.money import ZERO, Money
from ports.paging import Page, PageRequest
from ports.titles import BillingBasis


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
class ToleranceRuleRecord:
    """A divergence is an alert when it is greater than the larger of percent and minimum."""

    id: UUID
    version: int
    percent: Decimal
    minimum: Money
    valid_from: datetime
    set_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Billing:
    """What the mirror holds for one client code in one month."""

    code: str
    billed: Money = ZERO
    incomplete: int = 0
    """Titles set aside by the sync, or without the date that the basis needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One line's both sides: a client (or a code unknown here), its contracts, its billing."""

    client: ClientRecord | None
    codes: tuple[str, ...]
    contracts: tuple[ContractRecord, ...] = ()
    billing: tuple[Billing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One client in one month. `divergence` is billed - expected."""

    period: Period
    basis: BillingBasis
    source: str | None
    client: ClientRecord | None
    codes: tuple[str, ...]
    mrr: Money
    expected: Money
    billed: Money
    divergence: Money
    tolerance: Money
    verdict: Verdict
    kind: DivergenceKind | None

    @property
    def omie_codigo(self) -> str | None:
        return self.codes[0] if self.codes else None

    @property
    def name(self) -> str:
        """Somebody unknown here goes by the ERP's code."""
        return self.client.name if self.client else str(self.omie_codigo)

    @property
    def key(self) -> str:
        """Names the party within its month and basis."""
        return str(self.client.id) if self.client else f"code-{self.omie_codigo}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationResult:
    period: Period
    basis: BillingBasis
    source: str | None
    rule: ToleranceRuleRecord
    evaluated_at: datetime
    data_as_of: datetime | None
    fresh: bool
    lines: Sequence[Line]


class ToleranceRuleStore(Protocol):
    async def add(self, percent: Decimal, minimum: Money, at: datetime, by: str) -> ToleranceRuleRecord:
        """A new rule, with the next version."""
        ...

    async def add_first(self, percent: Decimal, minimum: Money, at: datetime, by: str) -> None:
        """Version 1, unless there is a rule already."""
        ...

    async def newest(self) -> ToleranceRuleRecord: ...

    async def get(self, rule_id: UUID) -> ToleranceRuleRecord | None: ...

    async def page(self, page: PageRequest) -> Page[ToleranceRuleRecord]:
        """Newest first."""
        ...

    async def count(self) -> int: ...


class BillingStore(Protocol):
    async def of_month(
        self, source: str, period: Period, basis: BillingBasis, categories: Sequence[str]
    ) -> Sequence[Billing]:
        """Per client code, cancelled titles out, only the categories that count (empty = all)."""
        ...
