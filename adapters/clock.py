import asyncio
from datetime import UTC, datetime

from ports.clock import Clock


class SystemClock(Clock):
    """The machine's time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
