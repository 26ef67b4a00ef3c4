"""Work that goes on after the request that asked for it."""

from typing import Protocol
from uuid import UUID


class JobQueue(Protocol):
    async def enqueue_sync(self, run_id: UUID) -> None:
        """Have a worker carry out this run; part of the work's transaction."""
        ...

    async def sync_is_alive(self, run_id: UUID) -> bool:
        """Whether a job for this run waits, or is in the hands of a worker that still breathes."""
        ...
