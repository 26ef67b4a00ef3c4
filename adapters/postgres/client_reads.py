"""The statements by which clients and their contracts are read without records."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, FromClause, Integer, Select, bindparam, func, select

from adapters.postgres.clients import BY_NAME
from adapters.postgres.contracts import NEWEST
from adapters.postgres.keyset import Keyset
from adapters.postgres.tables import ClientRow, ContractRow, table_of
from adapters.postgres.wire import public
from ports.paging import PageRequest

CLIENTS, CONTRACTS = table_of(ClientRow), table_of(ContractRow)
C = CONTRACTS.c
SIZE: ColumnElement[int] = bindparam("size", type_=Integer)


def client_page(page: PageRequest, columns: Sequence[str]) -> Select[Any]:
    return placed(BY_NAME, select(*_columns(CLIENTS, "client", columns)), page)


def placed(keyset: Keyset, query: Select[Any], page: PageRequest) -> Select[Any]:
    """The query of a page, whose places and size are parameters."""
    after = None if page.after is None else keyset.sides("after")
    before = None if page.before is None else keyset.sides("before")
    return keyset.asked(query, after=after, before=before, backward=page.backward).limit(SIZE)


def contract_pages(page: PageRequest, columns: Sequence[str]) -> Select[Any]:
    """The client's key comes first."""
    place = func.row_number().over(partition_by=C.client_id, order_by=NEWEST.order(backward=page.backward))
    theirs = C.client_id == func.any(bindparam("clients", type_=ARRAY(C.client_id.type)))
    near = select(C.id, place.label("place")).where(theirs, C.deleted_at.is_(None)).subquery()
    query = select(C.client_id, *_columns(CONTRACTS, "contract", columns))
    query = query.join_from(CONTRACTS, near, near.c.id == C.id).where(near.c.place <= SIZE)
    return NEWEST.asked(query, after=None, before=None, backward=page.backward)


def _columns(table: FromClause, kind: str, names: Sequence[str]) -> list[ColumnElement[Any]]:
    return [public(table.c.id, kind) if name == "id" else table.c[name] for name in names]
