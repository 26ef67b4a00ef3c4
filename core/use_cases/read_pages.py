"""Reading the pages of a listing, several at a time, as fast as the ERP allows."""

import asyncio
from collections import deque
from datetime import datetime, timedelta
from typing import NamedTuple

from core.sync_plan import Pass, backwards, current, pages_left
from core.use_cases.keep_page import AnyPage, KeepPage
from ports.clock import Clock
from ports.erp import (
    Entity,
    ErpAsksToWait,
    ErpGateway,
    ErpNeverEnds,
    ErpOutOfReach,
    ErpTakesOneOnly,
    ErpUnreachable,
    Side,
)
from ports.sync_runs import SyncRunRecord

IN_FLIGHT = 4
"""So many requests of a method Omie allows at a time."""
LANES = IN_FLIGHT + 2
"""Meanwhile the pages of two more are being kept."""
ENOUGH_WAITS = 8
"""When so many pages may not be asked for yet, none may: the quota is used up."""
GROWTH, SPARE_PAGES = 2, 100
"""To so many times its first size, and so many pages more, a listing may grow while it is read."""
FAILURES_IN_A_ROW = 6
"""Omie blocks a method after ten errors in a row; a run gives up before. Four at a time are one outage."""
PATIENCE = timedelta(minutes=5)
"""So long a run goes on asking when no answer comes at all."""


class Reading(NamedTuple):
    """How a run stands after a reading, None when it is in other hands; seconds to wait before the next."""

    run: SyncRunRecord | None
    wait: float | None = None


class PageReader:
    """Reads for one run, and remembers how the ERP behaved."""

    def __init__(self, erp: ErpGateway, clock: Clock, keep_page: KeepPage) -> None:
        self._erp = erp
        self._clock = clock
        self._keep_page = keep_page
        self._keeping = asyncio.Lock()
        self._asking = asyncio.Semaphore(IN_FLIGHT)
        self._failures = 0
        self._failing = False
        self._lost_at: datetime | None = None
        self._one_by_one: set[Entity] = set()
        self._run: SyncRunRecord | None = None
        self._left = deque[int]()
        self._waits: list[float] = []
        self._first_ends: dict[tuple[int, int], int] = {}

    async def read(self, run: SyncRunRecord) -> Reading:
        """Read what is left of the round, or as much of it as the ERP gives now. Raises `ErpProblem`."""
        self._run, self._left, self._waits = run, deque(pages_left(run)), []
        self._failing = False
        step = current(run)
        lanes = (self._lane(step) for _ in range(self._lanes(run, step)))
        for outcome in await asyncio.gather(*lanes, return_exceptions=True):
            if outcome is not None:
                raise outcome
        return Reading(self._run, min(self._waits, default=None))

    def _lanes(self, run: SyncRunRecord, step: Pass) -> int:
        """One until the size of the listing is known, where the ERP takes one only, and after a failure."""
        failing = self._failures or self._lost_at
        alone = not run.pages_kept or failing or step.entity in self._one_by_one or backwards(run)
        return 1 if alone else LANES

    async def _lane(self, step: Pass) -> None:
        while self._left and self._run is not None:
            try:
                async with self._asking:
                    if not self._left:
                        # One that was ahead has failed.
                        return
                    number, asked_at = self._left.popleft(), self._clock.now()
                    page = await _ask(self._erp, step, number)
            except ErpAsksToWait as wait:
                self._waits.append(wait.seconds)
                if isinstance(wait, ErpTakesOneOnly):
                    self._one_by_one.add(step.entity)
                if wait.failed or len(self._waits) >= ENOUGH_WAITS or backwards(self._run):
                    # In a round that goes backwards no page may be passed over.
                    self._left.clear()
                if wait.failed:
                    self._failed(wait)
                continue
            self._failures, self._failing, self._lost_at = 0, False, None
            self._refuse_endless(page)
            async with self._keeping:
                if self._run is not None:
                    self._run = await self._keep_page(self._run, page, asked_at)

    def _refuse_endless(self, page: AnyPage) -> None:
        """A listing that always tells of more pages would keep the run for ever."""
        if self._run is not None:
            round_of = self._run.pass_number, self._run.round_number
            if page.last > GROWTH * self._first_ends.setdefault(round_of, page.last) + SPARE_PAGES:
                raise ErpNeverEnds

    def _failed(self, wait: ErpAsksToWait) -> None:
        if isinstance(wait, ErpOutOfReach):
            now = self._clock.now()
            self._lost_at = self._lost_at or now
            given_up = now - self._lost_at > PATIENCE
        else:
            self._failures += not self._failing
            self._failing = True
            given_up = self._failures >= FAILURES_IN_A_ROW
        if given_up:
            raise ErpUnreachable


async def _ask(erp: ErpGateway, step: Pass, number: int) -> AnyPage:
    match step.entity:
        case Entity.CLIENT:
            return await erp.clients(number, step.since)
        case Entity.RECEIVABLE:
            return await erp.titles(Side.RECEIVABLE, number, step.since)
        case Entity.PAYABLE:
            return await erp.titles(Side.PAYABLE, number, step.since)
        case Entity.SETTLEMENT:
            return await erp.settlements(Side.RECEIVABLE, number, step.since)
        case Entity.PAYABLE_SETTLEMENT:
            return await erp.settlements(Side.PAYABLE, number, step.since)
        case _:
            return await erp.register(step.entity, number)
