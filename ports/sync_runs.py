"""`erp_sync_log`: each run of the ERP sync, and what it had to set aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol
from uuid import UUID

from ports.erp import Entity, ErpIssue
from ports.paging import Page, PageRequest


class SyncStatus(Enum):
    RUNNING = "RUNNING"
    SUCCESS = "SUCCESS"
    ERROR = "ERROR"


class SyncMode(Enum):
    FULL = "FULL"


class SyncTrigger(Enum):
    MUTATION = "MUTATION"
    COMMAND = "COMMAND"


class SyncFailure(Enum):
    """Why a run ended as ERROR."""

    CREDENTIALS_REJECTED = "CREDENTIALS_REJECTED"
    NOT_CONFIGURED = "NOT_CONFIGURED"
    UNAVAILABLE = "UNAVAILABLE"
    BROKEN_ANSWER = "BROKEN_ANSWER"
    INTERNAL = "INTERNAL"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncRunRecord:
    """`stage` and `page` say what is kept already: everything before that page of that stage."""

    id: UUID
    source: str
    status: SyncStatus
    mode: SyncMode
    trigger: SyncTrigger
    requested_by: str | None = None
    started_at: datetime
    finished_at: datetime | None = None
    record_count: int = 0
    failure: SyncFailure | None = None
    stage: Entity = Entity.CLIENT
    page: int = 0
    total_pages: int = 0
    resumes_at: datetime | None = None
    clients_created: int = 0
    clients_updated: int = 0
    receivables_created: int = 0
    receivables_updated: int = 0


class SyncRunStore(Protocol):
    async def start(self, run: SyncRunRecord) -> SyncRunRecord:
        """Keep a new running run, or, when one is running for this source, give that one instead."""
        ...

    async def save(self, run: SyncRunRecord, *, expected_page: int, expected_stage: Entity) -> bool:
        """Write the run if it still runs and stands where it was; False when another worker moved it."""
        ...

    async def set_aside(self, run_id: UUID, issues: Sequence[ErpIssue]) -> None: ...

    async def get(self, run_id: UUID) -> SyncRunRecord | None: ...

    async def running(self, source: str | None) -> Sequence[SyncRunRecord]:
        """The runs that are not over, of one source or (None) of all."""
        ...

    async def newest_success(self, source: str) -> SyncRunRecord | None: ...

    async def page(self, status: SyncStatus | None, page: PageRequest) -> Page[SyncRunRecord]:
        """Newest first."""
        ...

    async def count(self, status: SyncStatus | None) -> int: ...

    async def issues(self, run_id: UUID, page: PageRequest) -> Page[ErpIssue]:
        """In the order in which they were met."""
        ...

    async def count_issues(self, run_id: UUID) -> int: ...
