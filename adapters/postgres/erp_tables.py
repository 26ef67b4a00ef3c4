"""Tables of the sync and of the reconciliation. Mirrors are keyed by (source, external code)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from adapters.postgres.columns import Amount, Timestamp, word
from ports.erp import Entity, IssueCode
from ports.sync_runs import SyncFailure, SyncMode, SyncStatus, SyncTrigger


class ReceivableRow(SQLModel, table=True):
    __tablename__ = "erp_receivables"
    __table_args__ = (
        UniqueConstraint("source", "external_id", name="erp_receivables_external_id"),
        CheckConstraint("amount >= 0 AND withheld >= 0", "erp_receivables_amounts"),
        *(
            Index(f"erp_receivables_by_{name}", "source", name, "client_code")
            for name in ("due_on", "issued_on", "registered_on")
        ),
        Index("erp_receivables_by_client", "source", "client_code", "due_on", "id"),
    )
    id: UUID = Field(primary_key=True)
    source: str
    external_id: str
    client_code: str
    document_number: str | None
    installment: str | None
    contract_number: str | None
    category: str | None
    amount: Decimal = Field(sa_type=Amount)
    withheld: Decimal = Field(sa_type=Amount)
    due_on: date
    issued_on: date | None
    registered_on: date | None
    status: str
    cancelled: bool
    settled: bool
    synced_at: datetime = Field(sa_type=Timestamp)


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
    stage: Entity = Field(sa_type=word(Entity, closed=False))
    page: int
    total_pages: int
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


class ErpRequestRow(SQLModel, table=True):
    """Every request of the last minutes, written before it is sent: the quota's memory."""

    __tablename__ = "erp_requests"
    __table_args__ = (Index("erp_requests_recent", "account", "sent_at"),)
    id: UUID = Field(primary_key=True)
    account: str
    method: str
    fingerprint: str
    sent_at: datetime = Field(sa_type=Timestamp)


class ToleranceRuleRow(SQLModel, table=True):
    __tablename__ = "tolerance_rules"
    __table_args__ = (
        UniqueConstraint("version", name="tolerance_rules_version"),
        CheckConstraint("percent BETWEEN 0 AND 100 AND minimum >= 0", "tolerance_rules_range"),
    )
    id: UUID = Field(primary_key=True)
    version: int
    percent: Decimal = Field(max_digits=5, decimal_places=2)
    minimum: Decimal = Field(sa_type=Amount)
    valid_from: datetime = Field(sa_type=Timestamp)
    set_by: str
