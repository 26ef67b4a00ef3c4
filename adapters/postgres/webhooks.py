from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.erp_tables import WebhookMessageRow
from adapters.postgres.tables import table_of
from ports.webhooks import WebhookStore

MESSAGES = table_of(WebhookMessageRow)
C = MESSAGES.c


class PostgresWebhooks(WebhookStore):
    """The primary key makes a second delivery wait for the first one's transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def claim(self, source: str, message_id: str, at: datetime) -> bool:
        mine = insert(MESSAGES).values(source=source, message_id=message_id, received_at=at)
        claimed = await self._connection.execute(mine.on_conflict_do_nothing().returning(C.message_id))
        return claimed.one_or_none() is not None

    async def forget(self, before: datetime) -> int:
        return (await self._connection.execute(delete(MESSAGES).where(C.received_at < before))).rowcount
