"""The JSON that Omie makes of its records. Each of its services has names of its own for the same facts."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from adapters.omie.demo.documents import punctuated
from adapters.omie.demo.records import DemoClient, DemoEntry, DemoReceipt, DemoTitle
from ports.calendar import SAO_PAULO
from ports.erp import Side
from ports.money import ZERO

Json: TypeAlias = dict[str, object]

ACCOUNT = 6308812
_TAXES = ("pis", "cofins", "csll", "ir", "iss", "inss")
_NOBODY = DemoClient(code=0, name="")


def shown(day: date | None) -> str:
    """`dd/mm/aaaa`, empty for none."""
    return f"{day:%d/%m}/{day.year:04}" if day else ""


def info(created_at: datetime, altered_at: datetime | None) -> Json:
    """A record that was never altered bears the moment when it was made twice."""
    made, last = (moment.astimezone(SAO_PAULO) for moment in (created_at, altered_at or created_at))
    return {
        "cImpAPI": "N",
        "dAlt": shown(last),
        "dInc": shown(made),
        "hAlt": f"{last:%H:%M:%S}",
        "hInc": f"{made:%H:%M:%S}",
        "uAlt": "P000991234",
        "uInc": "P000991234",
    }


def client_json(client: DemoClient) -> Json:
    return {
        "bairro": "CENTRO",
        "bloquear_faturamento": "N",
        "caracteristicas": [],
        "cidade": "CAMPINAS (SP)",
        "cnpj_cpf": punctuated(client.document),
        "codigo_cliente_integracao": "",
        "codigo_cliente_omie": client.code,
        "codigo_pais": "1058",
        "email": client.email,
        "enderecoEntrega": {},
        "estado": "SP",
        "exterior": "N" if client.document else "S",
        "inativo": "N" if client.active else "S",
        "info": info(client.created_at, client.altered_at),
        "nome_fantasia": client.name.upper(),
        "pessoa_fisica": "S" if len(client.document) == 11 else "N",
        "razao_social": client.name,
        "tags": [{"tag": tag} for tag in client.tags],
    }


def title_json(title: DemoTitle) -> Json:
    """Like Omie, it leaves out a contract number that is empty, and says nothing of what was received."""
    contract = {"cNumeroContrato": title.contract} if title.contract else {}
    return {
        "bloqueado": "N",
        "categorias": [{"codigo_categoria": title.category, "percentual": 100, "valor": title.amount}],
        "codigo_categoria": title.category,
        "codigo_cliente_fornecedor": title.client_code,
        "codigo_lancamento_integracao": "",
        "codigo_lancamento_omie": title.code,
        "codigo_projeto": 0,
        "codigo_tipo_documento": title.document_type,
        "data_emissao": shown(title.issued_on),
        "data_previsao": shown(title.due_on),
        "data_vencimento": shown(title.due_on),
        "distribuicao": [{"cCodDep": title.department, "nPerDep": 100, "nValDep": title.amount}],
        "id_conta_corrente": ACCOUNT,
        "info": info(title.created_at, title.altered_at),
        "numero_documento": title.document_number,
        "numero_parcela": "001/001",
        "status_titulo": title.status,
        "valor_documento": title.amount,
        **contract,
        **{f"retem_{tax}": "S" if tax in title.taxes else "N" for tax in _TAXES},
        **{f"valor_{tax}": title.taxes.get(tax, 0) for tax in _TAXES},
        **(_receivable(title) if title.side is Side.RECEIVABLE else _payable(title)),
    }


def _receivable(title: DemoTitle) -> Json:
    boleto = {"cGerado": "N", "cNumBoleto": "", "nPerJuros": 1, "nPerMulta": 2}
    return {"boleto": boleto, "data_registro": shown(title.issued_on), "id_origem": "MANR"}


def _payable(title: DemoTitle) -> Json:
    return {
        "cnab_integracao_bancaria": None,
        "data_entrada": shown(title.issued_on),
        "id_origem": "MANP",
        "servico_tomado": None,
        "valor_pag": title.open,
    }


def settlement_json(title: DemoTitle, client: DemoClient | None) -> Json:
    taxes = {f"nValor{tax.upper()}": title.taxes.get(tax, 0) for tax in _TAXES}
    return {
        "cabecTitulo": {
            "aCodCateg": [{"cCodCateg": title.category, "nPerc": 100, "nValor": title.amount}],
            "cCPFCNPJCliente": punctuated((client or _NOBODY).document),
            "cCodCateg": title.category,
            "cNatureza": title.side.value,
            "cNumParcela": "001/001",
            "cNumTitulo": title.document_number,
            "cStatus": title.status,
            "cTipo": title.document_type,
            "dDtEmissao": shown(title.issued_on),
            "dDtRegistro": shown(title.issued_on),
            "dDtVenc": shown(title.due_on),
            "nCodCC": ACCOUNT,
            "nCodCliente": title.client_code,
            "nCodTitulo": title.code,
            "nValorTitulo": title.amount,
            **taxes,
            **{f"cRet{tax.upper()}": "S" if tax in title.taxes else "N" for tax in _TAXES},
        },
        "departamentos": [
            {"cCodDepartamento": title.department, "nDistrPercentual": 100, "nDistrValor": title.amount}
        ],
        "lancamentos": [_receipt(receipt, title.side) for receipt in title.receipts],
        "resumo": _summary(title),
    }


def _receipt(receipt: DemoReceipt, side: Side) -> Json:
    return {
        "cCodIntLanc": "",
        "cNatureza": side.value,
        "cObsLanc": "",
        "dDtLanc": shown(receipt.on),
        "nCodCC": ACCOUNT,
        "nCodLanc": receipt.code,
        "nDesconto": receipt.discount,
        "nIdLancCC": receipt.code - 1,
        "nJuros": receipt.interest,
        "nMulta": receipt.fine,
        "nValLanc": receipt.amount,
    }


def _summary(title: DemoTitle) -> Mapping[str, str | Decimal]:
    def total(of: Callable[[DemoReceipt], Decimal]) -> Decimal:
        return sum(map(of, title.receipts), ZERO)

    discount, interest = total(lambda one: one.discount), total(lambda one: one.interest)
    fine = total(lambda one: one.fine)
    return {
        "cLiquidado": "S" if title.settled else "N",
        "nDesconto": discount,
        "nJuros": interest,
        "nMulta": fine,
        "nValAberto": title.open,
        "nValLiquido": title.paid - discount + interest + fine,
        "nValPago": title.paid,
    }


def category_json(entry: DemoEntry) -> Json:
    return {
        "categoria_superior": entry.code.rpartition(".")[0],
        "codigo": entry.code,
        "conta_despesa": "S" if entry.code.startswith("2") else "N",
        "conta_inativa": "N" if entry.active else "S",
        "conta_receita": "S" if entry.code.startswith("1") else "N",
        "dadosDRE": {},
        "descricao": entry.name,
        "id_conta_contabil": "",
        "nao_exibir": "N",
        "natureza": "",
        "totalizadora": "S" if entry.totals else "N",
        "transferencia": "N",
    }


def department_json(entry: DemoEntry) -> Json:
    return {
        "codigo": entry.code,
        "descricao": entry.name,
        "estrutura": "001",
        "inativo": "N" if entry.active else "S",
    }


def account_json(entry: DemoEntry) -> Json:
    return {
        "bloqueado": "N",
        "cCodCCInt": "",
        "codigo_banco": "077",
        "descricao": entry.name,
        "inativo": "N" if entry.active else "S",
        "nCodCC": int(entry.code),
        "saldo_inicial": 0,
        "tipo_conta_corrente": "CC",
    }


def document_type_json(entry: DemoEntry) -> Json:
    return {"codigo": entry.code, "descricao": entry.name}
