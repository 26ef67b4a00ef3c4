"""Contracts: what each client is to be billed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Protocol
from uuid import UUID

from ports.calendar import Period
from ports.money import Money
from ports.paging import Page, PageRequest


class Cadence(Enum):
    """How often the contract is billed; the value is in months."""

    MONTHLY = 1
    QUARTERLY = 3
    YEARLY = 12


@dataclass(frozen=True, slots=True)
class ContractPrice:
    """The monthly figure from `since` on, until the next price."""

    mrr: Money
    since: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractTerms:
    """What of a contract decides what it wants billed, and when."""

    id: UUID
    prices: tuple[ContractPrice, ...]
    """Oldest first, never empty; the first one also holds before its month."""
    starts_on: date
    ends_on: date | None = None
    cadence: Cadence = Cadence.MONTHLY
    pro_rata: bool = False
    billing_day: int | None = None

    def is_in_force(self, first: date, last: date) -> bool:
        """Whether on some day from first to last."""
        return self.starts_on <= last and (self.ends_on is None or self.ends_on >= first)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractRecord(ContractTerms):
    external_id: str | None = None
    client_id: UUID
    title: str
    source: str
    version: int = 1
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractFilter:
    """All conditions hold together; None asks nothing. Deleted contracts are never listed."""

    client_id: UUID | None = None
    external_id: Sequence[str] | None = None
    in_force_on: date | None = None
    source: str | None = None


class ContractStore(Protocol):
    async def add(self, contract: ContractRecord) -> None:
        """Keep a new contract; DUPLICATE_EXTERNAL_ID when a live one holds its external id."""
        ...

    async def save(self, contract: ContractRecord) -> None:
        """Write a contract that `for_update` gave, its prices too; refusals as for `add`."""
        ...

    async def get(self, contract_id: UUID) -> ContractRecord | None: ...

    async def for_update(self, contract_id: UUID) -> ContractRecord:
        """The contract, held against other writers until the work ends; Missing when unknown."""
        ...

    async def by_ids(self, ids: Collection[UUID]) -> Mapping[UUID, ContractRecord]: ...

    async def of_clients(
        self, client_ids: Collection[UUID], in_force_on: date | None = None
    ) -> Mapping[UUID, Sequence[ContractRecord]]:
        """The live contracts of these clients, or of them those in force on that day."""
        ...

    async def page(self, where: ContractFilter, page: PageRequest) -> Page[ContractRecord]:
        """Newest start first."""
        ...

    async def first_pages(
        self, client_ids: Collection[UUID], page: PageRequest
    ) -> Mapping[UUID, Page[ContractRecord]]:
        """Of each of these clients what `page` gives, by one question; cursors are left aside."""
        ...

    async def count(self, where: ContractFilter) -> int: ...
