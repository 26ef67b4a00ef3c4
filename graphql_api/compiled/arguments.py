"""What the fields of an operation are given, and by whom they may be asked."""

from collections.abc import Awaitable, Callable, Container, Mapping
from typing import Any, TypeAlias

from graphql import (
    FieldNode,
    GraphQLField,
    ListValueNode,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_argument_values,
    is_non_null_type,
)
from graphql.execution.values import VariableValues
from strawberry.types.field import StrawberryField

from graphql_api.compiled.inputs import Converters
from graphql_api.compiled.selection import Selected
from graphql_api.context import Context
from graphql_api.roles import RequiresRole
from graphql_api.schema import QuietSchema
from graphql_api.types.connection import page_request
from ports.paging import PageRequest

Read: TypeAlias = Callable[[Context, VariableValues], Awaitable[Any]]
"""The value of a root field."""


class Asking:
    """One field of a document: what its converters need is looked up once."""

    def __init__(self, schema: QuietSchema, chosen: Selected) -> None:
        declared: StrawberryField = chosen.field.extensions["strawberry-definition"]
        names, converters = schema.schema_converter.config.name_converter, Converters(schema)
        self._field: GraphQLField = chosen.field
        self._node = chosen.node
        self._guards = [one for one in declared.extensions if isinstance(one, RequiresRole)]
        self._arguments = {
            (name := names.from_argument(one)): (
                one.python_name,
                converters.of(one.type, chosen.field.args[name].type),
            )
            for one in declared.arguments
        }
        """Of each its name in Python, and what makes its value."""
        written = {one.name.value: one.value for one in chosen.node.arguments or ()}
        self._varying = [
            (name, value.name.value, is_non_null_type(chosen.field.args[name].type))
            for name, value in written.items()
            if isinstance(value, VariableNode)
        ]
        """Those that are a variable: which, and whether it must not be null."""
        self._constant = self._without_variables({name for name, *_ in self._varying})

    def __call__(self, context: Context, variables: VariableValues) -> Mapping[str, Any]:
        """The arguments as a resolver gets them; UNAUTHENTICATED or FORBIDDEN when it is not the caller's to
        ask for."""
        for guard in self._guards:
            guard.check(context)
        given = self._plainly(variables.coerced)
        if given is None:
            given = get_argument_values(self._field, self._node, variables)
        return {
            python: value if convert is None else convert(value)
            for name, value in given.items()
            for python, convert in [self._arguments[name]]
        }

    def _without_variables(self, varying: Container[str]) -> Mapping[str, Any] | None:
        """All other arguments; None when variables stand within one of them."""
        nodes = [one for one in self._node.arguments or () if one.name.value not in varying]
        if any(_has_variables(one.value) for one in nodes):
            return None
        others = {name: one for name, one in self._field.args.items() if name not in varying}
        constant = FieldNode(name=self._node.name, arguments=tuple(nodes))
        return get_argument_values(GraphQLField(self._field.type, args=others), constant)

    def _plainly(self, variables: Mapping[str, Any]) -> dict[str, Any] | None:
        """What graphql-core makes of them; None where it is to be asked."""
        if self._constant is None:
            return None
        given = dict(self._constant)
        for name, variable, needed in self._varying:
            value = variables.get(variable, Undefined)
            if value is Undefined or (value is None and needed):
                return None
            given[name] = value
        return given


def _has_variables(value: ValueNode) -> bool:
    match value:
        case VariableNode():
            return True
        case ListValueNode():
            return any(_has_variables(one) for one in value.values)
        case ObjectValueNode():
            return any(_has_variables(one.value) for one in value.fields)
        case _:
            return False


def page_asked(arguments: Mapping[str, Any]) -> PageRequest:
    return page_request(*(arguments.get(name) for name in ("first", "after", "last", "before")))
