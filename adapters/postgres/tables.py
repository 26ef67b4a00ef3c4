"""Tables of the business: payments, clients, contracts. Column names are field names of the records."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, Index, Table, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from adapters.postgres.columns import Amount, Attributes, Month, Timestamp, word
from adapters.postgres.payment_indexes import payment_lists
from ports.calendar import Period
from ports.contracts import Cadence
from ports.payments import AMOUNTS, PARTIES, Atributo, Entidade
from ports.registers import ReferenceKind

TRIGRAMS = {"postgresql_using": "gin", "postgresql_ops": {"search": "gin_trgm_ops"}}


def table_of(row: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(row.__tablename__)]


def _party_checks() -> list[CheckConstraint]:
    """Each entidade has its own party's ids and nothing of another's."""
    checks = []
    for entidade, party in PARTIES.items():
        ours = f"entidade = '{entidade.value}' AND {party.id} IS NOT NULL AND {party.external_id} IS NOT NULL"
        none = " AND ".join(f"{name} IS NULL" for name in party.fields)
        theirs = f"entidade <> '{entidade.value}' AND {none}"
        checks.append(CheckConstraint(f"({ours}) OR ({theirs})", f"payments_{party.stem}"))
    return checks


def _folded(*names: str) -> Computed:
    """What a search looks at: without accents and case, in the order given."""
    joined = " || ' ' || ".join(f"coalesce({name}, '')" for name in names)
    return Computed(f"fold({joined})", persisted=True)


class PaymentRow(SQLModel, table=True):
    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint(
            "valor_total = valor + juros - desconto - taxa_banco - taxa_operadora", "payments_total"
        ),
        CheckConstraint(
            " AND ".join(f"{name} >= 0" for name in (*AMOUNTS, "valor_total")), "payments_amounts"
        ),
        CheckConstraint("liquidado = (data_liquidacao IS NOT NULL)", "payments_settled"),
        CheckConstraint("length(descricao) BETWEEN 3 AND 500", "payments_descricao"),
        *_party_checks(),
        Index(
            "payments_live_external_id",
            "external_id",
            unique=True,
            postgresql_where=text("deletado_em IS NULL"),
        ),
        *payment_lists(),
        Index("payments_search", "search", **TRIGRAMS),  # type: ignore[arg-type]
    )
    id: UUID = Field(primary_key=True)
    external_id: str | None
    codigo: str | None
    descricao: str
    valor: Decimal = Field(sa_type=Amount)
    juros: Decimal = Field(sa_type=Amount)
    desconto: Decimal = Field(sa_type=Amount)
    taxa_banco: Decimal = Field(sa_type=Amount)
    taxa_operadora: Decimal = Field(sa_type=Amount)
    valor_total: Decimal = Field(sa_type=Amount)
    data_vencimento: date
    data_liquidacao: date | None
    data_competencia: date | None
    cadastrado_em: datetime = Field(sa_type=Timestamp)
    modificado_em: datetime = Field(sa_type=Timestamp)
    deletado_em: datetime | None = Field(sa_type=Timestamp)
    plano_contas_id: str | None
    plano_contas_external_id: str | None
    nome_plano_conta: str | None
    centro_custo_id: str | None
    centro_custo_external_id: str | None
    nome_centro_custo: str | None
    conta_bancaria_id: str | None
    conta_bancaria_external_id: str | None
    nome_conta_bancaria: str | None
    forma_pagamento_id: str | None
    forma_pagamento_external_id: str | None
    nome_forma_pagamento: str | None
    entidade: Entidade = Field(sa_type=word(Entidade, by_value=True))
    cliente_id: str | None
    cliente_external_id: str | None
    nome_cliente: str | None
    fornecedor_id: str | None
    fornecedor_external_id: str | None
    nome_fornecedor: str | None
    transportadora_id: str | None
    transportadora_external_id: str | None
    nome_transportadora: str | None
    funcionario_id: str | None
    funcionario_external_id: str | None
    nome_funcionario: str | None
    liquidado: bool
    usuario_id: str | None
    usuario_external_id: str | None
    nome_usuario: str | None
    loja_id: str | None
    loja_external_id: str | None
    nome_loja: str | None
    atributos: tuple[Atributo, ...] = Field(sa_type=Attributes)
    source: str
    version: int
    search: str = Field(
        sa_column_args=(
            _folded("descricao", "codigo", "external_id", *(party.nome for party in PARTIES.values())),
        )
    )


class ClientRow(SQLModel, table=True):
    __tablename__ = "clients"
    __table_args__ = (
        Index("clients_document", "document", unique=True, postgresql_where=text("document IS NOT NULL")),
        Index("clients_by_name", text("fold(name)"), "id", postgresql_include=["name"]),
        Index("clients_search", "search", **TRIGRAMS),  # type: ignore[arg-type]
    )
    id: UUID = Field(primary_key=True)
    name: str
    document: str | None
    contact_email: str | None
    active: bool
    omie_codigo: str | None
    source: str
    version: int
    created_at: datetime = Field(sa_type=Timestamp)
    updated_at: datetime = Field(sa_type=Timestamp)
    search: str = Field(sa_column_args=(_folded("name", "document", "contact_email"),))


class ClientLinkRow(SQLModel, table=True):
    __tablename__ = "client_links"
    __table_args__ = (Index("client_links_client", "client_id", "position"),)
    source: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    client_id: UUID = Field(foreign_key="clients.id", ondelete="CASCADE")
    position: int
    read_at: datetime | None = Field(sa_type=Timestamp)


class ClientMergeRow(SQLModel, table=True):
    """Whose id a merged client's is now: others may still know it by the old one."""

    __tablename__ = "client_merges"
    __table_args__ = (Index("client_merges_client", "client_id"),)
    merged_id: UUID = Field(primary_key=True)
    client_id: UUID = Field(foreign_key="clients.id", ondelete="CASCADE")


class ContractRow(SQLModel, table=True):
    __tablename__ = "contracts"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", "contracts_days"),
        CheckConstraint("billing_day BETWEEN 1 AND 31", "contracts_billing_day"),
        Index(
            "contracts_live_external_id",
            "external_id",
            unique=True,
            postgresql_where=text("deleted_at IS NULL"),
        ),
        Index("contracts_client", "client_id"),
    )
    id: UUID = Field(primary_key=True)
    external_id: str | None
    client_id: UUID = Field(foreign_key="clients.id", ondelete="CASCADE")
    title: str
    starts_on: date
    ends_on: date | None
    cadence: Cadence = Field(sa_type=word(Cadence))
    pro_rata: bool
    billing_day: int | None
    source: str
    version: int
    created_at: datetime = Field(sa_type=Timestamp)
    updated_at: datetime = Field(sa_type=Timestamp)
    deleted_at: datetime | None = Field(sa_type=Timestamp)


class ContractPriceRow(SQLModel, table=True):
    __tablename__ = "contract_prices"
    __table_args__ = (CheckConstraint("mrr >= 0", "contract_prices_mrr"),)
    contract_id: UUID = Field(primary_key=True, foreign_key="contracts.id", ondelete="CASCADE")
    since: Period = Field(primary_key=True, sa_type=Month)
    mrr: Decimal = Field(sa_type=Amount)


class RegisterEntryRow(SQLModel, table=True):
    __tablename__ = "register_entries"
    __table_args__ = (
        UniqueConstraint("kind", "code", name="register_entries_key"),
        Index("register_entries_by_name", "kind", text("fold(name)"), "id"),
        Index("register_entries_search", "search", **TRIGRAMS),  # type: ignore[arg-type]
    )
    id: UUID = Field(primary_key=True)
    kind: ReferenceKind = Field(sa_type=word(ReferenceKind))
    code: str
    external_id: str | None
    name: str
    active: bool
    source: str
    search: str = Field(sa_column_args=(_folded("name", "code", "external_id"),))


class IdempotencyKeyRow(SQLModel, table=True):
    __tablename__ = "idempotency_keys"
    mutation: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    digest: str
    outcomes: Any = Field(sa_type=JSONB, nullable=True)
    used_at: datetime = Field(sa_type=Timestamp, sa_column_kwargs={"server_default": text("now()")})
