"""What the fields of an operation are given, and by whom they may be asked."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, TypeAlias

from graphql import GraphQLField, get_argument_values
from graphql.execution.values import VariableValues
from strawberry.types.arguments import convert_argument
from strawberry.types.field import StrawberryField

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
        converter = schema.schema_converter
        self._field: GraphQLField = chosen.field
        self._node = chosen.node
        self._guards = [one for one in declared.extensions if isinstance(one, RequiresRole)]
        self._convert = partial(
            convert_argument, scalar_registry=converter.scalar_registry, config=converter.config
        )
        self._arguments = [
            (converter.config.name_converter.from_argument(one), one.python_name, one.type)
            for one in declared.arguments
        ]

    def __call__(self, context: Context, variables: VariableValues) -> Mapping[str, Any]:
        """The arguments as a resolver gets them; UNAUTHENTICATED or FORBIDDEN when it is not the caller's to
        ask for."""
        for guard in self._guards:
            guard.check(context)
        given = get_argument_values(self._field, self._node, variables)
        return {
            python: self._convert(value=given[name], type_=kind)
            for name, python, kind in self._arguments
            if name in given
        }


def page_asked(arguments: Mapping[str, Any]) -> PageRequest:
    return page_request(*(arguments.get(name) for name in ("first", "after", "last", "before")))
