"""Omie's records in, Concilia's words out. A record that cannot be kept becomes an issue; the others stay."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Generic, TypeVar

from adapters.omie.values import (
    Record,
    RecordError,
    code,
    day,
    entries,
    flag,
    fold,
    number,
    text,
)
from ports.documents import bare
from ports.erp import Entity, ErpBroken, ErpClient, ErpIssue, ErpPage, ErpTitle, IssueCode
from ports.money import CENT, LARGEST, ZERO, Money, fits

T = TypeVar("T")

_PAGING = (("pagina", "total_de_paginas"), ("nPagina", "nTotPaginas"))
"""Omie's two dialects: this page, how many there are."""

_CUSTOMER = "cliente"
_OTHER_ROLES = frozenset({"fornecedor", "transportadora", "funcionario", "funcionaria", "funcionario(a)"})
_TAXES = ("pis", "cofins", "csll", "ir", "iss", "inss")
_SETTLED = frozenset({"RECEBIDO", "LIQUIDADO", "PAGO"})
_STATUS_NOISE = re.compile(r"^\s*\[[^\]]*\]|[\s_]")


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """Where a listing's records stand in its answer, and how one is read."""

    entity: Entity
    array: str
    id_field: str
    client_field: str | None
    """Names the client of a record that is none itself."""
    read: Callable[[Record], T]


def page(answer: Record, asked: int, listing: Listing[T]) -> ErpPage[T]:
    """The answer to page `asked`; `ErpBroken` when it is not one."""
    records = answer.get(listing.array)
    if not isinstance(records, list):
        raise ErpBroken(f"the answer holds no {listing.array}")
    items: list[T] = []
    issues: list[ErpIssue] = []
    for position, entry in enumerate(records, start=1):
        record = entry if isinstance(entry, dict) else {}
        try:
            items.append(listing.read(record))
        except RecordError as error:
            issues.append(_issue(listing, record, f"page {asked}, record {position}", error))
    return ErpPage(number=asked, last=_last_page(answer, asked), items=items, issues=issues)


def _last_page(answer: Record, asked: int) -> int:
    """As the answer says. Another page than the one asked for would be read over and over: better to stop."""
    for here, total in _PAGING:
        if here not in answer and total not in answer:
            continue
        if (_count(answer, here) or asked) != asked:
            raise ErpBroken("the answer is another page than the one asked for")
        return max(_count(answer, total), asked)
    return asked


def _count(answer: Record, key: str) -> int:
    try:
        return int(code(answer, key) or 0)
    except RecordError as error:
        raise ErpBroken(f"{error.field} is not a number") from None


def _issue(listing: Listing[T], record: Record, place: str, error: RecordError) -> ErpIssue:
    return ErpIssue(
        entity=listing.entity,
        external_id=_code_if_any(record, listing.id_field) or place,
        code=error.code,
        client_code=_code_if_any(record, listing.client_field) if listing.client_field else None,
        params={"field": error.field},
    )


def _code_if_any(record: Record, key: str) -> str | None:
    try:
        return code(record, key)
    except RecordError:
        return None


def _client(record: Record) -> ErpClient:
    return ErpClient(
        code=_required_code(record, "codigo_cliente_omie", IssueCode.UNREADABLE),
        name=_name(record),
        document=_document(record),
        contact_email=_first_email(record),
        active=not flag(record, "inativo"),
        is_customer=_is_customer(record),
    )


def _required_code(record: Record, key: str, missing: IssueCode) -> str:
    stated = code(record, key)
    if stated is None:
        raise RecordError(key, missing)
    return stated


def _name(record: Record) -> str:
    name = text(record, "razao_social") or text(record, "nome_fantasia")
    if name is None:
        raise RecordError("razao_social", IssueCode.NAME_MISSING)
    return name


def _document(record: Record) -> str | None:
    stated = text(record, "cnpj_cpf")
    if stated is None:
        return None
    document = bare(stated)
    if document is None:
        raise RecordError("cnpj_cpf", IssueCode.DOCUMENT_INVALID)
    return document


def _first_email(record: Record) -> str | None:
    """Omie keeps several in one field, parted by commas or semicolons."""
    addresses = re.split("[,;]", text(record, "email") or "")
    return next((address.strip() for address in addresses if address.strip()), None)


def _is_customer(record: Record) -> bool:
    roles = {fold(text(tag, "tag") or "") for tag in entries(record, "tags")}
    return _CUSTOMER in roles or not roles & _OTHER_ROLES


def _title(record: Record) -> ErpTitle:
    status = text(record, "status_titulo") or ""
    state = _STATUS_NOISE.sub("", status).upper()
    return ErpTitle(
        external_id=_required_code(record, "codigo_lancamento_omie", IssueCode.UNREADABLE),
        client_code=_required_code(record, "codigo_cliente_fornecedor", IssueCode.CLIENT_MISSING),
        document_number=text(record, "numero_documento") or text(record, "numero_documento_fiscal"),
        installment=text(record, "numero_parcela"),
        contract_number=text(record, "cNumeroContrato"),
        category=_category(record),
        amount=_amount(record),
        withheld=_withheld(record),
        due_on=_due_day(record),
        issued_on=day(record, "data_emissao"),
        registered_on=day(record, "data_registro"),
        status=status,
        cancelled=state == "CANCELADO",
        settled=state in _SETTLED,
    )


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


def _amount(record: Record) -> Money:
    amount = number(record, "valor_documento")
    if amount is None or not fits(amount) or amount < 0:
        raise RecordError("valor_documento", IssueCode.AMOUNT_INVALID)
    return amount.quantize(CENT)


def _withheld(record: Record) -> Money:
    """The sum of the taxes marked as kept back, each rounded to the cent."""
    kept_back = (f"valor_{tax}" for tax in _TAXES if flag(record, f"retem_{tax}"))
    total = sum((_tax(record, field) for field in kept_back), ZERO)
    if not fits(total):
        raise RecordError("valor_documento", IssueCode.AMOUNT_INVALID)
    return total


def _tax(record: Record, field: str) -> Decimal:
    tax = number(record, field) or ZERO
    if not tax.is_finite() or not 0 <= tax <= LARGEST:
        raise RecordError(field, IssueCode.AMOUNT_INVALID)
    return tax.quantize(CENT, ROUND_HALF_UP)


CLIENTS = Listing(Entity.CLIENT, "clientes_cadastro", "codigo_cliente_omie", None, _client)
RECEIVABLES = Listing(
    Entity.RECEIVABLE,
    "conta_receber_cadastro",
    "codigo_lancamento_omie",
    "codigo_cliente_fornecedor",
    _title,
)
