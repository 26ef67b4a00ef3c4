"""Payments (contas a pagar e a receber), with the field names of the data structure document."""

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, StrEnum
from typing import NamedTuple, Protocol, TypeAlias
from uuid import UUID

from ports.calendar import DateRange
from ports.errors import Fault
from ports.money import ZERO, Money
from ports.paging import Page, PageRequest
from ports.payment_sums import PaymentGroup, PaymentSummary


class Entidade(StrEnum):
    """Who is on the other side."""

    CLIENTE = "C"
    FORNECEDOR = "F"
    TRANSPORTADORA = "T"
    FUNCIONARIO = "U"


class Situacao(Enum):
    """Derived from `liquidado`, `data_vencimento` and today."""

    A_VENCER = "A_VENCER"
    VENCE_HOJE = "VENCE_HOJE"
    VENCIDO = "VENCIDO"
    LIQUIDADO = "LIQUIDADO"


class Reference(NamedTuple):
    """The three fields by which a payment names a record of another register."""

    stem: str
    nome: str

    @property
    def id(self) -> str:
        return f"{self.stem}_id"

    @property
    def external_id(self) -> str:
        return f"{self.stem}_external_id"

    @property
    def fields(self) -> tuple[str, str, str]:
        return self.id, self.external_id, self.nome


PARTIES: Mapping[Entidade, Reference] = {
    Entidade.CLIENTE: Reference("cliente", "nome_cliente"),
    Entidade.FORNECEDOR: Reference("fornecedor", "nome_fornecedor"),
    Entidade.TRANSPORTADORA: Reference("transportadora", "nome_transportadora"),
    Entidade.FUNCIONARIO: Reference("funcionario", "nome_funcionario"),
}
REFERENCES: tuple[Reference, ...] = (
    Reference("plano_contas", "nome_plano_conta"),
    Reference("centro_custo", "nome_centro_custo"),
    Reference("conta_bancaria", "nome_conta_bancaria"),
    Reference("forma_pagamento", "nome_forma_pagamento"),
    *PARTIES.values(),
    Reference("usuario", "nome_usuario"),
    Reference("loja", "nome_loja"),
)
AMOUNTS = ("valor", "juros", "desconto", "taxa_banco", "taxa_operadora")


@dataclass(frozen=True, slots=True)
class Atributo:
    chave: str
    valor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRecord:
    """One payable or receivable. Amounts are BRL; days are those of America/Sao_Paulo."""

    id: UUID
    external_id: str | None = None
    codigo: str | None = None
    descricao: str
    valor: Money
    juros: Money = ZERO
    desconto: Money = ZERO
    taxa_banco: Money = ZERO
    taxa_operadora: Money = ZERO
    valor_total: Money
    data_vencimento: date
    data_liquidacao: date | None = None
    data_competencia: date | None = None
    cadastrado_em: datetime
    modificado_em: datetime
    deletado_em: datetime | None = None
    plano_contas_id: str | None = None
    plano_contas_external_id: str | None = None
    nome_plano_conta: str | None = None
    centro_custo_id: str | None = None
    centro_custo_external_id: str | None = None
    nome_centro_custo: str | None = None
    conta_bancaria_id: str | None = None
    conta_bancaria_external_id: str | None = None
    nome_conta_bancaria: str | None = None
    forma_pagamento_id: str | None = None
    forma_pagamento_external_id: str | None = None
    nome_forma_pagamento: str | None = None
    entidade: Entidade
    cliente_id: str | None = None
    cliente_external_id: str | None = None
    nome_cliente: str | None = None
    fornecedor_id: str | None = None
    fornecedor_external_id: str | None = None
    nome_fornecedor: str | None = None
    transportadora_id: str | None = None
    transportadora_external_id: str | None = None
    nome_transportadora: str | None = None
    funcionario_id: str | None = None
    funcionario_external_id: str | None = None
    nome_funcionario: str | None = None
    liquidado: bool = False
    usuario_id: str | None = None
    usuario_external_id: str | None = None
    nome_usuario: str | None = None
    loja_id: str | None = None
    loja_external_id: str | None = None
    nome_loja: str | None = None
    atributos: tuple[Atributo, ...] = ()
    source: str
    version: int = 1


@dataclass(frozen=True, slots=True)
class MoneyRange:
    """Amounts from `start` to `end`, both inclusive; an open side is None."""

    start: Money | None = None
    end: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFilter:
    """All conditions hold together; None asks nothing. A list asks for any of its members."""

    search: str | None = None
    entidade: Sequence[Entidade] | None = None
    liquidado: bool | None = None
    situacao: Sequence[Situacao] | None = None
    data_vencimento: DateRange | None = None
    data_liquidacao: DateRange | None = None
    data_competencia: DateRange | None = None
    valor_total: MoneyRange | None = None
    external_id: Sequence[str] | None = None
    codigo: Sequence[str] | None = None
    cliente_id: Sequence[str] | None = None
    fornecedor_id: Sequence[str] | None = None
    plano_contas_id: Sequence[str] | None = None
    centro_custo_id: Sequence[str] | None = None
    conta_bancaria_id: Sequence[str] | None = None
    forma_pagamento_id: Sequence[str] | None = None
    loja_id: Sequence[str] | None = None
    deleted: bool = False


class PaymentOrderField(Enum):
    DATA_VENCIMENTO = "data_vencimento"
    DATA_LIQUIDACAO = "data_liquidacao"
    VALOR_TOTAL = "valor_total"
    CADASTRADO_EM = "cadastrado_em"
    MODIFICADO_EM = "modificado_em"
    DESCRICAO = "descricao"


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    field: PaymentOrderField
    descending: bool = False


class ErrorPolicy(Enum):
    """What becomes of the sound rows of a set when others are faulty."""

    REJECT_ALL = "REJECT_ALL"
    REJECT_FAILED_ROWS = "REJECT_FAILED_ROWS"


BulkOutcome: TypeAlias = PaymentRecord | tuple[Fault, ...] | None
"""What came of one row of a set; None for a sound one that was left out for another's sake."""


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What came of each row, in the order given."""

    outcomes: Sequence[BulkOutcome]


class PaymentStore(Protocol):
    async def add_all(self, payments: Sequence[PaymentRecord]) -> Collection[UUID]:
        """Keep new payments; the ids of those that were not, a live one holding their external id."""
        ...

    async def save(self, payment: PaymentRecord) -> None:
        """Write a payment that `for_update` gave; DUPLICATE_EXTERNAL_ID when a live one holds its own."""
        ...

    async def get(self, payment_id: UUID) -> PaymentRecord | None: ...

    async def by_ids(self, ids: Collection[UUID]) -> Mapping[UUID, PaymentRecord]: ...

    async def for_update(self, payment_id: UUID) -> PaymentRecord:
        """The payment, held against other writers until the work ends; Missing when unknown."""
        ...

    async def page(
        self, where: PaymentFilter, order: Sequence[PaymentOrder], page: PageRequest, today: date
    ) -> Page[PaymentRecord]: ...

    async def count(self, where: PaymentFilter, today: date) -> int: ...

    def each(self, where: PaymentFilter, today: date) -> AsyncGenerator[PaymentRecord, None]:
        """All of them by due date, as they stand at one moment; few are in memory at once."""

    async def summary(
        self, where: PaymentFilter, group: PaymentGroup, today: date
    ) -> Sequence[PaymentSummary]:
        """Every group that has a payment, by its key."""
        ...
