"""Work that is done again and again in the background of a process."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import structlog

from ports.errors import Problem

log = structlog.get_logger()


@asynccontextmanager
async def in_rounds(name: str, act: Callable[[], Awaitable[object]], *, pause: float) -> AsyncIterator[None]:
    """`act`, `pause` seconds apart, for as long as the block lasts; it outlives an outage of the database.

    It is told to stop rather than cancelled: asyncio of Python 3.11 may lose a cancellation that meets the
    end of a query.
    """
    stopping = asyncio.Event()

    async def go_round() -> None:
        while not stopping.is_set():
            try:
                await act()
            except Problem as problem:
                log.warning("round.failed", round=name, error=str(problem.__cause__ or problem))
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), pause)

    rounds = asyncio.create_task(go_round())
    try:
        yield
    finally:
        stopping.set()
        await rounds
