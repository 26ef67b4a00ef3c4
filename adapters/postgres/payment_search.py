"""Searching payments: by their own texts, and by the document of the client on file behind them."""

import re
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, any_, cast, func, or_, select, true

from adapters.postgres.search import contains
from adapters.postgres.tables import ClientLinkRow, ClientRow, PaymentRow, table_of

C = table_of(PaymentRow).c
CLIENT, LINK = table_of(ClientRow).c, table_of(ClientLinkRow).c

PUNCTUATION = re.compile(r"[.\-/]")
PART = re.compile(r"(?=.*[0-9])[0-9A-Z]{5,14}")
"""The shape of a CPF, a CNPJ or a good part of one: the 0001 in nearly every CNPJ is not."""


def found(search: str) -> ColumnElement[bool]:
    """Each word stands in a text of the payment or, if it may be one, in its client's document."""
    return and_(true(), *(_holds(word) for word in search.split()))


def _holds(word: str) -> ColumnElement[bool]:
    texts = contains(C.search, word)
    if (part := _part_of_document(word)) is None:
        return texts
    # The folded text has the index, and a name in it that may hold the figures as well.
    clients = select(CLIENT.id).where(contains(CLIENT.search, part), CLIENT.document.contains(part))
    codes = select(LINK.code).where(LINK.client_id.in_(clients))
    ids = clients.with_only_columns("client_" + func.replace(cast(CLIENT.id, String), "-", ""))
    # Arrays, looked up first: so each side is an index condition and Postgres may unite them.
    return or_(texts, C.cliente_external_id == _any(codes), C.cliente_id == _any(ids))


def _part_of_document(word: str) -> str | None:
    """The word bare and upper case, as documents are kept; None when it cannot be part of one."""
    bare = PUNCTUATION.sub("", word).upper()
    return bare if PART.fullmatch(bare) else None


def _any(query: Select[Any]) -> ColumnElement[Any]:
    return any_(func.array(query.scalar_subquery()))
