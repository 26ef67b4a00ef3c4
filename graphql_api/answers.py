"""What an operation answers, whatever carries the answer."""

import re
from collections.abc import AsyncGenerator, Collection
from contextlib import aclosing
from typing import Any, NamedTuple

from graphql import GraphQLError, OperationDefinitionNode, parse
from strawberry import Schema
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from graphql_api.context import Context
from graphql_api.errors import CodedError, ErrorCode, bad_input, formatted
from graphql_api.request import Operation
from graphql_api.texts import Language, Text

_OPERATION_WORDS = re.compile("query|mutation|subscription")
NOT_BY_GET = Text("Alterações só por POST.", "Changes go by POST only.")
NEEDS_STREAM = Text(
    "Assinaturas só por WebSocket ou com Accept: text/event-stream.",
    "Subscriptions go by WebSocket or with Accept: text/event-stream only.",
)
WHICH_OPERATION = Text("Diga qual operação em operationName.", "Name the operation in operationName.")

Misdirected = (CannotGetOperationTypeError, InvalidOperationTypeError)
"""What Strawberry has against an operation as a whole."""


class Answer(NamedTuple):
    wire: dict[str, Any]
    before: bool
    """Whether it was refused before anything was executed."""


def check_choice(asked: Operation) -> None:
    """Several operations and none named: Strawberry would take the first, GraphQL wants one named."""
    if asked.name is None and _leaves_a_choice(asked.query):
        raise bad_input(WHICH_OPERATION)


def _leaves_a_choice(query: str) -> bool:
    if len(_OPERATION_WORDS.findall(query)) < 2:
        return False
    try:
        definitions = parse(query).definitions
    except (GraphQLError, RecursionError):
        return False
    return sum(isinstance(definition, OperationDefinitionNode) for definition in definitions) > 1


def misdirected(error: BaseException) -> CodedError:
    """One of `Misdirected` in our words."""
    if not isinstance(error, InvalidOperationTypeError):
        return bad_input(WHICH_OPERATION)
    if error.operation_type is OperationType.SUBSCRIPTION:
        return CodedError(ErrorCode.BAD_USER_INPUT, NEEDS_STREAM, status=406)
    return CodedError(ErrorCode.BAD_USER_INPUT, NOT_BY_GET, status=405)


def told(result: Any, language: Language) -> Answer:
    """A result as it goes out."""
    unread = isinstance(result, PreExecutionError)
    before = unread or _refused_variables(result.data, result.errors)
    wire: dict[str, Any] = {} if before else {"data": result.data}
    if result.errors:
        wire["errors"] = [formatted(error, language, before_execution=unread) for error in result.errors]
    return Answer(wire, before)


def _refused_variables(data: object, errors: list[GraphQLError] | None) -> bool:
    """Variables that cannot be coerced: execution never began, so no error has a place in the answer."""
    return data is None and bool(errors) and all(error.path is None for error in errors or ())


def refusal(error: CodedError, language: Language) -> Answer:
    """The answer to what never came to be an operation."""
    return Answer({"errors": [formatted(error, language, before_execution=True)]}, before=True)


async def stream(
    schema: Schema, asked: Operation, context: Context, kinds: Collection[OperationType]
) -> AsyncGenerator[Answer, None]:
    """One answer to a query or a mutation; of a subscription one after the other, until it ends."""
    try:
        check_choice(asked)
    except CodedError as error:
        yield refusal(error, context.language)
        return
    results = await schema.stream(
        asked.query,
        variable_values=asked.variables,
        operation_name=asked.name,
        context_value=context,
        allowed_operation_types=kinds,
    )
    async with aclosing(results):
        async for result in results:
            yield told(_ours(result), context.language)
            context.loaders.renew()


def _ours(result: Any) -> Any:
    """A stream has Strawberry's own complaints among its results."""
    cause = result.errors[0].original_error if result.errors else None
    if isinstance(cause, Misdirected):
        return PreExecutionError(data=None, errors=[misdirected(cause)])
    return result
