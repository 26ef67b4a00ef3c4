"""A small Omie, for development and tests: it lists, and it refuses as Omie does."""

import asyncio
import json
from collections import deque
from dataclasses import dataclass
from hashlib import sha256

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from adapters.omie.credentials import OmieCredentials
from adapters.omie.demo.book import Book
from adapters.omie.demo.police import Asked, Counters, Police, Refusal

DEMO_CREDENTIALS = OmieCredentials("1000000000001", "demo" * 8)
LARGEST_PAGE = 100
_PAGE_WHEN_UNSAID = 50
_MEDIA_TYPE = "application/json; encoding=UTF-8"
_EXACT = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True, slots=True)
class _Method:
    array: str
    request_type: str
    tags: frozenset[str]
    """What it understands. Every other tag is refused, so that a filter the demo lacks cannot pass unseen."""


_PAGING_TAGS = frozenset({"pagina", "registros_por_pagina", "apenas_importado_api", "ordenar_por"})
_METHODS = {
    ("geral/clientes", "ListarClientes"): _Method("clientes_cadastro", "clientes_list_request", _PAGING_TAGS),
    ("financas/contareceber", "ListarContasReceber"): _Method(
        "conta_receber_cadastro", "lcrListarRequest", _PAGING_TAGS
    ),
}


@dataclass(frozen=True, slots=True)
class _Raw:
    """An answer prepared by a test."""

    status: int
    body: bytes
    delay: float
    cut: bool


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
        self._prepared: deque[_Raw] = deque()
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
        self._prepared.extend([_Raw(status, body, delay, cut)] * times)

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
        asked = Asked(credentials, call, _fingerprint(path, param))
        refusal = self.police.enter(asked)
        response: Response | None = None
        try:
            await asyncio.sleep(self.latency)
            response = _answer(refusal) if refusal else await self._respond(path, call, param)
        finally:
            self.police.leave(asked, faulty=response is None or response.status_code >= 400)
        return response

    async def _respond(self, path: str, call: str, param: dict[str, object]) -> Response:
        if self._prepared:
            raw = self._prepared.popleft()
            await asyncio.sleep(raw.delay)
            kind = _CutResponse if raw.cut else Response
            return kind(raw.body, raw.status, media_type=_MEDIA_TYPE)
        method = _METHODS.get((path, call))
        if method is None:
            return _json({"status": "error", "message": f'Method "{call}" not exists'})
        unknown = next((tag for tag in param if tag not in method.tags), None)
        if unknown is not None:
            structure = f"da estrutura do tipo complexo [{method.request_type}]!"
            text = f"ERROR: Tag [{unknown.upper()}] não faz parte {structure}"
            return _answer(Refusal(500, "SOAP-ENV:Client-5001", text))
        return self._list(method, param)

    def _list(self, method: _Method, param: dict[str, object]) -> Response:
        size = min(int(str(param.get("registros_por_pagina", _PAGE_WHEN_UNSAID))), LARGEST_PAGE)
        number = max(int(str(param.get("pagina", 1))), 1)
        listed = self.book.clients if method.array == "clientes_cadastro" else self.book.titles
        # Nothing here was made through the API.
        codes = [] if param.get("apenas_importado_api") == "S" else sorted(listed)
        chosen = [listed[code].as_json() for code in codes[(number - 1) * size : number * size]]
        if not chosen:
            text = f"ERROR: Não existem registros para a página [{number}]!"
            return _answer(Refusal(500, "SOAP-ENV:Client-5113", text))
        return _json(
            {
                "pagina": number,
                "total_de_paginas": -(-len(codes) // size),
                "registros": len(chosen),
                "total_de_registros": len(codes),
                method.array: chosen,
            }
        )


def _fingerprint(path: str, param: object) -> str:
    return sha256(json.dumps([path, param], sort_keys=True).encode()).hexdigest()


def _answer(refusal: Refusal) -> Response:
    return _json(refusal.as_json(), refusal.status)


def _json(content: object, status: int = 200) -> Response:
    """Everything beyond ASCII escaped, as Omie does it, and amounts digit by digit."""
    plain = _EXACT.encode(content).decode()
    escaped = "".join(letter if letter.isascii() else f"\\u{ord(letter):04x}" for letter in plain)
    return Response(escaped, status, media_type=_MEDIA_TYPE)
