"""The mirror of the ERP's receivables (`erp_receivables`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple, Protocol
from uuid import UUID

from ports.calendar import Period
from ports.erp import ErpTitle
from ports.paging import Page, PageRequest


class BillingBasis(Enum):
    """Which date puts a title in a month."""

    DUE_DATE = "DUE_DATE"
    ISSUE_DATE = "ISSUE_DATE"
    REGISTRATION_DATE = "REGISTRATION_DATE"


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleRecord(ErpTitle):
    id: UUID
    source: str
    synced_at: datetime


class Kept(NamedTuple):
    """How many records a page made and how many it changed."""

    created: int
    updated: int


class TitleStore(Protocol):
    async def keep(self, source: str, titles: Sequence[ErpTitle], at: datetime) -> Kept:
        """Insert the new ones, update those that differ. Keyed by (source, external id)."""
        ...

    async def get(self, title_id: UUID) -> TitleRecord | None: ...

    async def by_external_ids(self, ids: Sequence[str]) -> Mapping[str, TitleRecord]: ...

    async def page(
        self, source: str, codes: Sequence[str], period: Period, basis: BillingBasis, page: PageRequest
    ) -> Page[TitleRecord]:
        """The titles of these client codes in the month, by due date."""
        ...

    async def count(self, source: str, codes: Sequence[str], period: Period, basis: BillingBasis) -> int: ...
