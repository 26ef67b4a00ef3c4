"""Who the demo's company sells to, and what is odd about some of them. All of it is invented."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from adapters.omie.demo.documents import cnpj, cpf

FIRST_MONTH = -12
"""Months are counted from the anchor month, which is 0; the last one, 1, is still to come."""
LAST_MONTH = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One register: who it is, what was agreed with it, and where its billing departs from that."""

    name: str
    document: str = ""
    """Bare."""
    tags: tuple[str, ...] = ("Cliente",)
    active: bool = True
    registered: bool = True
    """False: Omie does not know it."""
    mrr: Decimal | None = None
    """None: no contract."""
    since: int = FIRST_MONTH
    first_day: int = 1
    until: int | None = None
    cadence: str = "MONTHLY"
    pro_rata: bool = False
    due_day: int = 10
    billed: Mapping[int, Decimal] = field(default_factory=dict)
    """What is billed in these months instead of what the contract says; zero is no title."""
    cancelled: frozenset[int] = frozenset()
    """Months whose title was cancelled."""
    reissued: bool = False
    """The cancelled ones were issued anew."""
    withholds: bool = False
    without_due_date: frozenset[int] = frozenset()
    """Months with one more title, which lacks its due date."""


def _every(amount: str, first: int, last: int = 0) -> dict[int, Decimal]:
    return {month: Decimal(amount) for month in range(first, last + 1)}


def _agreed(root: str, name: str, mrr: str, since: int, due_day: int = 10) -> Account:
    """A customer billed exactly as agreed."""
    return Account(name=name, document=cnpj(root), mrr=Decimal(mrr), since=since, due_day=due_day)


_AGREEING = (
    _agreed("90110001", "Padaria São João Ltda", "1480.50", -12, 5),
    _agreed("90110002", "Clínica Coração de Mãe S/S", "3250.00", -12),
    _agreed("90110003", "Construção & Irmãos Engenharia Ltda", "7900.00", -12, 15),
    _agreed("90110004", "Colégio Araçá Educação Infantil Ltda", "2199.90", -12),
    _agreed("90110005", "Transportes Ribeirão Ltda", "4120.75", -12, 20),
    _agreed("90110006", "Ótica Visão Nítida Comércio Ltda", "640.00", -12, 5),
    _agreed("90110007", "Pousada Maçarico Hotelaria Ltda", "890.10", -11),
    _agreed("90110008", "Laboratório Análise Clínica Paraná Ltda", "5600.00", -10),
    _agreed("90110009", "Autopeças Avenida Comércio Ltda", "1275.30", -10, 15),
    _agreed("90110010", "Fazenda Três Corações Agropecuária Ltda", "3980.00", -9),
    _agreed("90110011", "Café do Sertão Indústria S.A.", "12450.00", -9, 25),
    _agreed("90110012", "Imobiliária Jardim América Ltda", "1850.00", -8),
    _agreed("90110013", "Gráfica Impressão Rápida Ltda", "720.45", -8, 5),
    _agreed("90110014", "Escritório Contábil Mendonça S/S", "1100.00", -7),
    _agreed("90110015", "Supermercado Bom Preço de Goiás Ltda", "6300.00", -6, 15),
    _agreed("90110016", "Academia Movimento e Saúde Ltda", "980.00", -5),
    _agreed("90110017", "Estúdio Criação Digital ME", "450.00", -4),
    _agreed("90110018", "Cerâmica Conceição Ltda", "2740.60", -3),
    _agreed("90110019", "Distribuidora Litoral Norte Ltda", "3105.00", -2, 15),
    Account(name="Nova Era Tecnologia Alfanumérica Ltda", document=cnpj("12ABC345"), mrr=Decimal("1999.99")),
    Account(
        name="João Antônio Conceição Guimarães", document=cpf("529982247"), mrr=Decimal("350.00"), since=-8
    ),
    Account(
        name="Hospital Santa Luzia S.A.", document=cnpj("90120001"), mrr=Decimal("15000.00"), withholds=True
    ),
    Account(
        name="Associação Cultural Açaí", document=cnpj("90120002"), mrr=Decimal("600.00"), cadence="QUARTERLY"
    ),
    Account(
        name="Museu da Inovação", document=cnpj("90120003"), mrr=Decimal("300.00"), since=-6, cadence="YEARLY"
    ),
    Account(
        name="Vinícola Serra Gaúcha Ltda",
        document=cnpj("90120004"),
        mrr=Decimal("2480.00"),
        since=-3,
        first_day=16,
        pro_rata=True,
    ),
    Account(
        name="Papelaria Lápis de Cor Ltda",
        document=cnpj("90120005"),
        mrr=Decimal("530.00"),
        since=-5,
        cancelled=frozenset({-1, 0}),
        reissued=True,
    ),
    Account(
        name="Sem Reajuste Segurança Ltda",
        document=cnpj("90120006"),
        mrr=Decimal("3000.00"),
        since=-3,
        billed=_every("3080.00", -3),
    ),
)

_AWKWARD = (
    # One company, a customer and a supplier.
    Account(name="Açougue Irmãos Brandão Ltda", document=cnpj("90130001"), mrr=Decimal("1320.00"), since=-4),
    Account(name="Açougue Irmãos Brandão Ltda", document=cnpj("90130001"), tags=("Fornecedor",)),
    # One company, registered twice as a customer, billed on both.
    Account(
        name="Grupo União Participações S.A.",
        document=cnpj("90130002"),
        mrr=Decimal("2000.00"),
        since=-4,
        billed=_every("1500.00", -4),
    ),
    Account(name="Grupo União (filial Sul)", document=cnpj("90130002"), billed=_every("500.00", -4)),
    # No document, and one with a wrong check digit.
    Account(name="Overseas Holding Inc.", billed=_every("4200.00", -3)),
    Account(name="Mercearia Dígito Trocado Ltda", document="90130003000100", billed=_every("275.00", -3)),
    # The contract ended: billing stopped with it, or went on.
    Account(
        name="Encerrada Comércio Ltda",
        document=cnpj("90130004"),
        mrr=Decimal("870.00"),
        until=-5,
        active=False,
    ),
    Account(
        name="Esquecida Serviços Ltda",
        document=cnpj("90130005"),
        mrr=Decimal("1210.00"),
        since=-9,
        until=-4,
        billed=_every("1210.00", -3),
    ),
    # Billed too little, too much, not at all, or without a contract.
    Account(
        name="Metalúrgica Aço Forte Ltda",
        document=cnpj("90130006"),
        mrr=Decimal("2500.00"),
        since=-6,
        billed=_every("2100.00", -2),
    ),
    Account(
        name="Restaurante Sabor à Mesa Ltda",
        document=cnpj("90130007"),
        mrr=Decimal("1200.00"),
        since=-6,
        billed=_every("1500.00", -2),
    ),
    Account(
        name="Livraria Página Solta Ltda",
        document=cnpj("90130008"),
        mrr=Decimal("760.00"),
        since=-3,
        billed=_every("0.00", -3),
    ),
    Account(
        name="Oficina Cancelada Ltda",
        document=cnpj("90130009"),
        mrr=Decimal("940.00"),
        since=-3,
        cancelled=frozenset({-1, 0}),
    ),
    Account(name="Avulsa Eventos Ltda", document=cnpj("90130010"), billed=_every("1850.00", -1)),
    # Not yet, never, and not to be judged.
    Account(
        name="Futura Energia Solar Ltda",
        document=cnpj("90130011"),
        mrr=Decimal("5400.00"),
        since=1,
    ),
    Account(
        name="Ausente Logística Ltda",
        document=cnpj("90130012"),
        mrr=Decimal("1640.00"),
        since=-6,
        registered=False,
        billed=_every("0.00", -6, LAST_MONTH),
    ),
    Account(
        name="Farmácia Sem Vencimento Ltda",
        document=cnpj("90130013"),
        mrr=Decimal("810.00"),
        since=-2,
        without_due_date=frozenset({0}),
    ),
    # A title of a code that the register does not know.
    Account(name="Desconhecida", registered=False, billed=_every("333.33", -1)),
    # No customers.
    Account(name="Expresso Bandeirante Cargas Ltda", document=cnpj("90140001"), tags=("Transportadora",)),
    Account(name="Limpeza & Conservação Brilho Ltda", document=cnpj("90140002"), tags=("Fornecedor",)),
    Account(name="Márcia Regina Assunção", document=cpf("111444777"), tags=("Funcionário",)),
    Account(name="Imobiliária Conceição Ltda", document=cnpj("90140003"), tags=("Fornecedor",)),
    Account(name="Energia do Planalto S.A.", document=cnpj("90140004"), tags=("Fornecedor",)),
)

ACCOUNTS = _AGREEING + _AWKWARD
