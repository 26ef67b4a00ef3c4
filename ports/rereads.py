"""Single records of the ERP that are to be read again: missed by a listing, or named by a webhook."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from ports.erp import Entity


class Reread(NamedTuple):
    """A record to ask the ERP for. However many hints name it, it is asked for once."""

    source: str
    entity: Entity
    external_id: str


class RereadStore(Protocol):
    async def ask(self, rereads: Sequence[Reread], at: datetime) -> None:
        """Have these read again, now or when their turn comes; one that waits already waits on."""
        ...

    async def take(self, source: str, now: datetime, until: datetime) -> Reread | None:
        """The next one that is due; it is nobody else's until then. None when there is none."""
        ...

    async def put_off(self, reread: Reread, until: datetime) -> None: ...

    async def done(self, reread: Reread, asked_at: datetime) -> None:
        """Forget it, unless it was asked for again after `asked_at`."""
        ...

    async def waiting(self, source: str) -> int: ...
