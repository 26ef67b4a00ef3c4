"""Plans of operations: made once for each document, kept, and carried out."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from graphql import (
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    OperationType,
    get_argument_values,
    get_named_type,
    get_variable_values,
)
from graphql.execution.values import VariableValues
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from graphql_api.compiled.payments import COMPILED, Read
from graphql_api.compiled.selection import NotPlain, Selected, Selection
from graphql_api.context import Context
from graphql_api.documents import Readable
from graphql_api.request import Operation
from graphql_api.roles import RequiresRole
from graphql_api.schema import QuietSchema
from graphql_api.shelf import Shelf
from ports.errors import Problem

REMEMBERED = 1_000_000
"""Characters of documents whose plans are kept."""


class Plan(NamedTuple):
    """One root field: how it is guarded, what it is given, how it is read."""

    chosen: Selected
    field: GraphQLField
    declared: StrawberryField
    guards: list[RequiresRole]
    read: Read


class Plans:
    def __init__(self, schema: QuietSchema) -> None:
        self._schema = schema
        self._kept: Shelf[Any, Plan | NotPlain] = Shelf(REMEMBERED)

    async def data(self, asked: Operation, readable: Readable, context: Context) -> dict[str, Any] | None:
        """The answer's `data`; None when graphql-core is to answer: it also says what went wrong."""
        operation = readable.operation
        if operation.operation is not OperationType.QUERY:
            return None
        definitions = operation.variable_definitions or ()
        variables = get_variable_values(self._schema.core, definitions, asked.variables or {})
        if isinstance(variables, list):
            return None
        try:
            plan = self._plan(asked, readable, variables)
            for guard in plan.guards:
                guard.check(context)
            return {plan.chosen.key: await plan.read(context, self._arguments(plan, variables))}
        except (NotPlain, GraphQLError, Problem):
            return None

    def _plan(self, asked: Operation, readable: Readable, variables: VariableValues) -> Plan:
        """Of all variables the Boolean ones alone can decide what is selected."""
        choices = tuple(one for one in variables.coerced.items() if isinstance(one[1], bool))
        key = (asked.query, asked.name, choices)
        if (kept := self._kept.get(key)) is None:
            kept = self._made(readable, variables)
            self._kept.put(key, kept, len(asked.query))
        if isinstance(kept, NotPlain):
            raise kept
        return kept

    def _made(self, readable: Readable, variables: VariableValues) -> Plan | NotPlain:
        schema = self._schema.core
        selection = Selection(schema, readable.document, readable.operation, variables)
        query = schema.query_type
        assert query is not None  # noqa: S101
        try:
            [chosen] = selection.root(query)
            compiled, field = COMPILED[chosen.name], query.fields[chosen.name]
            kind = get_named_type(field.type)
            assert isinstance(kind, GraphQLObjectType)  # noqa: S101
            read = compiled(selection, chosen, kind)
        except (NotPlain, ValueError, KeyError):
            return NotPlain()
        declared: StrawberryField = field.extensions["strawberry-definition"]
        guards = [guard for guard in declared.extensions if isinstance(guard, RequiresRole)]
        return Plan(chosen, field, declared, guards, read)

    def _arguments(self, plan: Plan, variables: VariableValues) -> Mapping[str, Any]:
        given = get_argument_values(plan.field, plan.chosen.node, variables)
        converter = self._schema.schema_converter
        return convert_arguments(
            given,
            plan.declared.arguments,
            scalar_registry=converter.scalar_registry,
            config=converter.config,
        )
