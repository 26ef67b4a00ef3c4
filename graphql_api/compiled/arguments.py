"""What the fields of an operation are given, and by whom they may be asked."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from graphql import GraphQLField, get_argument_values
from graphql.execution.values import VariableValues
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from graphql_api.compiled.selection import Selected
from graphql_api.context import Context
from graphql_api.roles import RequiresRole
from graphql_api.schema import QuietSchema
from graphql_api.types.connection import page_request
from ports.paging import PageRequest

Given: TypeAlias = Callable[[Selected], Mapping[str, Any]]
"""The arguments of a field; UNAUTHENTICATED or FORBIDDEN when it is not the caller's to ask for."""
Read: TypeAlias = Callable[[Context, Given], Awaitable[Any]]
"""The value of a root field."""


def giving(schema: QuietSchema, context: Context, variables: VariableValues) -> Given:
    def given(chosen: Selected) -> Mapping[str, Any]:
        field: GraphQLField = chosen.field
        declared: StrawberryField = field.extensions["strawberry-definition"]
        for extension in declared.extensions:
            if isinstance(extension, RequiresRole):
                extension.check(context)
        converter = schema.schema_converter
        return convert_arguments(
            get_argument_values(field, chosen.node, variables),
            declared.arguments,
            scalar_registry=converter.scalar_registry,
            config=converter.config,
        )

    return given


def page_asked(arguments: Mapping[str, Any]) -> PageRequest:
    return page_request(*(arguments.get(name) for name in ("first", "after", "last", "before")))
