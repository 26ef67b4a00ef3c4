"""Closed months: written once, with their closing, and never changed."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from adapters.postgres.columns import Amount, Month, Timestamp, word
from ports.calendar import Period
from ports.reconciliations import DivergenceKind, Verdict
from ports.titles import BillingBasis


class ClosingRow(SQLModel, table=True):
    __tablename__ = "closings"
    __table_args__ = (
        Index(
            "closings_one_at_a_time",
            "source",
            "period",
            unique=True,
            postgresql_where=text("reopened_at IS NULL"),
        ),
    )
    id: UUID = Field(primary_key=True)
    month_id: UUID
    source: str
    period: Period = Field(sa_type=Month)
    basis: BillingBasis = Field(sa_type=word(BillingBasis, closed=False))
    rule_id: UUID
    data_as_of: datetime = Field(sa_type=Timestamp)
    closed_at: datetime = Field(sa_type=Timestamp)
    closed_by: str
    reopened_at: datetime | None = Field(sa_type=Timestamp)
    reopened_by: str | None
    reopen_reason: str | None
    made_in: int = Field(
        sa_type=BigInteger, sa_column_kwargs={"server_default": text("pg_current_xact_id()::text::bigint")}
    )
    """The transaction in which the snapshot may still be written."""


class ClosedLineRow(SQLModel, table=True):
    __tablename__ = "closed_lines"
    closing_id: UUID = Field(primary_key=True, foreign_key="closings.id")
    party: str = Field(primary_key=True)
    name: str
    codes: list[str] = Field(sa_type=ARRAY(Text))
    mrr: Decimal = Field(sa_type=Amount)
    expected: Decimal = Field(sa_type=Amount)
    billed: Decimal = Field(sa_type=Amount)
    withheld: Decimal = Field(sa_type=Amount)
    not_yet_due: Decimal = Field(sa_type=Amount)
    rule_id: UUID
    tolerance: Decimal = Field(sa_type=Amount)
    verdict: Verdict = Field(sa_type=word(Verdict, closed=False))
    kind: DivergenceKind | None = Field(sa_type=word(DivergenceKind, closed=False))
    since: Period | None = Field(sa_type=Month)
    at_risk: Decimal = Field(sa_type=Amount)
    causes: list[Any] = Field(sa_type=JSONB)


class ClosedContractRow(SQLModel, table=True):
    __tablename__ = "closed_contracts"
    closing_id: UUID = Field(primary_key=True, foreign_key="closings.id")
    contract_id: UUID = Field(primary_key=True)
    expected: Decimal = Field(sa_type=Amount)


class ClosedTitleRow(SQLModel, table=True):
    __tablename__ = "closed_titles"
    closing_id: UUID = Field(primary_key=True, foreign_key="closings.id")
    title_id: UUID = Field(primary_key=True)
    client_code: str
    category: str | None
    amount: Decimal = Field(sa_type=Amount)
    due_on: date
    issued_on: date | None
    registered_on: date | None
    cancelled: bool
    gone: bool
    withheld: Decimal | None = Field(sa_type=Amount)
    received: Decimal | None = Field(sa_type=Amount)
    discount: Decimal | None = Field(sa_type=Amount)
    interest: Decimal | None = Field(sa_type=Amount)
    fine: Decimal | None = Field(sa_type=Amount)
