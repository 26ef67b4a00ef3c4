"""Whoever asked may go away before the answer is there."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive

from ports.patience import After
from ports.tasks import end

T = TypeVar("T")

SOON = 0.02
"""Seconds after which it is looked whether the client is still there."""


class ClientGone(Exception):
    """Nobody waits for the answer any more."""


async def nobody(_request: Request, _gone: Exception) -> Response:
    """The answer to ClientGone, for the sake of form."""
    return Response(status_code=499)


async def gone(receive: Receive) -> None:
    """Returns when the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def while_connected(receive: Receive, work: Awaitable[T]) -> T:
    """What the work returns; when the client leaves first the work is cancelled, and ClientGone raised.

    Who gets an answer at once is not watched: nearly all work is over before anybody could leave.
    """
    watch = _Watch(receive)
    try:
        with After(SOON, watch.begin):
            return await work
    except asyncio.CancelledError:
        if watch.left and watch.task.uncancel() == 0:
            raise ClientGone from None
        raise
    finally:
        await watch.end()


class _Watch:
    """Over the client of the running task, which is cancelled when that client leaves."""

    def __init__(self, receive: Receive) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101
        self.task = task
        self.left = False
        self._receive = receive
        self._watching: asyncio.Task[None] | None = None
        self._over = False

    def begin(self) -> None:
        self._watching = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        await gone(self._receive)
        if not self._over:
            self.left = True
            self.task.cancel()

    async def end(self) -> None:
        self._over = True
        if self._watching is not None:
            await end(self._watching)
