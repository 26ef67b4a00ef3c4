from collections.abc import Collection, Iterator, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.keyset import Key, Keyset
from adapters.postgres.rows import RowMapper, count_rows, unnested
from adapters.postgres.search import matches
from adapters.postgres.tables import RegisterEntryRow, table_of
from ports.paging import Page, PageRequest
from ports.registers import ReferenceFilter, ReferenceRecord, RegisterKey, RegisterStore

REGISTERS = table_of(RegisterEntryRow)
C = REGISTERS.c
ROWS = RowMapper(ReferenceRecord, REGISTERS)
BY_NAME = Keyset(Key("name", func.fold(C.name), str), Key("id", C.id, UUID))
KEY = "register_entries_key"


class PostgresRegisters(RegisterStore):
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def known(self, keys: Collection[RegisterKey]) -> Mapping[RegisterKey, ReferenceRecord]:
        if not keys:
            return {}
        wanted = unnested(REGISTERS, [key._asdict() for key in keys])
        query = select(*ROWS.columns).join(wanted, (C.kind == wanted.c.kind) & (C.code == wanted.c.code))
        found = [ROWS.to_record(row) for row in await self._connection.execute(query)]
        return {entry.key: entry for entry in found}

    async def fill(self, entries: Sequence[ReferenceRecord]) -> None:
        if not entries:
            return
        # In one order, so that two who fill the same entries never wait for each other.
        ordered = sorted(entries, key=lambda entry: (entry.kind.value, entry.code))
        fresh = unnested(REGISTERS, [ROWS.to_row(entry) for entry in ordered])
        statement = insert(REGISTERS).from_select([*fresh.c.keys()], select(fresh))
        gained = statement.excluded.external_id
        await self._connection.execute(
            statement.on_conflict_do_update(
                constraint=KEY,
                set_={"external_id": gained},
                where=C.external_id.is_(None) & gained.is_not(None),
            )
        )

    async def follow(self, entries: Sequence[ReferenceRecord]) -> None:
        latest = {entry.key: entry for entry in entries}
        if not latest:
            return
        ordered = sorted(latest.values(), key=lambda entry: (entry.kind.value, entry.code))
        fresh = unnested(REGISTERS, [ROWS.to_row(entry) for entry in ordered])
        statement = insert(REGISTERS).from_select([*fresh.c.keys()], select(fresh))
        stated = {name: statement.excluded[name] for name in ("name", "active")}
        differs = or_(*(C[name].is_distinct_from(value) for name, value in stated.items()))
        await self._connection.execute(
            statement.on_conflict_do_update(constraint=KEY, set_=stated, where=differs)
        )

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
