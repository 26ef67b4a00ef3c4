"""What the demo's company buys every month, and the registers that its titles refer to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from adapters.omie.demo.records import DemoEntry
from ports.erp import Entity


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    supplier: str
    amount: Decimal
    due_day: int
    category: str
    department: str = "6191538"
    document_type: str = "BOL"
    taxes: Mapping[str, Decimal] = field(default_factory=dict)
    """The shares that are kept back."""
    cancelled: frozenset[int] = frozenset()
    """Months, as of accounts."""


SUPPLIES = (
    Supply(supplier="Imobiliária Conceição Ltda", amount=Decimal("6500.00"), due_day=5, category="2.04.01"),
    Supply(supplier="Energia do Planalto S.A.", amount=Decimal("1184.37"), due_day=20, category="2.04.02"),
    Supply(
        supplier="Limpeza & Conservação Brilho Ltda",
        amount=Decimal("2350.00"),
        due_day=10,
        category="2.03.01",
        document_type="NFS",
        taxes={"inss": Decimal("0.11"), "iss": Decimal("0.05")},
    ),
    Supply(
        supplier="Expresso Bandeirante Cargas Ltda",
        amount=Decimal("812.90"),
        due_day=25,
        category="2.03.02",
        department="6191539",
        cancelled=frozenset({-2}),
    ),
    Supply(
        supplier="Márcia Regina Assunção",
        amount=Decimal("4800.00"),
        due_day=5,
        category="2.01.01",
        document_type="REC",
    ),
)

_CATEGORIES = (
    DemoEntry(code="1", name="Receitas", totals=True),
    DemoEntry(code="1.01", name="Receitas diretas", totals=True),
    DemoEntry(code="1.01.01", name="Vendas"),
    DemoEntry(code="1.01.02", name="Assinaturas"),
    DemoEntry(code="1.01.03", name="Licenças", active=False),
    DemoEntry(code="2", name="Despesas", totals=True),
    DemoEntry(code="2.01", name="Pessoal", totals=True),
    DemoEntry(code="2.01.01", name="Salários"),
    DemoEntry(code="2.03", name="Serviços de terceiros", totals=True),
    DemoEntry(code="2.03.01", name="Limpeza e conservação"),
    DemoEntry(code="2.03.02", name="Fretes"),
    DemoEntry(code="2.04", name="Ocupação", totals=True),
    DemoEntry(code="2.04.01", name="Aluguel"),
    DemoEntry(code="2.04.02", name="Energia elétrica"),
)
_DEPARTMENTS = (
    DemoEntry(code="6191538", name="Administração"),
    DemoEntry(code="6191539", name="Comercial"),
    DemoEntry(code="6191540", name="Filial Sul", active=False),
)
_ACCOUNTS = (
    DemoEntry(code="6308812", name="Banco Exemplo CC"),
    DemoEntry(code="6308813", name="Caixinha"),
    DemoEntry(code="6308814", name="Banco antigo", active=False),
)
_DOCUMENT_TYPES = (
    DemoEntry(code="99999", name="Outros"),
    DemoEntry(code="BOL", name="Boleto"),
    DemoEntry(code="NFS", name="Nota fiscal de serviço"),
    DemoEntry(code="PIX", name="Pix"),
    DemoEntry(code="REC", name="Recibo"),
)
ENTRIES = {
    Entity.CATEGORY: _CATEGORIES,
    Entity.DEPARTMENT: _DEPARTMENTS,
    Entity.ACCOUNT: _ACCOUNTS,
    Entity.DOCUMENT_TYPE: _DOCUMENT_TYPES,
}
