"""`GET` and `POST /exports/reconciliation/{period}.xlsx`: a month as a workbook, and back when filled in."""

from collections import Counter
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from core.line_rows import RowOutcome, RowResult
from graphql_api.context import Context
from graphql_api.errors import bad_input
from graphql_api.files import KINDS, FileRoutes, headers_for
from graphql_api.request import LARGEST_BODY, limited_body
from graphql_api.roles import FINANCE_TEAM, RequiresRole
from graphql_api.texts import Language, Text, explain
from ports.calendar import Period
from ports.exports import ExportFormat
from ports.imports import UnreadableFile
from ports.titles import BillingBasis

ADDRESS = "/exports/reconciliation/{period}.xlsx"
GUARD = RequiresRole(any_of=list(FINANCE_TEAM))

BAD_PERIOD = Text("O mês se escreve 2026-11.", "The month is written 2026-11.")
ONLY_BASIS = Text(
    "O único parâmetro é basis, uma vez: {bases}.", "The only parameter is basis, once: {bases}."
)
NO_PARAMETER = Text("Não há parâmetros.", "There are no parameters.")
UNREADABLE = Text(
    "O corpo não é uma planilha de reconciliação, ou é grande demais.",
    "The body is no workbook of a reconciliation, or too large a one.",
)
RESULTS = {
    RowResult.ACKNOWLEDGED: Text("Reconhecida.", "Acknowledged."),
    RowResult.WITHDRAWN: Text("Reconhecimento retirado.", "Acknowledgement withdrawn."),
    RowResult.UNCHANGED: Text("Sem mudança.", "Unchanged."),
    RowResult.REFUSED: Text("Recusada: {reasons}", "Refused: {reasons}"),
}
COUNTS = {result: f"concilia-{result.name.lower()}" for result in RowResult}
"""Headers that tell how many rows had which result."""


def reconciliation_routes(files: FileRoutes) -> Sequence[BaseRoute]:
    async def export(request: Request, context: Context) -> Response:
        GUARD.check(context)
        period, basis = _period(request), _basis(request)
        pieces = context.use_cases.export_reconciliation(period, basis)
        return files.download(context, pieces, f"reconciliation-{period}", ExportFormat.XLSX)

    async def take_back(request: Request, context: Context) -> Response:
        GUARD.check(context)
        period = _period(request)
        if request.query_params:
            raise bad_input(NO_PARAMETER)
        body = await limited_body(request, LARGEST_BODY)
        async with files.places:
            return await _applied(context, period, body)

    return [
        Route(ADDRESS, files.endpoint(export)),
        Route(ADDRESS, files.endpoint(take_back), methods=["POST"]),
    ]


async def _applied(context: Context, period: Period, body: bytes) -> Response:
    counts = Counter(dict.fromkeys(RowResult, 0))

    def told(outcome: RowOutcome) -> str:
        counts[outcome.result] += 1
        return _message(outcome, context.language)

    pieces = context.use_cases.import_reconciliation(period, body, told, by=context.caller)
    try:
        content = b"".join([piece async for piece in pieces])
    except UnreadableFile:
        raise bad_input(UNREADABLE) from None
    headers = headers_for(f"reconciliation-{period}.xlsx")
    headers |= {COUNTS[result]: str(number) for result, number in counts.items()}
    return Response(content, headers=headers, media_type=KINDS[ExportFormat.XLSX])


def _message(outcome: RowOutcome, language: Language) -> str:
    """With the column that each reason is about."""
    reasons = " ".join(f"{'.'.join(fault.path)}: {explain(fault, language)}" for fault in outcome.faults)
    return RESULTS[outcome.result].say(language, reasons=reasons)


def _period(request: Request) -> Period:
    try:
        return Period.parse(request.path_params["period"])
    except ValueError:
        raise bad_input(BAD_PERIOD) from None


def _basis(request: Request) -> BillingBasis | None:
    given = request.query_params.multi_items()
    if not given:
        return None
    names = BillingBasis.__members__
    if len(given) > 1 or given[0][0] != "basis" or given[0][1] not in names:
        raise bad_input(ONLY_BASIS, bases=", ".join(names))
    return names[given[0][1]]
