"""Registers of people and companies: customers, suppliers, carriers and staff stand in the same one."""

import re

from adapters.omie.values import Record, RecordError, entries, flag, fold, required_code, text
from adapters.omie.wire import Listing
from ports.documents import bare
from ports.erp import Entity, ErpClient, IssueCode

_CUSTOMER = "cliente"
_SUPPLIER = "fornecedor"
_OTHER_ROLES = frozenset({_SUPPLIER, "transportadora", "funcionario", "funcionaria", "funcionario(a)"})


def _client(record: Record) -> ErpClient:
    roles = {fold(text(tag, "tag") or "") for tag in entries(record, "tags")}
    return ErpClient(
        code=required_code(record, "codigo_cliente_omie"),
        name=_name(record),
        document=_document(record),
        contact_email=_first_email(record),
        active=not flag(record, "inativo"),
        is_customer=_CUSTOMER in roles or not roles & _OTHER_ROLES,
        is_supplier=_SUPPLIER in roles,
    )


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
        raise RecordError("cnpj_cpf", IssueCode.DOCUMENT_INVALID, document=stated)
    return document


def _first_email(record: Record) -> str | None:
    """Omie keeps several in one field, parted by commas or semicolons."""
    addresses = re.split("[,;]", text(record, "email") or "")
    return next((address.strip() for address in addresses if address.strip()), None)


CLIENTS = Listing(
    entity=Entity.CLIENT,
    path="geral/clientes",
    method="ListarClientes",
    array="clientes_cadastro",
    id_field="codigo_cliente_omie",
    read=_client,
)
