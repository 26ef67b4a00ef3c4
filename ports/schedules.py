"""When runs start by themselves."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ports.sync_runs import SyncMode


class Schedule(Protocol):
    def last_tick(self, now: datetime) -> datetime:
        """The newest moment of the schedule that is not after `now` (aware)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncSchedules:
    full: Schedule | None = None
    incremental: Schedule | None = None


class TickStore(Protocol):
    async def claim(self, source: str, mode: SyncMode, tick: datetime) -> bool:
        """Whether this tick is ours to see to; nobody else gets it once the work is committed.

        The first tick ever is only noted: nobody waited for it.
        """
        ...
