"""The demo's records, and the JSON that Omie makes of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from adapters.omie.demo.documents import punctuated

_TAXES = ("pis", "cofins", "csll", "ir", "iss", "inss")


def shown(day: date | None) -> str:
    """`dd/mm/aaaa`, empty for none."""
    return day.strftime("%d/%m/%Y") if day else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoClient:
    code: int
    name: str
    document: str = ""
    """Bare; empty for none."""
    email: str = ""
    tags: tuple[str, ...] = ("Cliente",)
    active: bool = True

    def as_json(self) -> dict[str, object]:
        return {
            "bairro": "CENTRO",
            "bloquear_faturamento": "N",
            "caracteristicas": [],
            "cidade": "CAMPINAS (SP)",
            "cnpj_cpf": punctuated(self.document),
            "codigo_cliente_integracao": "",
            "codigo_cliente_omie": self.code,
            "codigo_pais": "1058",
            "email": self.email,
            "enderecoEntrega": {},
            "estado": "SP",
            "exterior": "N" if self.document else "S",
            "inativo": "N" if self.active else "S",
            "nome_fantasia": self.name.upper(),
            "pessoa_fisica": "S" if len(self.document) == 11 else "N",
            "razao_social": self.name,
            "tags": [{"tag": tag} for tag in self.tags],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoTitle:
    code: int
    client_code: int
    amount: Decimal
    due_on: date | None
    issued_on: date
    status: str
    contract: str | None = None
    category: str = "1.01.02"
    taxes: Mapping[str, Decimal] = field(default_factory=dict)
    """Kept back by the payer, by name (`pis`, …)."""

    @property
    def document_number(self) -> str:
        return f"{self.code % 1_000_000:09}"

    def as_json(self) -> dict[str, object]:
        """Like Omie, it leaves out a contract number that is empty."""
        issued = shown(self.issued_on)
        contract = {"cNumeroContrato": self.contract} if self.contract else {}
        withheld = {f"retem_{tax}": "S" if tax in self.taxes else "N" for tax in _TAXES}
        values = {f"valor_{tax}": self.taxes.get(tax, 0) for tax in _TAXES}
        return {
            "bloqueado": "N",
            "boleto": {"cGerado": "N", "cNumBoleto": "", "nPerJuros": 1, "nPerMulta": 2},
            "categorias": [{"codigo_categoria": self.category, "percentual": 100, "valor": self.amount}],
            "codigo_categoria": self.category,
            "codigo_cliente_fornecedor": self.client_code,
            "codigo_lancamento_integracao": "",
            "codigo_lancamento_omie": self.code,
            "codigo_projeto": 0,
            "codigo_tipo_documento": "BOL",
            "data_emissao": issued,
            "data_previsao": shown(self.due_on),
            "data_registro": issued,
            "data_vencimento": shown(self.due_on),
            "id_conta_corrente": 6308812,
            "id_origem": "MANR",
            "numero_documento": self.document_number,
            "numero_parcela": "001/001",
            "status_titulo": self.status,
            "valor_documento": self.amount,
            **contract,
            **withheld,
            **values,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoContract:
    """Omie does not hold it: it is what Concilia's own contracts are to be for this demo."""

    external_id: str
    client_document: str
    """Bare."""
    client_name: str
    title: str
    mrr: Decimal
    starts_on: date
    ends_on: date | None
    cadence: str
    """MONTHLY, QUARTERLY or YEARLY."""
    pro_rata: bool
    billing_day: int
