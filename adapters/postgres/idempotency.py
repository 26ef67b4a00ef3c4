from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.tables import IdempotencyKeyRow, table_of
from ports.idempotency import IdempotencyStore, KeyUse

KEYS = table_of(IdempotencyKeyRow)


class PostgresIdempotency(IdempotencyStore):
    """The unique index makes a second caller wait for the first one's transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def claim(self, mutation: str, subject: str, key: str, use: KeyUse) -> KeyUse | None:
        mine = {"mutation": mutation, "subject": subject, "key": key}
        claimed = await self._connection.execute(
            insert(KEYS).values(mine | use._asdict()).on_conflict_do_nothing().returning(KEYS.c.key)
        )
        if claimed.one_or_none() is not None:
            return None
        first = await self._connection.execute(select(KEYS.c.digest, KEYS.c.record_id).filter_by(**mine))
        return KeyUse(*first.one())
