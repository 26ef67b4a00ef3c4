from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Table,
    delete,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.acknowledgements import hand_over
from adapters.postgres.client_names import every_id
from adapters.postgres.erp_tables import ToleranceRuleRow
from adapters.postgres.keyset import Key, Keyset
from adapters.postgres.rows import RowMapper, among, count_rows, unnested
from adapters.postgres.search import matches
from adapters.postgres.tables import ClientLinkRow, ClientMergeRow, ClientRow, ContractRow, table_of
from adapters.postgres.tolerance_rules import PostgresToleranceRules
from ports.clients import ClientFilter, ClientRecord, ClientStore, ErpLink
from ports.errors import Missing
from ports.paging import Page, PageRequest

CLIENTS, LINKS, RULES = table_of(ClientRow), table_of(ClientLinkRow), table_of(ToleranceRuleRow)
MERGES, CONTRACTS = table_of(ClientMergeRow), table_of(ContractRow)
C, L, M = CLIENTS.c, LINKS.c, MERGES.c
ROWS = RowMapper(ClientRecord, CLIENTS, aside=("links",))
BY_NAME = Keyset(Key("name", func.fold(C.name), str), Key("id", C.id, UUID))

_OUR_LINKS = (
    select(
        func.coalesce(
            func.jsonb_agg(aggregate_order_by(func.jsonb_build_array(L.source, L.code), L.position)),
            literal_column("'[]'::jsonb"),
        ).cast(JSONB)
    )
    .where(L.client_id == C.id)
    .correlate(CLIENTS)
    .scalar_subquery()
    .label("link_pairs")
)
SELECT: Select[Any] = select(*ROWS.columns, _OUR_LINKS)


class PostgresClients(ClientStore):
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, *clients: ClientRecord) -> None:
        await self._insert(CLIENTS, [_to_row(client) for client in clients])
        await self._insert(LINKS, [link for client in clients for link in _links(client)])

    async def save(self, client: ClientRecord) -> None:
        await self._connection.execute(update(CLIENTS).where(C.id == client.id).values(_to_row(client)))
        known = await self._connection.execute(select(L.source, L.code).where(L.client_id == client.id))
        ours = {tuple(row) for row in known}
        gained = [link for link in _links(client) if (link["source"], link["code"]) not in ours]
        await self._insert(LINKS, gained)

    async def _insert(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            fresh = unnested(table, rows)
            await self._connection.execute(insert(table).from_select([*fresh.c.keys()], select(fresh)))

    async def begin_merging(self) -> None:
        await self._connection.execute(select(func.pg_advisory_xact_lock(func.hashtext("client_merges"))))

    async def merge(self, one: ClientRecord, into: UUID, now: datetime) -> None:
        theirs = CONTRACTS.c.client_id == one.id
        moved = {"client_id": into, "version": CONTRACTS.c.version + 1, "updated_at": now}
        await self._connection.execute(update(CONTRACTS).where(theirs).values(moved))
        await self._hand_over_rules(one.id, into, now)
        await hand_over(self._connection, one.id, into)
        await self._connection.execute(delete(CLIENTS).where(C.id == one.id))
        await self._connection.execute(insert(MERGES).values(merged_id=one.id, client_id=into))

    async def _hand_over_rules(self, one: UUID, into: UUID, now: datetime) -> None:
        """Closed months name them, so they stay; but the other one's own rule is in force again."""
        rules = PostgresToleranceRules(self._connection)
        own = (await rules.page(into, PageRequest(1))).items
        moved = update(RULES).where(RULES.c.client_id == one).values(client_id=into).returning(RULES.c.id)
        if (await self._connection.execute(moved)).all() and own:
            await rules.add(own[0].percent, own[0].minimum, into, now, own[0].set_by)

    async def for_update(self, client_id: UUID, path: str = "id") -> ClientRecord:
        # First the lock, then the look: what a subquery saw before the wait would be old.
        if not await self._lock(client_id):
            merged = select(M.client_id).where(M.merged_id == client_id)
            await self._lock((await self._connection.execute(merged)).scalar_one_or_none())
        if not (found := await self.by_ids([client_id])):
            raise Missing(path)
        return found[client_id]

    async def _lock(self, client_id: UUID | None) -> bool:
        held = select(C.id).where(C.id == client_id).with_for_update()
        return (await self._connection.execute(held)).first() is not None

    async def hold(self, source: str, codes: Sequence[str], documents: Sequence[str]) -> None:
        linked = select(L.client_id).where(L.source == source, among(L.code, set(codes)))
        meant = or_(among(C.document, set(documents)), C.id.in_(linked))
        # In one order, so that two who hold the same clients never wait for each other.
        await self._connection.execute(select(C.id).where(meant).order_by(C.id).with_for_update())

    async def read_since(self, source: str, codes: Sequence[str], moment: datetime) -> Collection[str]:
        ours = (L.source == source, among(L.code, set(codes)))
        found = await self._connection.execute(select(L.code).where(*ours, L.read_at > moment))
        return set(found.scalars())

    async def mark_read(self, source: str, codes: Sequence[str], at: datetime) -> None:
        ours = (L.source == source, among(L.code, set(codes)))
        await self._connection.execute(update(LINKS).where(*ours).values(read_at=at))

    async def by_ids(self, ids: Sequence[UUID]) -> Mapping[UUID, ClientRecord]:
        wanted = set(ids)
        found = await self._connection.execute(SELECT.where(among(C.id, wanted)))
        known = {row.id: to_record(row) for row in found}
        if wanted <= known.keys():
            return known
        merged = SELECT.add_columns(M.merged_id).join(MERGES, M.client_id == C.id)
        found = await self._connection.execute(merged.where(among(M.merged_id, wanted)))
        return known | {row.merged_id: to_record(row) for row in found}

    async def every_id(self, client_id: UUID) -> Collection[UUID]:
        return await every_id(self._connection, [client_id])

    async def by_codes(self, source: str, codes: Sequence[str]) -> Mapping[str, ClientRecord]:
        return await self._linked(L.source == source, among(L.code, set(codes)))

    async def by_any_code(self, codes: Sequence[str]) -> Mapping[str, ClientRecord]:
        return await self._linked(among(L.code, set(codes)))

    async def _linked(self, *conditions: ColumnElement[bool]) -> Mapping[str, ClientRecord]:
        query = SELECT.add_columns(L.code.label("link_code")).join(LINKS, L.client_id == C.id)
        found = await self._connection.execute(query.where(*conditions))
        return {row.link_code: to_record(row) for row in found}

    async def by_documents(self, documents: Sequence[str]) -> Mapping[str, ClientRecord]:
        found = await self._connection.execute(SELECT.where(among(C.document, set(documents))))
        return {row.document: to_record(row) for row in found}

    async def page(self, where: ClientFilter, page: PageRequest) -> Page[ClientRecord]:
        query = SELECT.where(*_conditions(where))
        return await BY_NAME.page(self._connection, query, page, to_record)

    async def count(self, where: ClientFilter) -> int:
        return await count_rows(self._connection, CLIENTS, *_conditions(where))


def _to_row(client: ClientRecord) -> dict[str, Any]:
    return ROWS.to_row(client) | {"omie_codigo": client.omie_codigo}


def _links(client: ClientRecord) -> list[dict[str, Any]]:
    return [
        {**link._asdict(), "client_id": client.id, "position": position}
        for position, link in enumerate(client.links)
    ]


def to_record(row: Row[Any]) -> ClientRecord:
    return ROWS.to_record(row, links=tuple(ErpLink(*link) for link in row.link_pairs))


def _conditions(where: ClientFilter) -> Iterator[ColumnElement[bool]]:
    if where.search:
        yield matches(C.search, where.search)
    if where.document is not None:
        yield C.document.in_(where.document)
    if where.active is not None:
        yield C.active.is_(where.active)
    if where.linked is not None:
        linked = exists().where(L.client_id == C.id)
        yield linked if where.linked else ~linked
    if where.omie_codigo is not None:
        yield exists().where(L.client_id == C.id, L.code.in_(where.omie_codigo))
