"""What the routes of files share: who may, how many at once, and how a failure is told."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias

import msgspec
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import Response

from graphql_api.context import Context
from graphql_api.download import Download
from graphql_api.errors import CodedError, formatted, unauthenticated
from graphql_api.filters import BadFilter
from graphql_api.http import MakeContext
from graphql_api.texts import Language, pick_language
from ports.errors import Refused, Unavailable
from ports.exports import ExportFormat
from ports.identity import BadToken

AT_ONCE = 3
"""Files made at once by one process: each holds a connection to the database, and others need some too."""

KINDS: Mapping[ExportFormat, str] = {
    ExportFormat.JSON: "application/json",
    ExportFormat.CSV: "text/csv",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
HEADERS = {"cache-control": "no-store", "vary": "accept-language, authorization"}

Pieces: TypeAlias = AsyncGenerator[bytes, None]
Act: TypeAlias = Callable[[Request, Context], Awaitable[Response]]


class FileRoutes:
    """Endpoints that together make no more than a few files at once."""

    def __init__(self, make_context: MakeContext) -> None:
        self._make_context = make_context
        self.places = asyncio.Semaphore(AT_ONCE)

    def endpoint(self, act: Act) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint that does this on behalf of its caller; whatever goes wrong has a code."""

        async def answer(request: Request) -> Response:
            language = pick_language(request.headers.get("accept-language", ""))
            try:
                context = await self._make_context(request.headers.get("authorization"), language)
                return await act(request, context)
            except BadToken:
                return _refusal([unauthenticated()], language, 401)
            except BadFilter as bad:
                return _refusal(bad.errors, language, 400)
            except CodedError as error:
                return _refusal([error], language, error.status or 400)
            except Exception as error:  # noqa: BLE001
                return _told(language)(error)

        return answer

    def download(self, context: Context, pieces: Pieces, name: str, format: ExportFormat) -> Download:
        """A file that is sent while it is made."""
        return Download(
            pieces,
            _told(context.language),
            self.places,
            headers=headers_for(f"{name}.{format}"),
            media_type=KINDS[format],
        )


def headers_for(name: str) -> dict[str, str]:
    return {**HEADERS, "content-disposition": f'attachment; filename="{name}"'}


def _told(language: Language) -> Callable[[Exception], Response]:
    def answer(error: Exception) -> Response:
        status = 503 if isinstance(error, Unavailable) else 400 if isinstance(error, Refused) else 500
        return _refusal([GraphQLError(str(error), original_error=error)], language, status)

    return answer


def _refusal(errors: Sequence[GraphQLError], language: Language, status: int) -> Response:
    told = [formatted(error, language, before_execution=False) for error in errors]
    return Response(msgspec.json.encode({"errors": told}), status, HEADERS, media_type="application/json")
