"""What lists of payments walk along: each order, and each common filter in the order of due days.

Every one of them costs an import a tenth of a second or two for 100,000 payments; `make bench` tells what
lists cost with them.
"""

from collections.abc import Iterator

from sqlalchemy import Index, text

DUE = ("data_vencimento", "id")


def payment_lists() -> Iterator[Index]:
    yield _live("by_due", *DUE)
    yield _live("open_by_due", *DUE, only="NOT liquidado")
    yield _live("settled_by_due", *DUE, only="liquidado")
    yield _live("by_settlement", "coalesce(data_liquidacao, '9999-12-31'::date)", "id")
    for name in ("valor_total", "cadastrado_em", "modificado_em", "descricao"):
        yield _live(f"by_{name}", name, "id")
    yield _live("of_entidade", "entidade", *DUE)
    for name in ("plano_contas", "centro_custo", "conta_bancaria", "forma_pagamento"):
        yield _named(f"of_{name}", f"{name}_id", *DUE)
    for name in ("cliente", "fornecedor", "loja"):
        yield _named(f"of_{name}", f"{name}_id", *DUE)
    for name in ("codigo", "cliente_external_id"):
        yield _named(f"of_{name}", name)
    for name in ("data_competencia", "data_liquidacao"):
        yield _named(f"of_{name}", name, "data_vencimento")
    yield Index("payments_deleted", *DUE, postgresql_where=text("deletado_em IS NOT NULL"))


def _live(name: str, *columns: str, only: str = "") -> Index:
    """Of the payments that are not deleted, and of those alone where `only` holds."""
    condition = f"deletado_em IS NULL AND {only}" if only else "deletado_em IS NULL"
    parts = (text(column) if "(" in column else column for column in columns)
    return Index(f"payments_{name}", *parts, postgresql_where=text(condition))


def _named(name: str, first: str, *more: str) -> Index:
    """Of the live payments that have the first column at all."""
    return _live(name, first, *more, only=f"{first} IS NOT NULL")
