"""What titles refer to by code: categories, departments, bank accounts, types of document."""

from collections.abc import Callable

from adapters.omie.values import Record, RecordError, code, flag, text
from adapters.omie.wire import Listing
from ports.erp import Entity, ErpRegisterEntry, IssueCode


def _reads(key: str, *inactive: str) -> Callable[[Record], ErpRegisterEntry]:
    """`inactive`: the flags any of which keeps an entry from being used."""

    def read(record: Record) -> ErpRegisterEntry:
        stated, name = text(record, key), text(record, "descricao")
        if stated is None:
            raise RecordError(key)
        if name is None:
            raise RecordError("descricao", IssueCode.NAME_MISSING)
        active = not any(flag(record, reason) for reason in inactive)
        return ErpRegisterEntry(code=stated, name=name, active=active)

    return read


CATEGORIES = Listing(
    entity=Entity.CATEGORY,
    path="geral/categorias",
    method="ListarCategorias",
    array="categoria_cadastro",
    id_field="codigo",
    id_of=text,
    # One that totals others is kept for its name; but no title may be posted to it, so it is not active.
    read=_reads("codigo", "conta_inativa", "totalizadora"),
)
DEPARTMENTS = Listing(
    entity=Entity.DEPARTMENT,
    path="geral/departamentos",
    method="ListarDepartamentos",
    array="departamentos",
    id_field="codigo",
    id_of=text,
    read=_reads("codigo", "inativo"),
)
ACCOUNTS = Listing(
    entity=Entity.ACCOUNT,
    path="geral/contacorrente",
    method="ListarContasCorrentes",
    array="ListarContasCorrentes",
    id_field="nCodCC",
    id_of=code,
    read=_reads("nCodCC", "inativo"),
)
DOCUMENT_TYPES = Listing(
    entity=Entity.DOCUMENT_TYPE,
    path="geral/tiposdoc",
    method="PesquisarTipoDocumento",
    paging=None,
    array="tipo_documento_cadastro",
    id_field="codigo",
    id_of=text,
    read=_reads("codigo"),
)
REGISTERS = {listing.entity: listing for listing in (CATEGORIES, DEPARTMENTS, ACCOUNTS, DOCUMENT_TYPES)}
