"""Whoever asked may go away before the answer is there."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive

from ports.tasks import end

T = TypeVar("T")


class ClientGone(Exception):
    """Nobody waits for the answer any more."""


async def nobody(_request: Request, _gone: Exception) -> Response:
    """The answer to ClientGone, for the sake of form."""
    return Response(status_code=499)


async def gone(receive: Receive) -> None:
    """Returns when the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def while_connected(receive: Receive, work: Coroutine[Any, Any, T]) -> T:
    """What the work returns; when the client leaves first the work is cancelled, and ClientGone raised."""
    working = asyncio.create_task(work)
    leaving = asyncio.create_task(gone(receive))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        left = not working.done()
        await end(working, leaving)
    if left:
        raise ClientGone
    return working.result()
