"""Receivables and payables: the same record but for the name of one date."""

import re
from collections.abc import Callable
from datetime import date

from adapters.omie.values import Record, RecordError, amount, day, entries, extra, flag, required_code, text
from adapters.omie.wire import Listing
from ports.erp import Entity, ErpTitle, IssueCode, Side
from ports.money import ZERO, Money, fits

_TAXES = ("pis", "cofins", "csll", "ir", "iss", "inss")
_SETTLED = frozenset({"RECEBIDO", "LIQUIDADO", "PAGO"})
_STATUS_NOISE = re.compile(r"^\s*\[[^\]]*\]|[\s_]")


def _reads(registered: str) -> Callable[[Record], ErpTitle]:
    """`registered` names the day of the registration."""

    def read(record: Record) -> ErpTitle:
        status = text(record, "status_titulo") or ""
        state = _STATUS_NOISE.sub("", status).upper()
        return ErpTitle(
            external_id=required_code(record, "codigo_lancamento_omie"),
            client_code=required_code(record, "codigo_cliente_fornecedor", IssueCode.CLIENT_MISSING),
            document_number=text(record, "numero_documento") or text(record, "numero_documento_fiscal"),
            installment=text(record, "numero_parcela"),
            contract_number=text(record, "cNumeroContrato"),
            category=_category(record),
            amount=amount(record, "valor_documento"),
            withheld=_withheld(record),
            due_on=_due_day(record),
            issued_on=day(record, "data_emissao"),
            registered_on=day(record, registered),
            status=status,
            cancelled=state == "CANCELADO",
            settled=state in _SETTLED,
        )

    return read


def _due_day(record: Record) -> date:
    due_on = day(record, "data_vencimento")
    if due_on is None:
        raise RecordError("data_vencimento", IssueCode.DUE_DATE_MISSING)
    return due_on


def _category(record: Record) -> str | None:
    """A title split over several categories has none of its own."""
    split = entries(record, "categorias")
    only = split[0] if len(split) == 1 else {}
    return text(record, "codigo_categoria") or text(only, "codigo_categoria")


def _withheld(record: Record) -> Money:
    """The sum of the taxes marked as kept back, each rounded to the cent."""
    kept_back = (f"valor_{tax}" for tax in _TAXES if flag(record, f"retem_{tax}"))
    total = sum((extra(record, field) for field in kept_back), ZERO)
    if not fits(total):
        raise RecordError("valor_documento", IssueCode.AMOUNT_INVALID)
    return total


RECEIVABLES = Listing(
    entity=Entity.RECEIVABLE,
    path="financas/contareceber",
    method="ListarContasReceber",
    array="conta_receber_cadastro",
    id_field="codigo_lancamento_omie",
    client_field="codigo_cliente_fornecedor",
    read=_reads("data_registro"),
)
PAYABLES = Listing(
    entity=Entity.PAYABLE,
    path="financas/contapagar",
    method="ListarContasPagar",
    array="conta_pagar_cadastro",
    id_field="codigo_lancamento_omie",
    client_field="codigo_cliente_fornecedor",
    read=_reads("data_entrada"),
)
TITLES = {Side.RECEIVABLE: RECEIVABLES, Side.PAYABLE: PAYABLES}
