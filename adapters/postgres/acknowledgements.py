from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, select, update
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.closing_tables import ClosingRow
from adapters.postgres.erp_tables import AcknowledgementRow
from adapters.postgres.rows import RowMapper, among, unnested
from adapters.postgres.tables import table_of
from ports.acknowledgements import AcknowledgementRecord, AcknowledgementStore, acknowledgement_id

ACKNOWLEDGEMENTS, CLOSINGS = table_of(AcknowledgementRow), table_of(ClosingRow)
C = ACKNOWLEDGEMENTS.c
ROWS = RowMapper(AcknowledgementRecord, ACKNOWLEDGEMENTS)
NEWS = ("reason", "note", "owner", "by", "at", "divergence")
"""What another acknowledgement of the same line replaces."""


class PostgresAcknowledgements(AcknowledgementStore):
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def by_ids(self, ids: Sequence[UUID]) -> Mapping[UUID, AcknowledgementRecord]:
        found = await self._connection.execute(select(*ROWS.columns).where(among(C.id, ids)))
        return {row.id: ROWS.to_record(row) for row in found}

    async def put(self, acknowledgements: Sequence[AcknowledgementRecord]) -> None:
        if acknowledgements:
            # In the order in which a sync holds clients, so that neither waits for the other in a circle.
            in_order = sorted(acknowledgements, key=lambda one: str(one.client_id))
            upsert = _insert(in_order)
            news = {name: upsert.excluded[name] for name in NEWS}
            await self._connection.execute(upsert.on_conflict_do_update(index_elements=[C.id], set_=news))

    async def remove(self, ids: Sequence[UUID]) -> None:
        await self._connection.execute(delete(ACKNOWLEDGEMENTS).where(among(C.id, ids)))


async def hand_over(connection: AsyncConnection, one: UUID, into: UUID) -> None:
    """Make one client's acknowledgements the other one's, but for lines where that one has its own.

    A closed month keeps a line of each, hence what was said of each.
    """
    stays = update(ACKNOWLEDGEMENTS).where(C.client_id == one, _of_a_closed_month())
    await connection.execute(stays.values(client_id=into))
    taken = delete(ACKNOWLEDGEMENTS).where(C.client_id == one).returning(*ROWS.columns)
    theirs = [replace(ROWS.to_record(row), client_id=into) for row in await connection.execute(taken)]
    if theirs:
        moved = [replace(record, id=acknowledgement_id(record.source, record.ref)) for record in theirs]
        await connection.execute(_insert(moved).on_conflict_do_nothing())


def _of_a_closed_month() -> ColumnElement[bool]:
    month = (CLOSINGS.c[name] == C[name] for name in ("source", "period", "basis"))
    return exists().where(*month, CLOSINGS.c.reopened_at.is_(None))


def _insert(records: Sequence[AcknowledgementRecord]) -> Insert:
    fresh = unnested(ACKNOWLEDGEMENTS, list(map(ROWS.to_row, records)))
    return insert(ACKNOWLEDGEMENTS).from_select([*fresh.c.keys()], select(fresh))
