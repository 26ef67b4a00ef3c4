"""The statements by which clients and their contracts are read without records."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, literal_column, select, true

from adapters.postgres.clients import BY_NAME
from adapters.postgres.contracts import NEWEST
from adapters.postgres.keyset import Keyset
from adapters.postgres.tables import ClientRow, ContractRow, table_of
from adapters.postgres.wire import public
from ports.paging import PageRequest

CLIENTS, CONTRACTS = table_of(ClientRow), table_of(ContractRow)
C = CONTRACTS.c


def client_page(page: PageRequest, columns: Sequence[str]) -> Select[Any]:
    return placed(BY_NAME, select(*_columns(CLIENTS, "client", columns)), page, page.size + 1)


def placed(keyset: Keyset, query: Select[Any], page: PageRequest, size: int) -> Select[Any]:
    """The query of a page, whose places are parameters. The size is none, so that a plan can be kept."""
    after = None if page.after is None else keyset.sides("after")
    before = None if page.before is None else keyset.sides("before")
    return keyset.asked(query, after=after, before=before, backward=page.backward).limit(
        literal_column(str(size))
    )


def contract_pages(clients: PageRequest, page: PageRequest, columns: Sequence[str]) -> Select[Any]:
    """The first contracts of each client of the page; behind the columns comes the client's key."""
    near = placed(BY_NAME, select(CLIENTS.c.id), clients, clients.size).subquery("near")
    theirs = select(*_columns(CONTRACTS, "contract", columns), C.client_id)
    theirs = theirs.where(C.client_id == near.c.id, C.deleted_at.is_(None))
    first = placed(NEWEST, theirs, page, page.size + 1).lateral("first")
    return select(first).select_from(near.join(first, true())).order_by(*_again(first, page))


def _columns(table: FromClause, kind: str, names: Sequence[str]) -> list[ColumnElement[Any]]:
    return [public(table.c.id, kind) if name == "id" else table.c[name] for name in names]


def _again(page: FromClause, asked: PageRequest) -> Sequence[ColumnElement[Any]]:
    """The order of the contracts, by the keys in their columns: a join promises none."""
    keys = [page.c[f"_key{n}"] for n in range(len(NEWEST.order(backward=False)))]
    return [key.asc() if asked.backward else key.desc() for key in keys]
