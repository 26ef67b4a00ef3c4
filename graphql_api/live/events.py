"""Answers as Server-Sent Events: graphql-sse's "distinct connections" mode."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from graphql_api.accept import EVENTS
from graphql_api.answers import Answer
from graphql_api.leaving import gone
from ports.tasks import end

PULSE = 10.0
"""Seconds between two comments, which keep what lies between from thinking that nobody is there."""

PATIENCE = 60.0
"""Seconds in which a client has to take a piece."""

COMPLETE = b"event: complete\ndata:\n\n"


class EventStream(Response):
    """Ends with the answers, with the client, or with the caller's token."""

    def __init__(
        self,
        answers: AsyncGenerator[Answer, None],
        seconds_left: float | None,
        expired: Answer,
        *,
        headers: dict[str, str],
    ) -> None:
        """`expired` is the last answer when the token lasts no longer than `seconds_left`."""
        # No proxy is to hold events back.
        super().__init__(headers={**headers, "x-accel-buffering": "no"}, media_type=EVENTS)
        del self.headers["content-length"]
        self._answers = answers
        self._seconds_left = seconds_left
        self._expired = expired

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        telling = asyncio.create_task(self._tell(send))
        leaving = asyncio.create_task(gone(receive))
        try:
            async with asyncio.timeout(self._seconds_left):
                while not (telling.done() or leaving.done()):
                    await asyncio.wait({telling, leaving}, timeout=PULSE, return_when=asyncio.FIRST_COMPLETED)
                    if not telling.done():
                        await _patiently(send, b":\n\n")
        except TimeoutError:
            await end(telling)
            await _patiently(send, _event(self._expired) + COMPLETE)
        finally:
            await end(telling, leaving)
        if not telling.cancelled():
            telling.result()
        await _patiently(send, b"", more=False)

    async def _tell(self, send: Send) -> None:
        async with aclosing(self._answers) as answers:
            async for answer in answers:
                await _patiently(send, _event(answer))
        await _patiently(send, COMPLETE)


def _event(answer: Answer) -> bytes:
    return b"event: next\ndata: " + msgspec.json.encode(answer.wire) + b"\n\n"


async def _patiently(send: Send, piece: bytes, *, more: bool = True) -> None:
    async with asyncio.timeout(PATIENCE):
        await send({"type": "http.response.body", "body": piece, "more_body": more})
