"""An ERP that does as it is told, and a clock that loses no time."""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from adapters.no_erp import NoErp
from ports.erp import (
    Entity,
    ErpClient,
    ErpIssue,
    ErpPage,
    ErpRegisterEntry,
    ErpSettlement,
    ErpTitle,
    Side,
    Since,
)
from tests.running import TestClock

T = TypeVar("T")


class QuickClock(TestClock):
    """Sleeping takes no time at all."""

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


class FakeErp(NoErp):
    """Registers and receivables in pages of `size`, faults to raise first, and a gate to hold answers back.

    Its other listings are empty, and not counted among what was asked.
    """

    def __init__(
        self, clients: Sequence[ErpClient] = (), titles: Sequence[ErpTitle] = (), *, size: int = 2
    ) -> None:
        self.listed_clients = list(clients)
        self.listed_titles = list(titles)
        self.size = size
        # They stand on the first page of receivables.
        self.issues: list[ErpIssue] = []
        # Raised one by one, whatever is asked.
        self.faults: deque[Exception] = deque()
        # Raised one by one, before that page is given.
        self.fail_before: Mapping[tuple[Entity, int], list[Exception]] = {}
        self.asked: list[tuple[Entity, int]] = []
        self.hold_at: tuple[Entity, int] | None = None
        self.held = asyncio.Event()
        self.release = asyncio.Event()

    @property
    def source(self) -> str | None:
        return "fake"

    async def clients(self, page: int, since: Since | None = None) -> ErpPage[ErpClient]:
        return await self._page(Entity.CLIENT, self.listed_clients, page)

    async def client(self, code: str) -> ErpClient | ErpIssue | None:
        return next((theirs for theirs in self.listed_clients if theirs.code == code), None)

    async def titles(self, side: Side, page: int, since: Since | None = None) -> ErpPage[ErpTitle]:
        if side is Side.PAYABLE:
            return await self._nothing(page)
        found = await self._page(Entity.RECEIVABLE, self.listed_titles, page)
        return replace(found, issues=self.issues) if page == 1 else found

    async def settlements(self, side: Side, page: int, since: Since | None = None) -> ErpPage[ErpSettlement]:
        return await self._nothing(page)

    async def register(self, kind: Entity, page: int) -> ErpPage[ErpRegisterEntry]:
        return await self._nothing(page)

    async def _nothing(self, page: int) -> ErpPage[Any]:
        return ErpPage(number=page, last=1, total=0, items=())

    async def _page(self, entity: Entity, listed: Sequence[T], page: int) -> ErpPage[T]:
        self.asked.append((entity, page))
        if self.hold_at == (entity, page):
            self.held.set()
            await self.release.wait()
        if self.faults:
            raise self.faults.popleft()
        if faults := self.fail_before.get((entity, page)):
            raise faults.pop()
        items = listed[(page - 1) * self.size : page * self.size]
        last = max(-(-len(listed) // self.size), 1)
        return ErpPage(number=page, last=last, total=len(listed), items=items)
