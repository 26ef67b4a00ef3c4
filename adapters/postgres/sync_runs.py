from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, bindparam, insert, select, true, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.erp_tables import SyncIssueRow, SyncRunRow
from adapters.postgres.keyset import Key, Keyset
from adapters.postgres.rows import RowMapper, count_rows
from adapters.postgres.tables import table_of
from ports.erp import Entity, ErpIssue
from ports.ids import new_id
from ports.paging import Page, PageRequest
from ports.sync_runs import SyncMode, SyncRunRecord, SyncRunStore, SyncStatus

RUNS, ISSUES = table_of(SyncRunRow), table_of(SyncIssueRow)
C = RUNS.c
ROWS = RowMapper(SyncRunRecord, RUNS)
ISSUE_ROWS = RowMapper(ErpIssue, ISSUES)
NEWEST = Keyset(Key("started_at", C.started_at, datetime, True), Key("id", C.id, UUID, True))
POSITION = ("pass_number", "round_number", "pages_kept")
MOVE = (
    update(RUNS)
    .where(C.id == bindparam("run_id"), C.status == SyncStatus.RUNNING)
    .where(*(C[name] == bindparam(f"standing_{name}", type_=C[name].type) for name in POSITION))
    .returning(C.id)
)
AS_MET = Keyset(Key("id", ISSUES.c.id, UUID))


def newest_success_id(source: str, mode: SyncMode | None = None) -> ScalarSelect[Any]:
    """The successful run of this source, and of this mode or any, that started last."""
    return (
        select(C.id)
        .where(C.source == source, C.status == SyncStatus.SUCCESS, C.mode == mode if mode else true())
        .order_by(C.started_at.desc(), C.id.desc())
        .limit(1)
        .scalar_subquery()
    )


class PostgresSyncRuns(SyncRunStore):
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def start(self, run: SyncRunRecord) -> SyncRunRecord:
        """The partial unique index lets one running run per source stand; whoever comes second meets it."""
        running = select(*ROWS.columns).where(C.source == run.source, C.status == SyncStatus.RUNNING)
        while True:
            mine = upsert(RUNS).values(ROWS.to_row(run)).on_conflict_do_nothing().returning(C.id)
            if (await self._connection.execute(mine)).one_or_none() is not None:
                return run
            if (row := (await self._connection.execute(running.with_for_update())).one_or_none()) is not None:
                return ROWS.to_record(row)

    async def move(self, run: SyncRunRecord, *, standing: SyncRunRecord) -> bool:
        stood = {f"standing_{name}": getattr(standing, name) for name in POSITION}
        moved = await self._connection.execute(MOVE, {**ROWS.to_row(run), "run_id": run.id, **stood})
        return moved.one_or_none() is not None

    async def set_aside(self, run_id: UUID, issues: Sequence[ErpIssue]) -> None:
        if issues:
            rows = [ISSUE_ROWS.to_row(issue) | {"id": new_id(), "run_id": run_id} for issue in issues]
            await self._connection.execute(insert(ISSUES).values(rows))

    async def aside(self, run_id: UUID, entity: Entity) -> Collection[str]:
        ours = (ISSUES.c.run_id == run_id, ISSUES.c.entity == entity)
        found = await self._connection.execute(select(ISSUES.c.external_id).where(*ours))
        return set(found.scalars())

    async def get(self, run_id: UUID) -> SyncRunRecord | None:
        return await ROWS.find(self._connection, select(*ROWS.columns).where(C.id == run_id))

    async def for_update(self, run_id: UUID) -> SyncRunRecord | None:
        return await ROWS.find(
            self._connection, select(*ROWS.columns).where(C.id == run_id).with_for_update()
        )

    async def running(self, source: str | None) -> Sequence[SyncRunRecord]:
        ours = C.source == source if source is not None else true()
        query = select(*ROWS.columns).where(C.status == SyncStatus.RUNNING, ours).with_for_update()
        return [ROWS.to_record(row) for row in await self._connection.execute(query)]

    async def newest_success(self, source: str, mode: SyncMode | None = None) -> SyncRunRecord | None:
        query = select(*ROWS.columns).where(C.id == newest_success_id(source, mode))
        return await ROWS.find(self._connection, query)

    async def page(self, status: SyncStatus | None, page: PageRequest) -> Page[SyncRunRecord]:
        query = select(*ROWS.columns).where(C.status == status if status else true())
        return await NEWEST.page(self._connection, query, page, ROWS.to_record)

    async def count(self, status: SyncStatus | None) -> int:
        return await count_rows(self._connection, RUNS, C.status == status if status else true())

    async def issues(self, run_id: UUID, page: PageRequest) -> Page[ErpIssue]:
        query = select(*ISSUE_ROWS.columns).where(ISSUES.c.run_id == run_id)
        return await AS_MET.page(self._connection, query, page, ISSUE_ROWS.to_record)

    async def count_issues(self, run_id: UUID) -> int:
        return await count_rows(self._connection, ISSUES, ISSUES.c.run_id == run_id)
