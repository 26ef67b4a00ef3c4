"""The statements by which clients and their contracts are read without records."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, any_, func, literal_column, select

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
    """The first contracts of each client of the page, client by client; behind the columns comes its key.

    All are numbered in one go: a LATERAL, which looks into each client anew, costs the database half as much
    again.
    """
    near = placed(BY_NAME, select(CLIENTS.c.id), clients, clients.size).subquery("near")
    live = C.client_id == any_(func.array(select(near.c.id).scalar_subquery())), C.deleted_at.is_(None)
    theirs = select(*_columns(CONTRACTS, "contract", columns), C.client_id).where(*live)
    order = NEWEST.order(backward=page.backward)
    place = func.row_number().over(partition_by=C.client_id, order_by=order).label("place")
    numbered = NEWEST.with_keys(theirs).add_columns(place).subquery("numbered")
    *shown, last = numbered.c
    first = select(*shown).where(last <= literal_column(str(page.size + 1)))
    return first.order_by(numbered.c.client_id, *_again(numbered, page))


def _columns(table: FromClause, kind: str, names: Sequence[str]) -> list[ColumnElement[Any]]:
    return [public(table.c.id, kind) if name == "id" else table.c[name] for name in names]


def _again(rows: FromClause, asked: PageRequest) -> Sequence[ColumnElement[Any]]:
    """The order in which they were numbered, by the keys in their columns."""
    keys = [rows.c[f"_key{n}"] for n in range(len(NEWEST.order(backward=False)))]
    return [key.asc() if asked.backward else key.desc() for key in keys]
