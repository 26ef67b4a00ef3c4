"""`GET /exports/payments.{json,csv,xlsx}`: what the query `payments` lists, as a file."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from graphql_api.context import Context
from graphql_api.errors import bad_input
from graphql_api.files import FileRoutes
from graphql_api.filters import read_filter
from graphql_api.operations.payment_queries import check_visible
from graphql_api.roles import EVERYONE, RequiresRole
from graphql_api.texts import Text
from ports.calendar import local_day
from ports.exports import ExportFormat
from ports.payments import PaymentFilter

ONLY_FILTER = Text("O único parâmetro é filter, uma vez.", "The only parameter is filter, once.")
GUARD = RequiresRole(any_of=list(EVERYONE))


def payment_routes(files: FileRoutes) -> Sequence[BaseRoute]:
    def route(format: ExportFormat) -> Route:
        async def payments(request: Request, context: Context) -> Response:
            pieces = context.use_cases.export_payments(format, _asked(request, context))
            name = f"payments-{local_day(context.clock.now())}"
            return files.download(context, pieces, name, format)

        return Route(f"/exports/payments.{format}", files.endpoint(payments))

    return list(map(route, ExportFormat))


def _asked(request: Request, context: Context) -> PaymentFilter:
    GUARD.check(context)
    given = request.query_params.multi_items()
    if [name for name, _ in given] not in ([], ["filter"]):
        raise bad_input(ONLY_FILTER)
    where = read_filter(given[0][1]) if given else PaymentFilter()
    check_visible(where, context)
    return where
