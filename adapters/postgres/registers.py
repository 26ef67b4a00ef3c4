from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, exists, func, or_, select
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.keyset import Key, Keyset
from adapters.postgres.rows import Batch, RowMapper, count_rows
from adapters.postgres.search import matches
from adapters.postgres.tables import RegisterEntryRow, table_of
from ports.paging import Page, PageRequest
from ports.registers import ReferenceFilter, ReferenceRecord, RegisterKey, RegisterStore

REGISTERS = table_of(RegisterEntryRow)
C = REGISTERS.c
ROWS = RowMapper(ReferenceRecord, REGISTERS)
BY_NAME = Keyset(Key("name", func.fold(C.name), str), Key("id", C.id, UUID))
KEY = "register_entries_key"

WANTED = Batch(REGISTERS, "kind", "code")
KNOWN = select(*ROWS.columns).join(
    WANTED.rows, (C.kind == WANTED.rows.c.kind) & (C.code == WANTED.rows.c.code)
)
FRESH = Batch(REGISTERS, *(column.name for column in ROWS.columns))


def _in_order(fresh: FromClause) -> Select[Any]:
    """So that two who write the same entries never wait for each other."""
    return select(fresh).order_by(fresh.c.kind, fresh.c.code)


def filling(fresh: FromClause, *conditions: ColumnElement[bool]) -> Insert:
    """What is known already is not even touched: everybody's payments name the same entries."""
    complete = or_(C.external_id.is_not(None), fresh.c.external_id.is_(None))
    known = exists().where(C.kind == fresh.c.kind, C.code == fresh.c.code, complete)
    news = _in_order(fresh).where(~known, *conditions)
    statement = insert(REGISTERS).from_select([*fresh.c.keys()], news)
    gained = statement.excluded.external_id
    return statement.on_conflict_do_update(
        constraint=KEY,
        set_={"external_id": gained},
        where=C.external_id.is_(None) & gained.is_not(None),
    )


def _following() -> Insert:
    statement = insert(REGISTERS).from_select([*FRESH.rows.c.keys()], _in_order(FRESH.rows))
    stated = {name: statement.excluded[name] for name in ("name", "active")}
    differs = or_(*(C[name].is_distinct_from(value) for name, value in stated.items()))
    return statement.on_conflict_do_update(constraint=KEY, set_=stated, where=differs)


FILL, FOLLOW = filling(FRESH.rows), _following()


class PostgresRegisters(RegisterStore):
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def known(self, keys: Collection[RegisterKey]) -> Mapping[RegisterKey, ReferenceRecord]:
        if not keys:
            return {}
        wanted = WANTED.of([key._asdict() for key in keys])
        found = [ROWS.to_record(row) for row in await self._connection.execute(KNOWN, wanted)]
        return {entry.key: entry for entry in found}

    async def fill(self, entries: Sequence[ReferenceRecord]) -> None:
        await self._write(FILL, entries)

    async def follow(self, entries: Sequence[ReferenceRecord]) -> None:
        await self._write(FOLLOW, list({entry.key: entry for entry in entries}.values()))

    async def _write(self, statement: Insert, entries: Sequence[ReferenceRecord]) -> None:
        if entries:
            await self._connection.execute(statement, FRESH.of(list(map(ROWS.to_row, entries))))

    async def save(self, entry: ReferenceRecord) -> ReferenceRecord:
        written = {name: value for name, value in ROWS.to_row(entry).items() if name not in ("id", "source")}
        statement = insert(REGISTERS).values(ROWS.to_row(entry))
        saved = statement.on_conflict_do_update(constraint=KEY, set_=written).returning(*ROWS.columns)
        return ROWS.to_record((await self._connection.execute(saved)).one())

    async def get(self, entry_id: UUID) -> ReferenceRecord | None:
        return await ROWS.find(self._connection, select(*ROWS.columns).where(C.id == entry_id))

    async def page(self, where: ReferenceFilter, page: PageRequest) -> Page[ReferenceRecord]:
        query = select(*ROWS.columns).where(*_conditions(where))
        return await BY_NAME.page(self._connection, query, page, ROWS.to_record)

    async def count(self, where: ReferenceFilter) -> int:
        return await count_rows(self._connection, REGISTERS, *_conditions(where))


def _conditions(where: ReferenceFilter) -> Iterator[ColumnElement[bool]]:
    yield C.kind == where.kind
    if where.search:
        yield matches(C.search, where.search)
    if where.active is not None:
        yield C.active.is_(where.active)
