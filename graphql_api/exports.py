"""`GET /exports/payments.{json,csv,xlsx}`: what the query `payments` lists, as a file."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

import msgspec
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from graphql_api.context import Context
from graphql_api.download import Download
from graphql_api.errors import CodedError, bad_input, formatted, unauthenticated
from graphql_api.filters import BadFilter, read_filter
from graphql_api.http import MakeContext
from graphql_api.operations.payment_queries import check_visible
from graphql_api.roles import EVERYONE, RequiresRole
from graphql_api.texts import Language, Text, pick_language
from ports.calendar import local_day
from ports.errors import Refused, Unavailable
from ports.exports import ExportFormat
from ports.identity import BadToken
from ports.payments import PaymentFilter

AT_ONCE = 3
"""Files made at once by one process: each holds a connection to the database, and others need some too."""

ONLY_FILTER = Text("O único parâmetro é filter, uma vez.", "The only parameter is filter, once.")
KINDS: Mapping[ExportFormat, str] = {
    ExportFormat.JSON: "application/json",
    ExportFormat.CSV: "text/csv",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
HEADERS = {"cache-control": "no-store", "vary": "accept-language, authorization"}
GUARD = RequiresRole(any_of=list(EVERYONE))


def export_routes(make_context: MakeContext) -> Sequence[BaseRoute]:
    places = asyncio.Semaphore(AT_ONCE)

    def route(format: ExportFormat) -> Route:
        async def payments(request: Request) -> Response:
            language = pick_language(request.headers.get("accept-language", ""))
            try:
                context = await make_context(request.headers.get("authorization"), language)
                where = _asked(request, context)
            except BadToken:
                return _refusal([unauthenticated()], language, 401)
            except BadFilter as bad:
                return _refusal(bad.errors, language, 400)
            except CodedError as error:
                return _refusal([error], language, error.status or 400)
            return _download(context, format, where, places)

        return Route(f"/exports/payments.{format}", payments)

    return list(map(route, ExportFormat))


def _asked(request: Request, context: Context) -> PaymentFilter:
    GUARD.check(context)
    given = request.query_params.multi_items()
    if [name for name, _ in given] not in ([], ["filter"]):
        raise bad_input(ONLY_FILTER)
    where = read_filter(given[0][1]) if given else PaymentFilter()
    check_visible(where, context)
    return where


def _download(
    context: Context, format: ExportFormat, where: PaymentFilter, places: asyncio.Semaphore
) -> Download:
    name = f"payments-{local_day(context.clock.now())}.{format}"
    return Download(
        context.use_cases.export_payments(format, where),
        _told(context.language),
        places,
        headers={**HEADERS, "content-disposition": f'attachment; filename="{name}"'},
        media_type=KINDS[format],
    )


def _told(language: Language) -> Callable[[Exception], Response]:
    def answer(error: Exception) -> Response:
        status = 503 if isinstance(error, Unavailable) else 400 if isinstance(error, Refused) else 500
        return _refusal([GraphQLError(str(error), original_error=error)], language, status)

    return answer


def _refusal(errors: Sequence[GraphQLError], language: Language, status: int) -> Response:
    told = [formatted(error, language, before_execution=False) for error in errors]
    return Response(msgspec.json.encode({"errors": told}), status, HEADERS, media_type="application/json")
