from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeAlias

from core.use_cases.follow_clients import follow_clients
from ports.audit import Act
from ports.clock import Clock
from ports.documents import DocumentRules
from ports.erp import Entity, ErpAsksToWait, ErpClient, ErpGateway, ErpProblem, ErpSettlement, ErpTitle, Side
from ports.rereads import Reread
from ports.titles import TitleStore
from ports.work import Duty, OpenWork, Work

Keep: TypeAlias = Callable[[Work, datetime], Awaitable[bool]]
"""Keeps what was answered to a question of this moment; whether that is the end of it."""

LEASE = timedelta(seconds=90)
"""How long a record is one worker's to read; longer than any answer takes."""
AFTER_A_FAILURE = timedelta(minutes=5)
WHILE_A_RUN_GOES_ON = timedelta(minutes=1)
MISSING_IN_A_ROW = 3
"""Omie takes it for an error to be asked for a title that is none, and blocks a method after ten in a row.
Three workers may be at it side by side."""
SIDES = {Entity.RECEIVABLE: Side.RECEIVABLE, Entity.PAYABLE: Side.PAYABLE}


class RereadErp:
    """Ask the ERP for single records, one after the other, until none is due.

    Only its answer that there is no such title makes a title gone; every other failure proves nothing, and
    the record stays to be read. Among many titles that are gone it asks now and then for one that is not.
    """

    def __init__(self, open_work: OpenWork, clock: Clock, documents: DocumentRules, erp: ErpGateway) -> None:
        self._open_work = open_work
        self._clock = clock
        self._documents = documents
        self._erp = erp
        self._missing = Counter[Entity]()
        self._quiet_until: datetime | None = None

    async def __call__(self) -> int:
        """How many were read."""
        read = 0
        while (source := self._may_ask()) and (reread := await self._take(source)):
            try:
                if self._missing[reread.entity] >= MISSING_IN_A_ROW:
                    await self._read_some_live(reread)
                await self._read(reread)
                read += 1
            except ErpAsksToWait as wait:
                pause = timedelta(seconds=wait.seconds)
                await self._put_off(reread, pause)
                if wait.failed:
                    self._quiet_until = self._clock.now() + pause
            except ErpProblem:
                await self._put_off(reread, AFTER_A_FAILURE)
                break
        return read

    def _may_ask(self) -> str | None:
        """Whom; None for as long as the last failure asks for patience, whatever it was that failed."""
        quiet = self._quiet_until is not None and self._clock.now() < self._quiet_until
        return None if quiet else self._erp.source

    async def _take(self, source: str) -> Reread | None:
        now = self._clock.now()
        async with self._open_work(duty=Duty.SYNC) as work:
            reread = await work.rereads.take(source, now, now + LEASE)
            await work.commit()
        return reread

    async def _put_off(self, reread: Reread, wait: timedelta) -> None:
        async with self._open_work(duty=Duty.SYNC) as work:
            await work.rereads.put_off(reread, self._clock.now() + wait)
            await work.commit()

    async def _read_some_live(self, missing: Reread) -> None:
        async with self._open_work(duty=Duty.SYNC) as work:
            live = await _mirror(work, SIDES[missing.entity]).some_live(missing.source)
        if live is not None:
            await self._read(missing._replace(external_id=live))

    async def _read(self, reread: Reread) -> None:
        asked_at = self._clock.now()
        keep = await (self._ask_client(reread) if reread.entity is Entity.CLIENT else self._ask_title(reread))
        async with self._open_work(Act(reread.source, "rereadErp"), duty=Duty.SYNC) as work:
            if await keep(work, asked_at):
                await work.rereads.done(reread, asked_at)
            else:
                await work.rereads.put_off(reread, self._clock.now() + WHILE_A_RUN_GOES_ON)
            await work.commit()

    async def _ask_client(self, reread: Reread) -> Keep:
        found = await self._erp.client(reread.external_id)

        async def keep(work: Work, asked_at: datetime) -> bool:
            if isinstance(found, ErpClient):
                await follow_clients(work, reread.source, [found], self._documents, asked_at)
            return True

        return keep

    async def _ask_title(self, reread: Reread) -> Keep:
        side = SIDES[reread.entity]
        title = await self._erp.title(side, reread.external_id)
        self._missing[reread.entity] = 0 if title else self._missing[reread.entity] + 1
        settlement = await self._erp.settlement(side, reread.external_id) if title else None

        async def keep(work: Work, asked_at: datetime) -> bool:
            mirror = _mirror(work, side)
            if title is None:
                await mirror.mark_gone(reread.source, reread.external_id, asked_at)
                return not await _may_still_come(work, mirror, reread)
            if isinstance(title, ErpTitle):
                await mirror.keep(reread.source, [title], asked_at)
            if isinstance(settlement, ErpSettlement):
                await mirror.settle(reread.source, [settlement], asked_at)
            return True

        return keep


def _mirror(work: Work, side: Side) -> TitleStore:
    return work.titles if side is Side.RECEIVABLE else work.payables


async def _may_still_come(work: Work, mirror: TitleStore, reread: Reread) -> bool:
    """A page that was read before may yet bring a title that the mirror has never seen."""
    seen = await mirror.by_external_ids([reread.external_id])
    return not seen and bool(await work.runs.running(reread.source))
