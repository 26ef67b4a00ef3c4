"""The mirrors of the ERP's titles: `erp_receivables` and `erp_payables`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple, Protocol
from uuid import UUID

from ports.calendar import Period
from ports.erp import ErpSettlement, ErpTitle, Receipt
from ports.money import Money
from ports.paging import Page, PageRequest


class BillingBasis(Enum):
    """Which date puts money in a month. RECEIVED: each receipt in its own, as cash."""

    DUE_DATE = "DUE_DATE"
    ISSUE_DATE = "ISSUE_DATE"
    REGISTRATION_DATE = "REGISTRATION_DATE"
    RECEIVED = "RECEIVED"


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleRecord(ErpTitle):
    id: UUID
    source: str
    synced_at: datetime
    """When the ERP was asked that last showed it so."""
    cleared: Money | None = None
    """What was received (or paid) of it; None while the ERP has not said."""
    remaining: Money | None = None
    gone: bool = False
    """Deleted in the ERP, and confirmed so."""
    receipts: tuple[Receipt, ...] = ()


class MonthOfTitles(NamedTuple):
    """Which titles a month is made of."""

    source: str | None
    period: Period
    basis: BillingBasis
    categories: Sequence[str]
    """ERP category codes that count, `1.01.*` allowed; empty = all."""


class MonthsOfTitles(NamedTuple):
    """The same of several months."""

    source: str | None
    periods: Sequence[Period]
    basis: BillingBasis
    categories: Sequence[str]


class Withholding(NamedTuple):
    """What of a title with withheld taxes decides how they are shared over its receipts."""

    external_id: str
    amount: Money
    withheld: Money
    settled: bool
    remaining: Money | None
    cancelled: bool
    receipts: tuple[Receipt, ...]


class Kept(NamedTuple):
    """How many records a page made and how many it changed."""

    created: int
    updated: int


class TitleStore(Protocol):
    """One side's mirror. What was read later is never overwritten by what was read before."""

    async def keep(self, source: str, titles: Sequence[ErpTitle], at: datetime) -> Kept:
        """Insert the new ones, update those that differ; one that was gone is back.

        `at` is when the ERP was asked.
        """
        ...

    async def settle(self, source: str, settlements: Sequence[ErpSettlement], at: datetime) -> Sequence[str]:
        """How far titles of the mirror are settled; the external ids of those that it does not hold."""
        ...

    async def mark_gone(self, source: str, external_id: str, at: datetime) -> None: ...

    async def unseen(self, source: str, before: datetime) -> Sequence[str]:
        """The external ids of live titles that no answer has shown since then."""
        ...

    async def half_seen(self, source: str, since: datetime) -> Sequence[str]:
        """The ids of live titles of which since then one listing told, theirs or that of settlements."""
        ...

    async def some_live(self, source: str) -> str | None:
        """The external id of one that was shown of late and is in no doubt: any; None where there is none."""
        ...

    async def get(self, title_id: UUID) -> TitleRecord | None: ...

    async def by_ids(self, ids: Collection[UUID]) -> Mapping[UUID, TitleRecord]: ...

    async def around(self, of: MonthOfTitles, codes: Collection[str], months: int) -> Sequence[TitleRecord]:
        """All titles of these client codes, from so many months before to so many after; of those that count.

        On RECEIVED by due date, and those of which something was received in the month.
        """
        ...

    async def by_external_ids(self, ids: Sequence[str]) -> Mapping[str, TitleRecord]: ...

    async def page(
        self, source: str, codes: Sequence[str], period: Period, basis: BillingBasis, page: PageRequest
    ) -> Page[TitleRecord]:
        """The titles of these client codes in the month, by due date."""
        ...

    async def first_pages(
        self,
        source: str,
        parties: Collection[tuple[str, ...]],
        period: Period,
        basis: BillingBasis,
        page: PageRequest,
    ) -> Mapping[tuple[str, ...], Page[TitleRecord]]:
        """Of each of these sets of codes what `page` gives, by one question; its cursors are left aside."""
        ...

    async def count(self, source: str, codes: Sequence[str], period: Period, basis: BillingBasis) -> int: ...

    async def listing(self, source: str, period: Period | None, page: PageRequest) -> Page[TitleRecord]:
        """All titles, or those that are due in the month, by due date."""
        ...

    async def count_listing(self, source: str, period: Period | None) -> int: ...
