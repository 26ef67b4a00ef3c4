"""What an operation answers, whatever carries the answer."""

from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import aclosing
from typing import Any, NamedTuple

from graphql import GraphQLError, OperationType
from strawberry.types.execution import PreExecutionError

from graphql_api.compiled.plans import Plans
from graphql_api.context import Context
from graphql_api.documents import Documents, Readable, Unsound
from graphql_api.errors import CodedError, ErrorCode, formatted
from graphql_api.execution import READ, InTime
from graphql_api.limits.budgets import budget_of
from graphql_api.limits.checks import Cost
from graphql_api.metrics import Metrics, Watched, name_of
from graphql_api.persisted import PersistedOperations
from graphql_api.request import Envelope, Operation
from graphql_api.roles import may
from graphql_api.schema import QuietSchema
from graphql_api.texts import Language, Text
from ports.identity import Role

NOT_BY_GET = Text("Alterações só por POST.", "Changes go by POST only.")
NEEDS_STREAM = Text(
    "Assinaturas só por WebSocket ou com Accept: text/event-stream.",
    "Subscriptions go by WebSocket or with Accept: text/event-stream only.",
)


class Answer(NamedTuple):
    wire: dict[str, Any]
    before: bool
    """Whether it was refused before anything was executed."""
    status: int | None = None
    """HTTP's, where it is the same for every media type."""


class Operations:
    """Carries out what callers ask for, by one schema."""

    def __init__(self, schema: QuietSchema, persisted: PersistedOperations, metrics: Metrics) -> None:
        self._schema = schema
        self._persisted = persisted
        self._metrics = metrics
        self._documents = Documents(schema.core)
        self._plans = Plans(schema)

    def asked(self, envelope: Envelope) -> Operation:
        """The operation that is meant; CodedError when there is none, or it may not be executed."""
        return self._persisted.asked(envelope)

    async def answer(self, asked: Operation, context: Context, kinds: Collection[OperationType]) -> Answer:
        """The answer to a query or a mutation."""
        with Watched(self._metrics) as watched:
            readable = await self._sound(asked, context, kinds, watched)
            if isinstance(readable, Answer):
                answer = readable
            elif (compiled := await self._compiled(asked, readable, context)) is not None:
                answer = compiled
            else:
                async with aclosing(self._executed(asked, readable, context)) as answers:
                    answer = await anext(answers)
            watched.saw(answer.wire.get("errors", ()))
            return answer

    async def stream(
        self, asked: Operation, context: Context, kinds: Collection[OperationType]
    ) -> AsyncGenerator[Answer, None]:
        """One answer to a query or a mutation; of a subscription one after the other, until it ends."""
        with Watched(self._metrics) as watched:
            readable = await self._sound(asked, context, kinds, watched)
            if isinstance(readable, Answer):
                watched.saw(readable.wire["errors"])
                yield readable
                return
            async with aclosing(self._executed(asked, readable, context)) as answers:
                async for answer in answers:
                    watched.saw(answer.wire.get("errors", ()))
                    yield answer

    async def _sound(
        self, asked: Operation, context: Context, kinds: Collection[OperationType], watched: Watched
    ) -> Readable | Answer:
        """What can be executed, or the answer that says why not."""
        try:
            readable = await self._read(asked, context)
            watched.name = name_of(readable.operation)
            check_kind(readable.operation.operation, kinds)
        except Unsound as unsound:
            return refused(unsound.errors, context.language)
        except CodedError as error:
            return refusal(error, context.language)
        return readable

    async def _executed(
        self, asked: Operation, readable: Readable, context: Context
    ) -> AsyncGenerator[Answer, None]:
        """By graphql-core."""
        if readable.operation.operation is OperationType.QUERY:
            context = context.reading
        results = await self._schema.stream(
            asked.query,
            variable_values=asked.variables,
            operation_name=asked.name,
            context_value=context,
            operation_extensions={READ: readable},
        )
        async with aclosing(results):
            async for result in results:
                yield told(result, context.language, readable.cost)
                context.loaders.renew()

    async def _compiled(self, asked: Operation, readable: Readable, context: Context) -> Answer | None:
        """The answer to a plain read; None when the schema is to answer."""
        try:
            with InTime():
                data = await self._plans.data(asked, readable, context)
        except CodedError as late:
            return told(PreExecutionError(data=None, errors=[late]), context.language, readable.cost)
        if data is None:
            return None
        return Answer({"data": data, **_extensions(readable.cost)}, before=False)

    async def _read(self, asked: Operation, context: Context) -> Readable:
        roles = context.identity.roles if context.identity else ()
        open_schema = context.open_schema or may(context, [Role.ADMIN])
        return await self._documents.read(asked, open_schema=open_schema, budget=budget_of(roles))


def check_kind(kind: OperationType, kinds: Collection[OperationType]) -> None:
    """CodedError when operations of this kind do not come by this way."""
    if kind in kinds:
        return
    if kind is OperationType.SUBSCRIPTION:
        raise CodedError(ErrorCode.BAD_USER_INPUT, NEEDS_STREAM, status=406)
    raise CodedError(ErrorCode.BAD_USER_INPUT, NOT_BY_GET, status=405)


def told(result: Any, language: Language, cost: Cost) -> Answer:
    """A result as it goes out."""
    unread = isinstance(result, PreExecutionError)
    before = unread or _refused_variables(result.data, result.errors)
    wire: dict[str, Any] = {} if before else {"data": result.data}
    if result.errors:
        wire["errors"] = [formatted(error, language, before_execution=unread) for error in result.errors]
    return Answer(wire | _extensions(cost), before)


def _extensions(cost: Cost) -> dict[str, Any]:
    return {"extensions": {"cost": {"requested": cost.requested, "allowed": cost.allowed}}}


def _refused_variables(data: object, errors: list[GraphQLError] | None) -> bool:
    """Variables that cannot be coerced: execution never began, so no error has a place in the answer."""
    return data is None and bool(errors) and all(error.path is None for error in errors or ())


def refused(errors: Sequence[GraphQLError], language: Language, status: int | None = None) -> Answer:
    """The answer to what is not carried out."""
    told = [formatted(error, language, before_execution=True) for error in errors]
    return Answer({"errors": told}, before=True, status=status)


def refusal(error: CodedError, language: Language) -> Answer:
    return refused([error], language, error.status)
