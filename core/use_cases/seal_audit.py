from core.audit import links
from ports.work import OpenWork

BATCH = 1000


class SealAudit:
    """Bind the audit entries that are in no link yet to the chain, a batch at a time."""

    def __init__(self, open_work: OpenWork) -> None:
        self._open_work = open_work

    async def __call__(self) -> int:
        """How many were bound; none also while somebody else is sealing."""
        sealed = 0
        while batch := await self._seal():
            sealed += batch
        return sealed

    async def _seal(self) -> int:
        async with self._open_work() as work:
            if entries := await work.audit.unsealed(BATCH):
                await work.audit.seal(list(links(await work.audit.newest_link(), entries)))
                await work.commit()
            return len(entries)
