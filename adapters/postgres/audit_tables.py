"""Tables of the audit trail. A trigger fills the first two; the application may only add links."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, text
from sqlalchemy.dialects.postgresql import BYTEA, JSONB
from sqlmodel import Field, SQLModel

from adapters.postgres.columns import Timestamp

SALT = {"server_default": text("gen_random_uuid()")}


class AuditEntryRow(SQLModel, table=True):
    __tablename__ = "audit_entries"
    __table_args__ = (Index("audit_entries_of", "record_id", "number"),)
    number: int = Field(primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),))
    at: datetime = Field(sa_type=Timestamp, sa_column_kwargs={"server_default": text("clock_timestamp()")})
    by: str
    action: str
    kind: str
    record_id: UUID
    facts: Any = Field(sa_type=JSONB)
    facts_salt: UUID = Field(sa_column_kwargs=SALT)
    personal: Any = Field(sa_type=JSONB, nullable=True)
    personal_salt: UUID | None = Field(sa_column_kwargs=SALT)


class AuditUnsealedRow(SQLModel, table=True):
    __tablename__ = "audit_unsealed"
    number: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})


class AuditLinkRow(SQLModel, table=True):
    __tablename__ = "audit_links"
    position: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    number: int = Field(sa_type=BigInteger, unique=True)
    facts_digest: bytes = Field(sa_type=BYTEA)
    personal_digest: bytes = Field(sa_type=BYTEA)
    hash: bytes = Field(sa_type=BYTEA)
