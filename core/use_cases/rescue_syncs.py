from ports.work import Duty, OpenWork


class RescueSyncs:
    """Hand out anew every running run whose worker is gone, so that a kill never blocks the product."""

    def __init__(self, open_work: OpenWork) -> None:
        self._open_work = open_work

    async def __call__(self) -> int:
        """How many were handed out."""
        async with self._open_work(duty=Duty.SYNC) as work:
            orphans = [
                run for run in await work.runs.running(None) if not await work.jobs.sync_is_alive(run.id)
            ]
            for run in orphans:
                await work.jobs.enqueue_sync(run.id)
            await work.commit()
        return len(orphans)
