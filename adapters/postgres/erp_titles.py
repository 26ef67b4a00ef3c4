"""The mirrors of the ERP's titles: two tables of one shape, and what was received or paid of each title."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from adapters.postgres.columns import Amount, Timestamp, word
from ports.erp import Side


class TitleColumns(SQLModel):
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
    cleared: Decimal | None = Field(sa_type=Amount)
    remaining: Decimal | None = Field(sa_type=Amount)
    settled_as_of: datetime | None = Field(sa_type=Timestamp)
    has_receipts: bool
    gone: bool
    synced_at: datetime = Field(sa_type=Timestamp)


def _constraints(table: str, due_then: str) -> tuple[Index | UniqueConstraint | CheckConstraint, ...]:
    """Receivables are summed by client within a month, payables are listed by due date."""
    return (
        UniqueConstraint("source", "external_id", name=f"{table}_external_id"),
        CheckConstraint("amount >= 0 AND withheld >= 0", f"{table}_amounts"),
        Index(f"{table}_by_due_on", "source", "due_on", due_then),
        Index(f"{table}_by_issued_on", "source", "issued_on", "client_code"),
        Index(f"{table}_by_registered_on", "source", "registered_on", "client_code"),
        Index(f"{table}_by_client", "source", "client_code", "due_on", "id"),
    )


class ReceivableRow(TitleColumns, table=True):
    __tablename__ = "erp_receivables"
    __table_args__ = (
        *_constraints("erp_receivables", due_then="client_code"),
        Index(
            "erp_receivables_undated",
            "source",
            "client_code",
            postgresql_where=text("NOT has_receipts AND (settled OR coalesce(cleared, 0.00) <> 0.00)"),
        ),
    )


class PayableRow(TitleColumns, table=True):
    __tablename__ = "erp_payables"
    __table_args__ = _constraints("erp_payables", due_then="id")


class ReceiptRow(SQLModel, table=True):
    __tablename__ = "erp_receipts"
    __table_args__ = (Index("erp_receipts_by_day", "source", "side", "on", "title_id"),)
    source: str = Field(primary_key=True)
    side: Side = Field(primary_key=True, sa_type=word(Side, by_value=True))
    title_id: str = Field(primary_key=True)
    external_id: str = Field(primary_key=True)
    on: date
    amount: Decimal = Field(sa_type=Amount)
    discount: Decimal = Field(sa_type=Amount)
    interest: Decimal = Field(sa_type=Amount)
    fine: Decimal = Field(sa_type=Amount)
