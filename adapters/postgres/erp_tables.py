"""Tables of the sync and of the reconciliation. Mirrors are keyed by (source, external code)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from adapters.postgres.columns import Amount, Month, Numbers, Timestamp, word
from ports.acknowledgements import AcknowledgementReason
from ports.calendar import Period
from ports.erp import Entity, IssueCode
from ports.sync_runs import SyncFailure, SyncMode, SyncStatus, SyncTrigger
from ports.titles import BillingBasis


class SyncRunRow(SQLModel, table=True):
    __tablename__ = "erp_sync_log"
    __table_args__ = (
        Index("erp_sync_log_one_running", "source", unique=True, postgresql_where=text("status = 'RUNNING'")),
        Index("erp_sync_log_newest", "started_at", "id"),
        CheckConstraint("(status = 'RUNNING') = (finished_at IS NULL)", "erp_sync_log_finished"),
    )
    id: UUID = Field(primary_key=True)
    source: str
    status: SyncStatus = Field(sa_type=word(SyncStatus))
    mode: SyncMode = Field(sa_type=word(SyncMode, closed=False))
    trigger: SyncTrigger = Field(sa_type=word(SyncTrigger, closed=False))
    requested_by: str | None
    started_at: datetime = Field(sa_type=Timestamp)
    finished_at: datetime | None = Field(sa_type=Timestamp)
    record_count: int
    failure: SyncFailure | None = Field(sa_type=word(SyncFailure, closed=False))
    since: date | None
    pass_number: int
    round_number: int
    round_started_at: datetime = Field(sa_type=Timestamp)
    pages_kept: tuple[int, ...] = Field(sa_type=Numbers)
    total_pages: int
    total_records: int | None
    moved: bool
    steady: bool
    resumed: bool
    resumes_at: datetime | None = Field(sa_type=Timestamp)
    clients_created: int
    clients_updated: int
    receivables_created: int
    receivables_updated: int


class SyncIssueRow(SQLModel, table=True):
    __tablename__ = "erp_sync_issues"
    __table_args__ = (Index("erp_sync_issues_run", "run_id", "id"),)
    id: UUID = Field(primary_key=True)
    run_id: UUID = Field(foreign_key="erp_sync_log.id", ondelete="CASCADE")
    entity: Entity = Field(sa_type=word(Entity, closed=False))
    external_id: str
    code: IssueCode = Field(sa_type=word(IssueCode, closed=False))
    client_code: str | None
    params: dict[str, Any] = Field(sa_type=JSONB)


class RereadRow(SQLModel, table=True):
    __tablename__ = "erp_rereads"
    __table_args__ = (Index("erp_rereads_due", "source", "due_at"),)
    source: str = Field(primary_key=True)
    entity: Entity = Field(primary_key=True, sa_type=word(Entity, closed=False))
    external_id: str = Field(primary_key=True)
    asked_at: datetime = Field(sa_type=Timestamp)
    due_at: datetime = Field(sa_type=Timestamp)


class WebhookMessageRow(SQLModel, table=True):
    """Messages of the ERP that were taken, for as long as it may deliver them again."""

    __tablename__ = "erp_webhook_messages"
    __table_args__ = (Index("erp_webhook_messages_received", "received_at"),)
    source: str = Field(primary_key=True)
    message_id: str = Field(primary_key=True)
    received_at: datetime = Field(sa_type=Timestamp)


class ScheduleTickRow(SQLModel, table=True):
    """The newest tick of each schedule that was seen to."""

    __tablename__ = "erp_schedule_ticks"
    source: str = Field(primary_key=True)
    mode: SyncMode = Field(primary_key=True, sa_type=word(SyncMode, closed=False))
    tick: datetime = Field(sa_type=Timestamp)


class ErpRequestRow(SQLModel, table=True):
    """Every request of the last minutes, written before it is sent: the quota's memory."""

    __tablename__ = "erp_requests"
    __table_args__ = (Index("erp_requests_recent", "account", "sent_at"),)
    id: UUID = Field(primary_key=True)
    account: str
    method: str
    fingerprint: str
    sent_at: datetime = Field(sa_type=Timestamp)
    answered_at: datetime | None = Field(sa_type=Timestamp)


class ToleranceRuleRow(SQLModel, table=True):
    __tablename__ = "tolerance_rules"
    __table_args__ = (
        UniqueConstraint("version", name="tolerance_rules_version"),
        Index("tolerance_rules_client", "client_id", "version"),
        CheckConstraint("percent BETWEEN 0 AND 100 AND minimum >= 0", "tolerance_rules_range"),
    )
    id: UUID = Field(primary_key=True)
    version: int
    percent: Decimal = Field(max_digits=5, decimal_places=2)
    minimum: Decimal = Field(sa_type=Amount)
    client_id: UUID | None = Field(foreign_key="clients.id", ondelete="CASCADE")
    valid_from: datetime = Field(sa_type=Timestamp)
    set_by: str


class AcknowledgementRow(SQLModel, table=True):
    """The id is derived from what names the line: source, period, basis and party."""

    __tablename__ = "acknowledgements"
    __table_args__ = (
        Index("acknowledgements_client", "client_id"),
        CheckConstraint("(client_id IS NULL) <> (code IS NULL)", "acknowledgements_party"),
    )
    id: UUID = Field(primary_key=True)
    source: str | None
    period: Period = Field(sa_type=Month)
    basis: BillingBasis = Field(sa_type=word(BillingBasis, closed=False))
    client_id: UUID | None = Field(foreign_key="clients.id", ondelete="CASCADE")
    code: str | None
    reason: AcknowledgementReason = Field(sa_type=word(AcknowledgementReason))
    note: str | None
    owner: str | None
    by: str
    at: datetime = Field(sa_type=Timestamp)
    divergence: Decimal = Field(sa_type=Amount)
