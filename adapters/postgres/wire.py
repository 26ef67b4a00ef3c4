"""Columns as they go out: what the database says in the outside's words is never made an object of ours."""

from datetime import date
from enum import Enum
from typing import Any

import msgspec
from psycopg import AsyncConnection
from psycopg.types.json import set_json_loads
from psycopg.types.string import TextLoader
from sqlalchemy import ColumnElement, Text, case, cast, func, literal_column

from adapters.postgres.tables import PaymentRow, table_of
from ports.payments import Entidade, Situacao

C = table_of(PaymentRow).c


def situacao(today: date | ColumnElement[date]) -> ColumnElement[str]:
    return case(
        (C.liquidado, Situacao.LIQUIDADO.name),
        (C.data_vencimento < today, Situacao.VENCIDO.name),
        (C.data_vencimento == today, Situacao.VENCE_HOJE.name),
        else_=Situacao.A_VENCER.name,
    )


def named(value: ColumnElement[Any], enum: type[Enum]) -> ColumnElement[str]:
    """An enum that lies in the database by its values, by its names."""
    return case(*((value == member, member.name) for member in enum))


def public(key: ColumnElement[Any], kind: str) -> ColumnElement[str]:
    """What `public_id` makes of the key."""
    return literal_column(f"'{kind}_'", Text) + func.replace(cast(key, Text), "-", "")


def payment_column(name: str, today: ColumnElement[date]) -> ColumnElement[Any]:
    match name:
        case "id":
            return public(C.id, "payment")
        case "situacao":
            return situacao(today)
        case "entidade":
            return named(C.entidade, Entidade)
        case _:
            column: ColumnElement[Any] = C[name]
            return column


def speak_plainly(connection: AsyncConnection[Any]) -> None:
    """The connection gives amounts, days and keys as texts; it has to be in UTC and ISO's order."""
    for kind in ("numeric", "date", "uuid"):
        connection.adapters.register_loader(kind, TextLoader)
    set_json_loads(msgspec.json.decode, connection)
