"""Bounds of time for what is nearly always over long before: one clock looks after all of them.

A timer of the event loop for each would cost as much as some of what it bounds.
"""

import asyncio
from collections.abc import Callable
from types import TracebackType
from weakref import WeakKeyDictionary

TICK = 0.02
"""Seconds between two looks: what is late is found out so much later."""


class _Clock:
    """Goes while somebody has set it."""

    def __init__(self) -> None:
        self._set: dict[object, tuple[float, Callable[[], None]]] = {}
        self._goes = False

    def ring(self, whom: object, seconds: float, how: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        self._set[whom] = (loop.time() + seconds, how)
        if not self._goes:
            self._goes = True
            loop.call_later(TICK, self._look)

    def forget(self, whom: object) -> None:
        self._set.pop(whom, None)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for whom, (due, how) in [*self._set.items()]:
            if due <= now and whom in self._set:
                del self._set[whom]
                how()
        self._goes = bool(self._set)
        if self._goes:
            loop.call_later(TICK, self._look)


_CLOCKS: WeakKeyDictionary[asyncio.AbstractEventLoop, _Clock] = WeakKeyDictionary()


def _clock() -> _Clock:
    loop = asyncio.get_running_loop()
    if (clock := _CLOCKS.get(loop)) is None:
        clock = _CLOCKS[loop] = _Clock()
    return clock


class After:
    """Something is done if the block is not over by then."""

    def __init__(self, seconds: float, then: Callable[[], None]) -> None:
        self._seconds = seconds
        self._then = then

    def __enter__(self) -> None:
        self._clock = _clock()
        self._clock.ring(self, self._seconds, self._then)

    def __exit__(self, *_error: object) -> None:
        self._clock.forget(self)


class Patience:
    """TimeoutError when the block takes longer, as `asyncio.timeout` would raise it."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.late = False

    def __enter__(self) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("only a task can be late")
        self._task, self._before = task, task.cancelling()
        self._clock = _clock()
        self._clock.ring(self, self._seconds, self._ring)

    def _ring(self) -> None:
        self.late = True
        self._task.cancel()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._clock.forget(self)
        if self.late and self._task.uncancel() <= self._before and kind is asyncio.CancelledError:
            raise TimeoutError from error
