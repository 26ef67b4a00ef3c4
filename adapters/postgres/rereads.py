from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.erp_tables import RereadRow
from adapters.postgres.rows import count_rows
from adapters.postgres.tables import table_of
from ports.rereads import Reread, RereadStore

REREADS = table_of(RereadRow)
C = REREADS.c
KEY = (C.source, C.entity, C.external_id)


class PostgresRereads(RereadStore):
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def ask(self, rereads: Sequence[Reread], at: datetime) -> None:
        if rereads:
            # In one order, so that two who ask for the same records never wait for each other.
            rows = [{**each._asdict(), "asked_at": at, "due_at": at} for each in sorted(rereads, key=_order)]
            statement = insert(REREADS)
            newer = func.greatest(C.asked_at, statement.excluded.asked_at)
            await self._connection.execute(
                statement.on_conflict_do_update(index_elements=KEY, set_={"asked_at": newer}), rows
            )

    async def take(self, source: str, now: datetime, until: datetime) -> Reread | None:
        due = (
            select(*KEY)
            .where(C.source == source, C.due_at <= now)
            .order_by(C.due_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = (await self._connection.execute(due)).one_or_none()
        if row is None:
            return None
        reread = Reread(*row)
        await self._connection.execute(update(REREADS).where(*_is(reread)).values(due_at=until))
        return reread

    async def put_off(self, reread: Reread, until: datetime) -> None:
        await self._connection.execute(update(REREADS).where(*_is(reread)).values(due_at=until))

    async def done(self, reread: Reread, asked_at: datetime) -> None:
        await self._connection.execute(delete(REREADS).where(*_is(reread), C.asked_at <= asked_at))
        # Asked for again meanwhile: its next turn is now.
        await self._connection.execute(update(REREADS).where(*_is(reread)).values(due_at=C.asked_at))

    async def waiting(self, source: str) -> int:
        return await count_rows(self._connection, REREADS, C.source == source)


def _is(reread: Reread) -> tuple[ColumnElement[bool], ...]:
    return C.source == reread.source, C.entity == reread.entity, C.external_id == reread.external_id


def _order(reread: Reread) -> tuple[str, str, str]:
    return reread.source, reread.entity.value, reread.external_id
