from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, Text, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.audit_tables import AuditEntryRow, AuditLinkRow, AuditUnsealedRow
from adapters.postgres.keyset import Key, Keyset
from adapters.postgres.rows import RowMapper, count_rows
from adapters.postgres.tables import table_of
from ports.audit import AuditEntry, AuditStore, Link, Linked, Tail
from ports.paging import Page, PageRequest

ENTRIES, UNSEALED, LINKS = table_of(AuditEntryRow), table_of(AuditUnsealedRow), table_of(AuditLinkRow)
E, U, L = ENTRIES.c, UNSEALED.c, LINKS.c
JSON_FIELDS = ("facts", "personal")
ENTRY_ROWS = RowMapper(AuditEntry, ENTRIES, aside=JSON_FIELDS)
LINK_ROWS = RowMapper(Link, LINKS)
NEWEST = Keyset(Key("number", E.number, int, True))

# Digests are of Postgres' own text of the JSON, which is the same for the same value.
SELECT: Select[Any] = select(*ENTRY_ROWS.columns, *(E[name].cast(Text).label(name) for name in JSON_FIELDS))


class PostgresAudit(AuditStore):
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def unsealed(self, limit: int) -> Sequence[AuditEntry]:
        mine = select(func.pg_try_advisory_xact_lock(func.hashtext("audit_links")))
        if not (await self._connection.execute(mine)).scalar_one():
            return []
        query = SELECT.join(UNSEALED, U.number == E.number).order_by(U.number).limit(limit)
        return [_to_entry(row) for row in await self._connection.execute(query)]

    async def newest_link(self) -> Link | None:
        query = select(*LINK_ROWS.columns).order_by(L.position.desc()).limit(1)
        return await LINK_ROWS.find(self._connection, query)

    async def seal(self, links: Sequence[Link]) -> None:
        await self._connection.execute(insert(LINKS), [asdict(link) for link in links])
        numbers = [link.number for link in links]
        await self._connection.execute(delete(UNSEALED).where(U.number.in_(numbers)))

    async def chain(self, after: int, limit: int) -> Sequence[Linked]:
        link_columns = (column.label(f"link_{column.key}") for column in LINK_ROWS.columns)
        query = SELECT.add_columns(*link_columns).select_from(LINKS.outerjoin(ENTRIES, E.number == L.number))
        part = query.where(L.position > after).order_by(L.position).limit(limit)
        return [_to_linked(row) for row in await self._connection.execute(part)]

    async def tail(self) -> Tail:
        unsealed = await count_rows(
            self._connection, ENTRIES.outerjoin(LINKS, L.number == E.number), L.number.is_(None)
        )
        newest = select(E.at).join(LINKS, L.number == E.number).order_by(L.position.desc()).limit(1)
        return Tail(unsealed, (await self._connection.execute(newest)).scalar_one_or_none())

    async def page(self, kind: str, record_id: UUID, page: PageRequest) -> Page[AuditEntry]:
        query = SELECT.where(E.kind == kind, E.record_id == record_id)
        return await NEWEST.page(self._connection, query, page, _to_entry)

    async def count(self, kind: str, record_id: UUID) -> int:
        return await count_rows(self._connection, ENTRIES, E.kind == kind, E.record_id == record_id)


def _to_entry(row: Row[Any]) -> AuditEntry:
    return ENTRY_ROWS.to_record(row, facts=row.facts, personal=row.personal)


def _to_linked(row: Row[Any]) -> Linked:
    link = Link(
        row.link_position, row.link_number, row.link_facts_digest, row.link_personal_digest, row.link_hash
    )
    return Linked(link, None if row.number is None else _to_entry(row))
