"""Each request has an id that its log lines bear, and the answer too."""

import os
import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, reset_contextvars

NAME = b"x-request-id"
SOUND = re.compile(rb"[A-Za-z0-9_.:-]{1,64}")
BEGINNINGS = ("http.response.start", "websocket.accept")


class RequestIds:
    """The caller's own id, where it sends a sound one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(NAME)
        request_id = given if given and SOUND.fullmatch(given) else os.urandom(16).hex().encode()

        async def send_with_id(message: Message) -> None:
            if message["type"] in BEGINNINGS:
                message["headers"] = [*message.get("headers", ()), (NAME, request_id)]
            await send(message)

        bound = bind_contextvars(request_id=request_id.decode())
        try:
            await self._app(scope, receive, send_with_id)
        finally:
            reset_contextvars(**bound)
