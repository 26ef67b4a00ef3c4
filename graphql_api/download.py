"""Sending a file that is made while it is sent."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from graphql_api.leaving import gone

PATIENCE = 60.0
"""Seconds in which a client has to take a piece; it holds a connection to the database meanwhile."""


class Download(StreamingResponse):
    """A failure before the first piece is told; a later one cuts the connection, so that no part looks whole.

    The file ends with the client: whoever goes away, or takes nothing, ends the work behind it.
    """

    def __init__(
        self,
        pieces: AsyncGenerator[bytes, None],
        told: Callable[[Exception], Response],
        places: asyncio.Semaphore,
        *,
        headers: dict[str, str],
        media_type: str,
        patience: float = PATIENCE,
    ) -> None:
        """`told` makes the answer to a failure; `places` bound how many files are made at once."""
        super().__init__(pieces, headers=headers, media_type=media_type)
        self._pieces = pieces
        self._told = told
        self._places = places
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sending = asyncio.create_task(self._send(scope, receive, send))
        leaving = asyncio.create_task(gone(receive))
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sending.cancel()
            leaving.cancel()
            await asyncio.wait({sending, leaving})
        if not sending.cancelled():
            sending.result()

    async def _send(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._places, aclosing(self._pieces) as pieces:
            try:
                first = await anext(pieces)
            except Exception as error:  # noqa: BLE001
                await self._told(error)(scope, receive, send)
                return
            start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
            await self._patiently(send, start)
            if scope["method"] != "HEAD":
                await self._patiently(send, _body(first))
                async for piece in pieces:
                    await self._patiently(send, _body(piece))
            await self._patiently(send, _body(b"", more=False))

    async def _patiently(self, send: Send, message: Message) -> None:
        async with asyncio.timeout(self._patience):
            await send(message)


def _body(piece: bytes, *, more: bool = True) -> Message:
    return {"type": "http.response.body", "body": piece, "more_body": more}
