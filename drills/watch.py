"""Looks at the newest run from outside, ten times a second."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, NamedTuple, TypeAlias

import psycopg

Rows: TypeAlias = Callable[[str], Awaitable[list[tuple[Any, ...]]]]

PAUSE = 0.1
NEWEST = """
    SELECT status, record_count, (pass_number, round_number, pages_kept)::text,
        coalesce(resumes_at > clock_timestamp(), false)
    FROM erp_sync_log ORDER BY started_at DESC LIMIT 1
"""


class RunOver(Exception):
    """The run ended before what was awaited came."""


class Seen(NamedTuple):
    """A run. `waits`: it says until when, because the ERP wants it so."""

    status: str
    records: int
    place: str
    waits: bool

    @property
    def goes_on(self) -> bool:
        return self.status == "RUNNING"


class Watch:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._moved_at = time.monotonic()
        self._changed = asyncio.Condition()
        self._seen: Seen | None = None
        self.standstill = 0.0
        """The most seconds without a page kept, while the database was there and the run told of no wait."""
        self.resumed = 0.0
        """The most seconds from the end of a disturbance to the next page kept, waits or not."""

    @asynccontextmanager
    async def watching(self) -> AsyncIterator["Watch"]:
        looking = asyncio.create_task(self._look_again_and_again())
        try:
            yield self
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking

    async def reached(self, records: int) -> None:
        """Returns when the run has kept so many."""
        await self._until(lambda seen: seen.records >= records)

    async def moves_on(self, since: float) -> None:
        """Returns when the run has kept a page more than now, and notes how long after that moment it was."""
        await self._look()
        here = self._seen
        await self._until(lambda seen: here is None or seen.place != here.place)
        self.resumed = max(self.resumed, time.monotonic() - since)

    async def over(self) -> None:
        """Returns when the run that is the newest now has ended."""
        await self._look()
        async with self._changed:
            await self._changed.wait_for(lambda: self._seen is not None and not self._seen.goes_on)

    async def _until(self, holds: Callable[[Seen], bool]) -> None:
        def either() -> bool:
            return self._seen is not None and (holds(self._seen) or not self._seen.goes_on)

        async with self._changed:
            await self._changed.wait_for(either)
        if self._seen is None or not holds(self._seen):
            raise RunOver

    async def _look_again_and_again(self) -> None:
        while True:
            try:
                await self._look()
            except psycopg.OperationalError:
                self._moved_at = time.monotonic()
            await asyncio.sleep(PAUSE)

    async def _look(self) -> None:
        rows = await self._rows(NEWEST)
        async with self._changed:
            for row in rows:
                self._take(Seen(*row))
            self._changed.notify_all()

    def _take(self, seen: Seen) -> None:
        now, last = time.monotonic(), self._seen
        if last is not None and last.goes_on and last.records:
            self.standstill = max(self.standstill, now - self._moved_at)
        if last is None or seen.place != last.place or seen.waits:
            self._moved_at = now
        self._seen = seen
