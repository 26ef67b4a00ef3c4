"""Seeing a run move while it moves."""

from collections.abc import AsyncGenerator
from typing import Protocol
from uuid import UUID

from ports.errors import Problem
from ports.sync_runs import SyncRunRecord


class UnknownRun(Problem):
    """There is no such run."""


class RunWatch(Protocol):
    def changes(self, run_id: UUID) -> AsyncGenerator[SyncRunRecord, None]:
        """The run as it stands now, then each of its changes, the last one when it is over.

        Whoever takes them slowly is given the newest and misses some between. UnknownRun when there is none.
        """
        ...
