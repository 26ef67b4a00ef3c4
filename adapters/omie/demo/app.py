"""A small Omie, for development and tests: it lists, and it refuses as Omie does."""

import asyncio
import json
import re
from collections import deque
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import TypeAlias

import httpx
import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from adapters.omie.credentials import OmieCredentials
from adapters.omie.demo.book import Book
from adapters.omie.demo.drill import Drill, Raw
from adapters.omie.demo.methods import METHODS
from adapters.omie.demo.police import Asked, Counters, Police, Refusal
from adapters.omie.demo.questions import OmieFault
from adapters.omie.demo.webhooks import told

DEMO_CREDENTIALS = OmieCredentials("1000000000001", "demo" * 8)
_MEDIA_TYPE = "application/json; encoding=UTF-8"
_EXACT = msgspec.json.Encoder(decimal_format="number")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")

AfterEach: TypeAlias = Callable[[Asked], Awaitable[object] | object]


class _CutResponse(Response):
    """Promises more than it sends, so that the connection breaks in the middle."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-length", str(len(self.body) + 1000).encode())]
        await send({"type": "http.response.start", "status": self.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})


class DemoOmie:
    """`app` is the ASGI application; it answers below `/api/v1` and tells its counters at `/counters`."""

    def __init__(
        self,
        book: Book | None = None,
        *,
        credentials: OmieCredentials = DEMO_CREDENTIALS,
        window_seconds: float = 60.0,
    ) -> None:
        """`book` None: that of the current month. `window_seconds` is the span of every rate limit."""
        self.book = book or Book.of()
        self.police = Police(credentials, window_seconds)
        self.latency = 0.0
        """Seconds that every answer takes."""
        self.after_each: AfterEach = lambda _asked: None
        """Called after each answer from the book: what it changes there, the next request sees."""
        self.drill = Drill()
        self._prepared: deque[Raw] = deque()
        self.app = Starlette(
            routes=[
                Route("/api/v1/{path:path}/", self._serve, methods=["POST"]),
                Route("/counters", self._tell),
            ]
        )

    @property
    def counters(self) -> Counters:
        return self.police.counters

    def fail_next(
        self, status: int = 500, body: bytes = b"", *, delay: float = 0.0, cut: bool = False, times: int = 1
    ) -> None:
        """What the police lets through next gets this answer; `cut` breaks it off after `body`."""
        self._prepared.extend([Raw(status, body, delay, cut)] * times)

    async def _tell(self, _request: Request) -> Response:
        return _json(self.counters)

    async def _serve(self, request: Request) -> Response:
        try:
            envelope = await request.json()
            call, param = envelope["call"], envelope["param"][0]
            credentials = OmieCredentials(str(envelope["app_key"]), str(envelope["app_secret"]))
        except (ValueError, KeyError, IndexError, TypeError):
            return _answer(Refusal(500, "SOAP-ENV:Client-3", "ERROR: JSON request with SyntaxError"))
        path = request.path_params["path"]
        asked = Asked(credentials, call, _fingerprint(path, param), param)
        refusal = self.police.enter(asked)
        response: Response | None = None
        try:
            await asyncio.sleep(self.latency)
            response = _answer(refusal) if refusal else await self._respond(path, asked)
        finally:
            self.police.leave(asked, faulty=response is None or response.status_code >= 400)
        return response

    async def _respond(self, path: str, asked: Asked) -> Response:
        raw = self._prepared.popleft() if self._prepared else self.drill.next(self.book.now())
        if raw is not None:
            await asyncio.sleep(raw.delay)
            kind = _CutResponse if raw.cut else Response
            return kind(raw.body, raw.status, media_type=_MEDIA_TYPE)
        response = self._asked_of_the_book(path, asked)
        following = self.after_each(asked)
        if isinstance(following, Awaitable):
            await following
        return response

    def _asked_of_the_book(self, path: str, asked: Asked) -> Response:
        method = METHODS.get((path, asked.method))
        if method is None:
            return _json({"status": "error", "message": f'Method "{asked.method}" not exists'})
        unknown = next((tag for tag in asked.param if tag not in method.tags), None)
        if unknown is not None:
            structure = f"da estrutura do tipo complexo [{method.request_type}]!"
            text = f"ERROR: Tag [{unknown.upper()}] não faz parte {structure}"
            return _answer(Refusal(500, "SOAP-ENV:Client-5001", text))
        try:
            return _json(method.answer(self.book, asked.param))
        except OmieFault as fault:
            return _answer(fault.refusal)

    async def deliver(self, client: httpx.AsyncClient, target: str) -> int:
        """Tell `target` of the changes so far, in their order; the first that it refuses keeps back the rest.

        How many it took.
        """
        taken = 0
        while self.book.happened:
            message = _EXACT.encode(told(self.book.happened[0], self.police.credentials))
            headers = {"content-type": "application/json"}
            answer = await client.post(target, content=message, headers=headers)
            if not answer.is_success:
                break
            self.book.happened.popleft()
            taken += 1
        return taken


def _fingerprint(path: str, param: object) -> str:
    return sha256(json.dumps([path, param], sort_keys=True).encode()).hexdigest()


def _answer(refusal: Refusal) -> Response:
    return _json(refusal.as_json(), refusal.status)


def _json(content: object, status: int = 200) -> Response:
    """Everything beyond ASCII escaped, as Omie does it, and amounts digit by digit."""
    plain = _EXACT.encode(content).decode()
    escaped = _BEYOND_ASCII.sub(lambda letter: f"\\u{ord(letter[0]):04x}", plain)
    return Response(escaped, status, media_type=_MEDIA_TYPE)
