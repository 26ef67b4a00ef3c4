from datetime import timedelta

from ports.clock import Clock
from ports.work import OpenWork

KEPT = timedelta(days=2)
"""Longer than the 24 hours that callers may count on."""


class ForgetKeys:
    """Drop idempotency keys that nobody repeats any more."""

    def __init__(self, open_work: OpenWork, clock: Clock) -> None:
        self._open_work = open_work
        self._clock = clock

    async def __call__(self) -> int:
        async with self._open_work() as work:
            gone = await work.keys.forget(self._clock.now() - KEPT)
            await work.commit()
        return gone
