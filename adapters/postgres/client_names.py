"""A client that took in another goes by its id too: payments keep the id that they were sent with."""

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.rows import among
from adapters.postgres.tables import ClientMergeRow, table_of
from ports.ids import parse_public_id, public_id
from ports.payments import PaymentFilter

M = table_of(ClientMergeRow).c
CLIENT = "client"


async def by_every_name(connection: AsyncConnection, where: PaymentFilter) -> PaymentFilter:
    """The filter, asking for each client by all the ids that it has had."""
    asked = where.cliente_id or ()
    parsed = (parse_public_id(name) for name in asked)
    keys = [found[1] for found in parsed if found and found[0] == CLIENT]
    if not keys:
        return where
    names = {public_id(CLIENT, key) for key in await every_id(connection, keys)}
    return replace(where, cliente_id=sorted({*asked, *names}))


async def every_id(connection: AsyncConnection, keys: Collection[UUID]) -> set[UUID]:
    """All the ids that these clients have had; each may be asked for by any of its own."""
    into = select(M.client_id).where(among(M.merged_id, keys))
    theirs = or_(among(M.client_id, keys), M.client_id.in_(into))
    merges = await connection.execute(select(M.merged_id, M.client_id).where(theirs))
    return {*keys, *(key for merge in merges for key in merge)}
