"""`erp_sync_log`: each run of the ERP sync, and what it had to set aside."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Protocol
from uuid import UUID

from ports.erp import Entity, ErpIssue
from ports.paging import Page, PageRequest


class SyncStatus(Enum):
    RUNNING = "RUNNING"
    SUCCESS = "SUCCESS"
    ERROR = "ERROR"
    CANCELLED = "CANCELLED"


class SyncMode(Enum):
    FULL = "FULL"
    INCREMENTAL = "INCREMENTAL"


class SyncTrigger(Enum):
    MUTATION = "MUTATION"
    SCHEDULE = "SCHEDULE"
    COMMAND = "COMMAND"
    WEBHOOK = "WEBHOOK"
    """Promised; what a webhook hints at is read singly, and starts no run."""


class SyncFailure(Enum):
    """Why a run ended as ERROR."""

    CREDENTIALS_REJECTED = "CREDENTIALS_REJECTED"
    NOT_CONFIGURED = "NOT_CONFIGURED"
    UNAVAILABLE = "UNAVAILABLE"
    BROKEN_ANSWER = "BROKEN_ANSWER"
    ENDLESS_LISTING = "ENDLESS_LISTING"
    INTERNAL = "INTERNAL"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncRunRecord:
    """One run, and where it stands: in which pass of its plan and which round of that, and its kept pages."""

    id: UUID
    source: str
    status: SyncStatus
    mode: SyncMode
    since: date | None = None
    """The day from which an incremental run asks for changes."""
    trigger: SyncTrigger
    requested_by: str | None = None
    started_at: datetime
    finished_at: datetime | None = None
    record_count: int = 0
    failure: SyncFailure | None = None
    pass_number: int = 0
    round_number: int = 1
    round_started_at: datetime
    pages_kept: tuple[int, ...] = ()
    total_pages: int = 0
    total_records: int | None = None
    """What the first answer of the round said; None before, and where the ERP does not say."""
    moved: bool = False
    """Whether the listing changed its size while this round read it."""
    steady: bool = True
    """Whether each listing was read while it stood still, or so that nothing can have been missed."""
    resumed: bool = False
    """Whether another worker began this round."""
    resumes_at: datetime | None = None
    clients_created: int = 0
    clients_updated: int = 0
    receivables_created: int = 0
    receivables_updated: int = 0


class SyncRunStore(Protocol):
    async def start(self, run: SyncRunRecord) -> SyncRunRecord:
        """Keep a new running run, or, when one is running for this source, give that one instead."""
        ...

    async def move(self, run: SyncRunRecord, *, standing: SyncRunRecord) -> bool:
        """Write `run` if it still runs and stands as `standing` says; False when somebody else moved it."""
        ...

    async def set_aside(self, run_id: UUID, issues: Sequence[ErpIssue]) -> None: ...

    async def aside(self, run_id: UUID, entity: Entity) -> Collection[str]:
        """The records of one kind that the run has set aside, by their external ids."""
        ...

    async def get(self, run_id: UUID) -> SyncRunRecord | None: ...

    async def for_update(self, run_id: UUID) -> SyncRunRecord | None:
        """The run, held against other writers until the work ends."""
        ...

    async def running(self, source: str | None) -> Sequence[SyncRunRecord]:
        """The runs that are not over, of one source or (None) of all."""
        ...

    async def newest_success(self, source: str, mode: SyncMode | None = None) -> SyncRunRecord | None:
        """The successful run, of this mode or any, that started last."""
        ...

    async def page(self, status: SyncStatus | None, page: PageRequest) -> Page[SyncRunRecord]:
        """Newest first."""
        ...

    async def count(self, status: SyncStatus | None) -> int: ...

    async def issues(self, run_id: UUID, page: PageRequest) -> Page[ErpIssue]:
        """In the order in which they were met."""
        ...

    async def count_issues(self, run_id: UUID) -> int: ...
