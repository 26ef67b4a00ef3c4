"""Keeping a page: what it says and the position after it, in one transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeAlias

from core.register import stated
from core.sync_plan import (
    SETTLED_BY,
    after_round,
    completes_settlements,
    current,
    pages_left,
    proves_absence,
    with_page,
)
from core.use_cases.follow_clients import follow_clients
from ports.audit import Act
from ports.clock import Clock
from ports.documents import DocumentRules
from ports.erp import Entity, ErpClient, ErpIssue, ErpPage
from ports.errors import Refused
from ports.registers import ReferenceKind
from ports.rereads import Reread
from ports.sync_runs import SyncRunRecord
from ports.titles import TitleStore
from ports.work import Duty, OpenWork, Work

AnyPage: TypeAlias = ErpPage[Any]

ATTEMPTS = 5
"""Somebody may write the same client at the same moment; the page is then kept anew."""

REGISTERS = {
    Entity.CATEGORY: ReferenceKind.PLANO_CONTAS,
    Entity.DEPARTMENT: ReferenceKind.CENTRO_CUSTO,
    Entity.ACCOUNT: ReferenceKind.CONTA_BANCARIA,
    Entity.DOCUMENT_TYPE: ReferenceKind.FORMA_PAGAMENTO,
}


class KeepPage:
    """What of a page differs is written; where the run is no longer where it was, nothing is."""

    def __init__(self, open_work: OpenWork, clock: Clock, documents: DocumentRules) -> None:
        self._open_work = open_work
        self._clock = clock
        self._documents = documents

    async def __call__(self, run: SyncRunRecord, page: AnyPage, asked_at: datetime) -> SyncRunRecord | None:
        """The run after this page; None when somebody else moved or ended it."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await self._keep(run, page, asked_at)
            except Refused:
                if attempt == ATTEMPTS:
                    raise
        raise AssertionError

    async def _keep(self, run: SyncRunRecord, page: AnyPage, asked_at: datetime) -> SyncRunRecord | None:
        act = Act(run.requested_by or run.source, "syncErp")
        async with self._open_work(act, duty=Duty.SYNC) as work:
            counted, issues = await self._take_in(work, run, page, asked_at)
            await work.runs.set_aside(run.id, [*page.issues, *issues])
            moved = with_page(counted, page)
            if not pages_left(moved):
                if proves_absence(moved):
                    await _suspect_unseen(work, moved)
                if completes_settlements(moved):
                    await _doubt_half_seen(work, moved)
                moved = after_round(moved, self._clock.now())
            if not await work.runs.move(moved, standing=run):
                return None
            await work.commit()
            return moved

    async def _take_in(
        self, work: Work, run: SyncRunRecord, page: AnyPage, asked_at: datetime
    ) -> tuple[SyncRunRecord, Sequence[ErpIssue]]:
        entity, count = current(run).entity, run.record_count + len(page.items)
        match entity:
            case Entity.CLIENT:
                return await self._take_in_clients(work, run, page, asked_at)
            case Entity.RECEIVABLE:
                kept = await work.titles.keep(run.source, page.items, asked_at)
                created = run.receivables_created + kept.created
                updated = run.receivables_updated + kept.updated
                return (
                    replace(
                        run, record_count=count, receivables_created=created, receivables_updated=updated
                    ),
                    (),
                )
            case Entity.PAYABLE:
                await work.payables.keep(run.source, page.items, asked_at)
            case Entity.SETTLEMENT | Entity.PAYABLE_SETTLEMENT:
                side = SETTLED_BY[entity]
                unknown = await _mirror(work, side).settle(run.source, page.items, asked_at)
                aside = await work.runs.aside(run.id, side)
                await _ask_for(work, run, side, [title for title in unknown if title not in aside], asked_at)
            case _:
                await work.registers.follow(stated(run.source, REGISTERS[entity], page.items))
        return replace(run, record_count=count), ()

    async def _take_in_clients(
        self, work: Work, run: SyncRunRecord, page: ErpPage[ErpClient], asked_at: datetime
    ) -> tuple[SyncRunRecord, Sequence[ErpIssue]]:
        changes = await follow_clients(work, run.source, page.items, self._documents, asked_at)
        return (
            replace(
                run,
                record_count=run.record_count + len(page.items) - len(changes.issues),
                clients_created=run.clients_created + len(changes.created),
                clients_updated=run.clients_updated + len(changes.updated),
            ),
            changes.issues,
        )


async def _suspect_unseen(work: Work, run: SyncRunRecord) -> None:
    """Titles that the whole listing did not show: whether they are gone, only a look at each can tell."""
    side = current(run).entity
    unseen = await _mirror(work, side).unseen(run.source, run.round_started_at)
    await _ask_for(work, run, side, unseen, run.round_started_at)


async def _doubt_half_seen(work: Work, run: SyncRunRecord) -> None:
    """Titles of which one listing told and the other did not: pages shifted, or it changed meanwhile."""
    side = SETTLED_BY[current(run).entity]
    half_seen = await _mirror(work, side).half_seen(run.source, run.started_at)
    await _ask_for(work, run, side, half_seen, run.started_at)


async def _ask_for(work: Work, run: SyncRunRecord, side: Entity, titles: Sequence[str], at: datetime) -> None:
    await work.rereads.ask([Reread(run.source, side, title) for title in titles], at)


def _mirror(work: Work, side: Entity) -> TitleStore:
    return work.titles if side is Entity.RECEIVABLE else work.payables
