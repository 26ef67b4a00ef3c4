"""GraphQL over HTTP: every failure coded, nothing of an inner fault shown."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from graphql import OperationType
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from graphql_api.accept import EVENTS, GRAPHQL_JSON, JSON, best_kind
from graphql_api.answers import Answer, Operations, refusal
from graphql_api.context import Context
from graphql_api.errors import CodedError, unauthenticated
from graphql_api.ide import ide_page
from graphql_api.leaving import ClientGone, while_connected
from graphql_api.live.events import EventStream
from graphql_api.request import Operation, Received, read_envelope
from graphql_api.texts import Language, pick_language
from ports.identity import BadToken

ALLOWED: Mapping[str, Sequence[OperationType]] = {
    "GET": [OperationType.QUERY],
    "POST": [OperationType.QUERY, OperationType.MUTATION],
}

HEADERS = {"cache-control": "no-store", "vary": "accept, accept-encoding, accept-language, authorization"}
RAW_HEADERS: Mapping[str, Sequence[tuple[bytes, bytes]]] = {
    kind: Headers({"content-type": f"{kind}; charset=utf-8", **HEADERS}).raw for kind in (JSON, GRAPHQL_JSON)
}

MakeContext = Callable[[str | None, Language], Awaitable[Context]]


class GraphQLEndpoint:
    """POST for everything, GET for queries; a browser that asks for a page gets GraphiQL.

    Whoever prefers `text/event-stream` gets the answers as events, and may subscribe, by GET too.
    """

    def __init__(self, operations: Operations, make_context: MakeContext) -> None:
        self._operations = operations
        self._make_context = make_context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self._respond(Received(scope, receive))
        except ClientGone:
            return
        await response(scope, receive, send)

    async def _respond(self, request: Received) -> ASGIApp:
        if _wants_page(request):
            return ide_page(request)
        headers = request.headers
        language = pick_language(headers.get("accept-language", ""))
        liked = best_kind(headers.get("accept", ""))
        try:
            context = await self._make_context(headers.get("authorization"), language)
            envelope = await read_envelope(request, known=context.identity is not None)
            operation = self._operations.asked(envelope)
            if liked == EVENTS:
                return self._events(request, operation, context)
            answering = self._operations.answer(operation, context, ALLOWED[request.method])
            answer = await while_connected(request.receive, answering)
        except BadToken:
            answer = refusal(unauthenticated(), language)
        except CodedError as error:
            answer = refusal(error, language)
        return _Told(answer, liked)

    def _events(self, request: Received, asked: Operation, context: Context) -> EventStream:
        kinds = [*ALLOWED[request.method], OperationType.SUBSCRIPTION]
        last = refusal(unauthenticated(), context.language)
        return EventStream(
            self._operations.stream(asked, context, kinds), context.seconds_left, last, headers=HEADERS
        )


def _wants_page(request: Received) -> bool:
    return (
        request.method == "GET"
        and "text/html" in request.headers.get("accept", "")
        and "query" not in request.query_params
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """An answer on its way out. A refusal to those who like events best is JSON: the stream never began."""

    answer: Answer
    liked: str

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        kind = GRAPHQL_JSON if self.liked == GRAPHQL_JSON else JSON
        status = self.answer.status or (400 if self.answer.before and kind == GRAPHQL_JSON else 200)
        body = msgspec.json.encode(self.answer.wire)
        headers = [*RAW_HEADERS[kind], (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
