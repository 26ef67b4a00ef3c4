import asyncio
from dataclasses import dataclass

from core.audit import Break, Inspection
from ports.audit import Tail
from ports.work import OpenWork

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Verification:
    """How the chain stands: what is in it, where it breaks, what is not in it yet."""

    entries: int
    broken: Break | None
    tail: Tail


class VerifyAudit:
    """Go along the whole chain and find the first entry that was altered or taken away."""

    def __init__(self, open_work: OpenWork) -> None:
        self._open_work = open_work

    async def __call__(self) -> Verification:
        inspection = Inspection()
        async with self._open_work() as work:
            while part := await work.audit.chain(inspection.position, BATCH):
                # In a thread, so that a long trail leaves room for other requests.
                if not await asyncio.to_thread(inspection.go_on, part):
                    break
            return Verification(inspection.entries, inspection.broken, await work.audit.tail())
