"""Rows and records hold the same fields under the same names; the column types do the translating."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from itertools import starmap
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    Row,
    Select,
    Table,
    TableValuedAlias,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

R = TypeVar("R")


class RowMapper(Generic[R]):
    """Between one record class and its table. `aside` names fields that lie in another table."""

    def __init__(self, record: type[R], table: Table, *, aside: Sequence[str] = ()) -> None:
        self._record = record
        self._table = table
        self._names = [field.name for field in fields(record) if field.name not in aside]  # type: ignore[arg-type]
        self.columns: list[ColumnElement[Any]] = [table.c[name] for name in self._names]

    def to_row(self, record: R) -> dict[str, Any]:
        return {name: getattr(record, name) for name in self._names}

    def to_record(self, row: Row[Any], **aside: Any) -> R:
        # The record's columns come first in every select; by place is several times faster than by name.
        return self._record(**dict(zip(self._names, row, strict=False)), **aside)

    def as_json(self) -> TableValuedAlias:
        """Records that come as a JSON list, in a parameter of the table's name, as rows to build statements
        on."""
        row: ColumnElement[Any] = literal_column(f"CAST(NULL AS {self._table.name})")
        told = cast(bindparam(self._table.name), JSONB)
        columns = (column(name, self._table.c[name].type) for name in self._names)
        return func.jsonb_populate_recordset(row, told).table_valued(*columns, name=f"new_{self._table.name}")

    async def find(self, connection: AsyncConnection, query: Select[Any]) -> R | None:
        """The record of the only row, or None."""
        row = (await connection.execute(query)).one_or_none()
        return None if row is None else self.to_record(row)


class Batch:
    """Rows of some of a table's columns, as a table to build statements on.

    However many they are, they are one parameter a column: a statement is built once, for any number.
    """

    def __init__(self, table: Table, *names: str) -> None:
        self._names = names
        types = {name: table.c[name].type for name in names}
        arrays = [bindparam(f"each_{name}", type_=ARRAY(type_)) for name, type_ in types.items()]
        rows = func.unnest(*arrays).table_valued(*starmap(column, types.items()))
        self.rows: TableValuedAlias = rows.render_derived()

    def of(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
        """The parameters of a statement for these rows."""
        return {f"each_{name}": [row[name] for row in rows] for name in self._names}


def unnested(table: Table, rows: Sequence[Mapping[str, Any]]) -> TableValuedAlias:
    """Rows of some of the table's columns, as a table. However many, they are one parameter a column."""
    types = {name: table.c[name].type for name in rows[0]}
    arrays = [bindparam(None, [row[name] for row in rows], ARRAY(type_)) for name, type_ in types.items()]
    return func.unnest(*arrays).table_valued(*starmap(column, types.items())).render_derived()


def among(column: ColumnElement[Any], values: Collection[Any] | None) -> ColumnElement[bool]:
    """One of these, which are one parameter however many they are; None asks nothing."""
    if values is None:
        return true()
    return column == func.any(bindparam(None, list(values), ARRAY(column.type)))


async def count_rows(connection: AsyncConnection, table: FromClause, *conditions: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(table).where(*conditions)
    return int((await connection.execute(query)).scalar_one())
