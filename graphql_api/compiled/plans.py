"""Plans of operations: made once for each document, kept, and carried out."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from graphql import (
    GraphQLError,
    GraphQLObjectType,
    OperationType,
    get_named_type,
)
from graphql.execution.values import VariableValues

from graphql_api.compiled.arguments import Read
from graphql_api.compiled.clients import pages_of_clients
from graphql_api.compiled.payments import one_payment, pages_of_payments
from graphql_api.compiled.selection import NotPlain, Selected, Selection
from graphql_api.compiled.variables import Declared
from graphql_api.context import Context
from graphql_api.documents import REMEMBERED, Readable
from graphql_api.limits.parsing import weight
from graphql_api.request import Operation
from graphql_api.schema import QuietSchema
from graphql_api.shelf import Shelf
from ports.errors import Problem


class Plan(NamedTuple):
    """One root field: its key in the answer, and how it is read."""

    key: str
    read: Read


COMPILED: Mapping[str, Callable[[Selection, Selected, GraphQLObjectType], Read]] = {
    "payment": one_payment,
    "payments": pages_of_payments,
    "clients": pages_of_clients,
}


class Plans:
    def __init__(self, schema: QuietSchema) -> None:
        self._schema = schema
        self._variables: Shelf[Any, Declared] = Shelf(REMEMBERED)
        self._kept: Shelf[Any, Plan | type[NotPlain]] = Shelf(REMEMBERED)

    async def data(self, asked: Operation, readable: Readable, context: Context) -> dict[str, Any] | None:
        """The answer's `data`; None when graphql-core is to answer: it also says what went wrong."""
        operation = readable.operation
        if operation.operation is not OperationType.QUERY:
            return None
        variables = self._declared(asked, readable).values(asked.variables or {})
        if variables is None:
            return None
        try:
            plan = self._plan(asked, readable, variables)
            return {plan.key: await plan.read(context, variables)}
        except (NotPlain, GraphQLError, Problem):
            return None

    def _declared(self, asked: Operation, readable: Readable) -> Declared:
        key = (asked.query, asked.name)
        if (kept := self._variables.get(key)) is None:
            kept = Declared(self._schema.core, readable.operation)
            if readable.kept:
                self._variables.put(key, kept, weight(asked.query))
        return kept

    def _plan(self, asked: Operation, readable: Readable, variables: VariableValues) -> Plan:
        """Of all variables the Boolean ones alone can decide what is selected."""
        choices = tuple(one for one in variables.coerced.items() if isinstance(one[1], bool))
        key = (asked.query, asked.name, choices)
        if (kept := self._kept.get(key)) is None:
            kept = self._made(readable, variables)
            if readable.kept:
                self._kept.put(key, kept, weight(asked.query))
        if not isinstance(kept, Plan):
            raise kept
        return kept

    def _made(self, readable: Readable, variables: VariableValues) -> Plan | type[NotPlain]:
        """The class, as one exception that is kept would gather all that was on the stack at each raise."""
        selection = Selection(self._schema, readable.document, readable.operation, variables)
        query = self._schema.core.query_type
        assert query is not None  # noqa: S101
        try:
            [chosen] = selection.root(query)
            compiled = COMPILED[chosen.name]
            kind = get_named_type(chosen.field.type)
            assert isinstance(kind, GraphQLObjectType)  # noqa: S101
            return Plan(chosen.key, compiled(selection, chosen, kind))
        except (NotPlain, GraphQLError, ValueError, KeyError):
            return NotPlain
