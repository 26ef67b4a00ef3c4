from datetime import datetime
from uuid import UUID

import strawberry

from core.sync_plan import current, percent
from graphql_api.context import Context, Info
from graphql_api.fields import plain, resolved
from graphql_api.roles import DIRECTORS
from graphql_api.texts import FAILURES, ISSUES
from graphql_api.types.connection import Rows, connection
from graphql_api.types.node import Node, by_uuid, node_type
from ports.erp import ErpIssue
from ports.sync_runs import SyncMode, SyncRunRecord, SyncStatus, SyncTrigger


async def _load(context: Context, key: UUID) -> SyncRunRecord | None:
    async with context.open_work() as work:
        return await work.runs.get(key)


@strawberry.type(description="How far a run has come.")
class SyncProgress:
    @resolved()
    def stage(self, root: strawberry.Parent[SyncRunRecord]) -> str:
        """The kind of record being read, such as client or receivable."""
        return current(root).entity.value

    @resolved()
    def page(self, root: strawberry.Parent[SyncRunRecord]) -> int:
        """How many pages of this stage are kept."""
        return len(root.pages_kept)

    @resolved()
    def total_pages(self, root: strawberry.Parent[SyncRunRecord]) -> int | None:
        """Pages of this stage, as the ERP says now; null before its first answer."""
        return root.total_pages or None

    @resolved(name="percent")
    def of_all(self, root: strawberry.Parent[SyncRunRecord]) -> int:
        """0 to 100."""
        return percent(root)

    resumes_at: datetime | None = plain("When the run goes on, while the ERP has asked to wait.")


@strawberry.type(description="A record of the ERP that could not be kept.")
class SyncIssue:
    @resolved(name="entity")
    def entity_name(self, root: strawberry.Parent[ErpIssue]) -> str:
        """The kind of record, such as client or receivable."""
        return root.entity.value

    external_id: str = plain("The ERP's id of the record.")

    @resolved()
    def reason(self, info: Info, root: strawberry.Parent[ErpIssue]) -> str:
        """Why it could not be kept, for people."""
        return ISSUES[root.code].say(info.context.language, record=root.external_id, **root.params)


@node_type(by_uuid("sync", SyncRunRecord, DIRECTORS, _load), "One row of erp_sync_log.")
class SyncRun(Node):
    status: SyncStatus = plain("How the run stands.")
    mode: SyncMode = plain("How much it reads.")
    trigger: SyncTrigger = plain("What started it.")
    requested_by: str | None = plain("Subject of the caller who started it.")
    started_at: datetime = plain("When it was started.")
    finished_at: datetime | None = plain("When it ended; null while running.")
    record_count: int = plain("Records read and kept, all kinds together.")
    clients_created: int = plain("Clients that were not here before.")
    clients_updated: int = plain("Clients that the ERP changed.")
    receivables_created: int = plain("Titles that were not here before.")
    receivables_updated: int = plain("Titles that the ERP changed.")

    @resolved()
    def error_message(self, info: Info, root: strawberry.Parent[SyncRunRecord]) -> str | None:
        """Safe to show: no stack, no secret, no body."""
        return FAILURES[root.failure].say(info.context.language) if root.failure else None

    @resolved(SyncProgress)
    def progress(self, root: strawberry.Parent[SyncRunRecord]) -> SyncRunRecord:
        """How far the run has come."""
        return root

    @connection(SyncIssue)
    async def issues(self, root: strawberry.Parent[SyncRunRecord]) -> Rows[ErpIssue]:
        """Records that could not be kept, each with its reason; the others were kept."""
        return Rows(
            lambda work, page: work.runs.issues(root.id, page), lambda work: work.runs.count_issues(root.id)
        )
