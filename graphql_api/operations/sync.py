from collections.abc import AsyncGenerator
from contextlib import aclosing

import strawberry
from strawberry import UNSET

from graphql_api.context import Info
from graphql_api.errors import bad_input
from graphql_api.fields import resolved
from graphql_api.operations.arguments import mutation, needed_key, or_none, result
from graphql_api.roles import DIRECTORS
from graphql_api.texts import Text
from graphql_api.types.connection import Rows, connection
from graphql_api.types.node import key_of
from graphql_api.types.sync import SyncRun
from ports.run_watch import UnknownRun
from ports.sync_runs import SyncMode, SyncRunRecord, SyncStatus, SyncTrigger

NO_RUN = Text("Não há tal execução.", "There is no such run.")

SyncResult = result(SyncRun, "SyncResult")


@strawberry.type
class SyncQueries:
    @connection(SyncRun, roles=DIRECTORS)
    async def sync_runs(self, status: SyncStatus | None = UNSET) -> Rows[SyncRunRecord]:
        """erp_sync_log, newest first."""
        wanted = or_none(status)
        return Rows(lambda work, page: work.runs.page(wanted, page), lambda work: work.runs.count(wanted))

    @resolved(SyncRun | None, roles=DIRECTORS)
    async def sync_run(self, info: Info, id: strawberry.ID) -> SyncRunRecord | None:
        """One run; null when unknown."""
        if (key := key_of(id, "sync")) is None:
            return None
        async with info.context.open_work() as work:
            return await work.runs.get(key)


@strawberry.type
class SyncMutations:
    @mutation(SyncResult, roles=DIRECTORS)
    async def sync_erp(self, info: Info, mode: SyncMode | None = UNSET) -> SyncRunRecord:
        """Start a sync and answer at once; while one is running, answer with that one.

        mode defaults to FULL until one has succeeded, INCREMENTAL after.
        """
        return await info.context.use_cases.start_sync(
            or_none(mode), SyncTrigger.MUTATION, info.context.caller.subject
        )

    @mutation(SyncResult, roles=DIRECTORS)
    async def cancel_sync(self, info: Info, id: strawberry.ID) -> SyncRunRecord:
        """End a run at its next page, a waiting one within seconds; what was kept stays."""
        return await info.context.use_cases.cancel_sync(needed_key(id, "sync"))


@strawberry.type
class SyncSubscriptions:
    @resolved(SyncRun, roles=DIRECTORS, is_subscription=True)
    async def sync_progress(self, info: Info, run_id: strawberry.ID) -> AsyncGenerator[SyncRunRecord, None]:
        """Every change of a run until it ends; the first message is its state now."""
        if (key := key_of(run_id, "sync")) is None:
            raise bad_input(NO_RUN)
        try:
            async with aclosing(info.context.run_watch.changes(key)) as changes:
                async for run in changes:
                    yield run
        except UnknownRun:
            raise bad_input(NO_RUN) from None
