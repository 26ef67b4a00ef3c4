"""GraphQL over HTTP: every failure coded, nothing of an inner fault shown."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec
from graphql import OperationType
from starlette.requests import Request
from starlette.responses import Response

from graphql_api.accept import EVENTS, GRAPHQL_JSON, JSON, best_kind
from graphql_api.answers import Answer, Operations, refusal
from graphql_api.context import Context
from graphql_api.errors import CodedError, unauthenticated
from graphql_api.ide import ide_page
from graphql_api.leaving import while_connected
from graphql_api.live.events import EventStream
from graphql_api.request import Operation, read_envelope
from graphql_api.texts import Language, pick_language
from ports.identity import BadToken

ALLOWED: Mapping[str, Sequence[OperationType]] = {
    "GET": [OperationType.QUERY],
    "POST": [OperationType.QUERY, OperationType.MUTATION],
}

MakeContext = Callable[[str | None, Language], Awaitable[Context]]


class GraphQLEndpoint:
    """POST for everything, GET for queries; a browser that asks for a page gets GraphiQL.

    Whoever prefers `text/event-stream` gets the answers as events, and may subscribe, by GET too.
    """

    def __init__(self, operations: Operations, make_context: MakeContext) -> None:
        self._operations = operations
        self._make_context = make_context

    async def __call__(self, request: Request) -> Response:
        if _wants_page(request):
            return ide_page(request)
        language = pick_language(request.headers.get("accept-language", ""))
        try:
            context = await self._make_context(request.headers.get("authorization"), language)
            envelope = await read_envelope(request, known=context.identity is not None)
            operation = self._operations.asked(envelope)
            if _liked(request) == EVENTS:
                return self._events(request, operation, context)
            answering = self._operations.answer(operation, context, ALLOWED[request.method])
            answer = await while_connected(request.receive, answering)
        except BadToken:
            answer = refusal(unauthenticated(), language)
        except CodedError as error:
            answer = refusal(error, language)
        return _response(request, answer)

    def _events(self, request: Request, asked: Operation, context: Context) -> EventStream:
        kinds = [*ALLOWED[request.method], OperationType.SUBSCRIPTION]
        last = refusal(unauthenticated(), context.language)
        return EventStream(
            self._operations.stream(asked, context, kinds), context.seconds_left, last, headers=_headers()
        )


def _wants_page(request: Request) -> bool:
    asked = request.headers.get("accept", "")
    return request.method == "GET" and "text/html" in asked and "query" not in request.query_params


def _liked(request: Request) -> str:
    return best_kind(request.headers.get("accept", ""))


def _headers() -> dict[str, str]:
    return {"cache-control": "no-store", "vary": "accept, accept-language, authorization"}


def _response(request: Request, answer: Answer) -> Response:
    """A refusal to those who expect events comes as JSON: the stream never began."""
    kind = GRAPHQL_JSON if _liked(request) == GRAPHQL_JSON else JSON
    status = answer.status or (400 if answer.before and kind == GRAPHQL_JSON else 200)
    return Response(msgspec.json.encode(answer.wire), status, _headers(), media_type=f"{kind}; charset=utf-8")
