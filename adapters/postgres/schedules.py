from datetime import datetime

from sqlalchemy import ColumnElement, exists, literal_column, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.erp_tables import ScheduleTickRow
from adapters.postgres.tables import table_of
from ports.schedules import TickStore
from ports.sync_runs import SyncMode

TICKS = table_of(ScheduleTickRow)
C = TICKS.c


class PostgresTicks(TickStore):
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def claim(self, source: str, mode: SyncMode, tick: datetime) -> bool:
        # Nearly always; so that a look that is taken every second writes nothing.
        if await self._seen_to(source, mode, tick):
            return False
        mine = insert(TICKS).values(source=source, mode=mode, tick=tick)
        newer = mine.on_conflict_do_update(
            index_elements=(C.source, C.mode), set_={"tick": tick}, where=C.tick < tick
        )
        known_before: ColumnElement[bool] = literal_column("xmax <> 0")
        return bool((await self._connection.execute(newer.returning(known_before))).scalar_one_or_none())

    async def _seen_to(self, source: str, mode: SyncMode, tick: datetime) -> bool:
        known = exists().where(C.source == source, C.mode == mode, C.tick >= tick)
        return bool((await self._connection.execute(select(known))).scalar_one())
