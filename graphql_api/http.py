"""GraphQL over HTTP: every failure coded, nothing of an inner fault shown."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from graphql import GraphQLError, OperationDefinitionNode, parse
from starlette.requests import Request
from starlette.responses import Response
from strawberry import Schema
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from graphql_api.context import Context
from graphql_api.errors import CodedError, ErrorCode, bad_input, formatted, unauthenticated
from graphql_api.ide import ide_page
from graphql_api.request import JSON, Operation, read_operation
from graphql_api.texts import Language, Text, pick_language
from ports.identity import BadToken

_OPERATION_WORDS = re.compile("query|mutation|subscription")
GRAPHQL_JSON = "application/graphql-response+json"
NOT_BY_GET = Text("Alterações só por POST.", "Changes go by POST only.")
WHICH_OPERATION = Text("Diga qual operação em operationName.", "Name the operation in operationName.")
ALLOWED: Mapping[str, Sequence[OperationType]] = {
    "GET": [OperationType.QUERY],
    "POST": [OperationType.QUERY, OperationType.MUTATION],
}

MakeContext = Callable[[str | None, Language], Context]


class GraphQLEndpoint:
    """POST for everything, GET for queries; a browser that asks for a page gets GraphiQL."""

    def __init__(self, schema: Schema, make_context: MakeContext) -> None:
        self._schema = schema
        self._make_context = make_context

    async def __call__(self, request: Request) -> Response:
        if _wants_page(request):
            return ide_page(request)
        language = pick_language(request.headers.get("accept-language", ""))
        try:
            context = self._make_context(request.headers.get("authorization"), language)
            operation = await read_operation(request)
            answer = await self._execute(request, operation, context)
        except BadToken:
            return _refusal(request, unauthenticated(), language)
        except CodedError as error:
            return _refusal(request, error, language)
        before = "data" not in answer
        return _response(request, answer, 400 if before and _modern(request) else 200)

    async def _execute(self, request: Request, asked: Operation, context: Context) -> dict[str, Any]:
        if asked.name is None and _leaves_a_choice(asked.query):
            raise bad_input(WHICH_OPERATION)
        try:
            result = await self._schema.execute(
                asked.query,
                variable_values=asked.variables,
                operation_name=asked.name,
                context_value=context,
                allowed_operation_types=ALLOWED[request.method],
            )
        except InvalidOperationTypeError:
            raise CodedError(ErrorCode.BAD_USER_INPUT, NOT_BY_GET, status=405) from None
        except CannotGetOperationTypeError:
            raise bad_input(WHICH_OPERATION) from None
        before = isinstance(result, PreExecutionError) or _refused_variables(result.data, result.errors)
        answer: dict[str, Any] = {} if before else {"data": result.data}
        if result.errors:
            answer["errors"] = [
                formatted(error, context.language, before_execution=isinstance(result, PreExecutionError))
                for error in result.errors
            ]
        return answer


def _leaves_a_choice(query: str) -> bool:
    """Whether there are several operations: Strawberry would take the first, GraphQL wants one named."""
    if len(_OPERATION_WORDS.findall(query)) < 2:
        return False
    try:
        definitions = parse(query).definitions
    except (GraphQLError, RecursionError):
        return False
    return sum(isinstance(definition, OperationDefinitionNode) for definition in definitions) > 1


def _refused_variables(data: object, errors: list[GraphQLError] | None) -> bool:
    """Variables that cannot be coerced: execution never began, so no error has a place in the answer."""
    return data is None and bool(errors) and all(error.path is None for error in errors or ())


def _wants_page(request: Request) -> bool:
    asked = request.headers.get("accept", "")
    return request.method == "GET" and "text/html" in asked and "query" not in request.query_params


def _modern(request: Request) -> bool:
    return GRAPHQL_JSON in request.headers.get("accept", "")


def _refusal(request: Request, error: CodedError, language: Language) -> Response:
    """An answer to a request that never came to be an operation."""
    told = formatted(error, language, before_execution=True)
    return _response(request, {"errors": [told]}, error.status)


def _response(request: Request, answer: dict[str, Any], status: int) -> Response:
    kind = GRAPHQL_JSON if _modern(request) else JSON
    headers = {"cache-control": "no-store", "vary": "accept, accept-language, authorization"}
    return Response(msgspec.json.encode(answer), status, headers, media_type=f"{kind}; charset=utf-8")
