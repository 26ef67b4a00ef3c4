from datetime import timedelta

from ports.clock import Clock
from ports.work import OpenWork

KEPT = timedelta(days=7)
"""Longer than an ERP goes on delivering a message."""


class ForgetWebhooks:
    """Drop the ids of messages that cannot come again."""

    def __init__(self, open_work: OpenWork, clock: Clock) -> None:
        self._open_work = open_work
        self._clock = clock

    async def __call__(self) -> int:
        async with self._open_work() as work:
            gone = await work.webhooks.forget(self._clock.now() - KEPT)
            await work.commit()
        return gone
