"""Time, as a promise, so that tests can hold it still."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None: ...
