"""Values in variables, coerced by readers that are made once for each type.

graphql-core asks of each field of each input anew what its type is. It stays the reference: whatever is not
plainly right is left to it, which says what is wrong.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, TypeAlias

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLString,
    GraphQLType,
    Undefined,
    get_operation_ast,
    is_required_input_field,
    type_from_ast,
)
from graphql.utilities.coerce_input_value import coerce_default_value

from graphql_api.executor import Executor

Reader: TypeAlias = Callable[[Any], Any]
"""One of FAILURES for whatever is not plainly right."""

FAILURES = (ValueError, KeyError, TypeError, ArithmeticError, GraphQLError)


class Executing(Executor):
    """Is spared the long lists."""

    @classmethod
    def build(  # type: ignore[override]
        cls,
        schema: GraphQLSchema,
        document: DocumentNode,
        root: Any,
        context: Any,
        variables: dict[str, Any] | None,
        name: str | None,
        *rest: Any,
        **options: Any,
    ) -> Any:
        read = dict(_lists(schema, document, name, variables or {}))
        # An empty list is right wherever a list is: this one's place is taken by what was read.
        spared = {**(variables or {}), **{name: [] for name in read}}
        executor = super().build(schema, document, root, context, spared, name, *rest, **options)
        if not isinstance(executor, list):
            executor.variable_values.coerced.update(read)
        return executor


def _lists(
    schema: GraphQLSchema, document: DocumentNode, name: str | None, variables: dict[str, Any]
) -> Iterator[tuple[str, list[Any]]]:
    """The variables that are lists of inputs, as far as they are plainly right."""
    operation = get_operation_ast(document, name)
    for declared in (operation and operation.variable_definitions) or ():
        sent = variables.get(declared.variable.name.value)
        if isinstance(sent, list) and (read := list_reader(type_from_ast(schema, declared.type))):
            try:
                yield declared.variable.name.value, read(sent)
            except FAILURES:
                continue


def list_reader(kind: GraphQLType | None) -> Reader | None:
    """Of a list of inputs; None for any other type."""
    members = _unwrapped(kind)
    of_inputs = isinstance(members, GraphQLList) and isinstance(
        _unwrapped(members.of_type), GraphQLInputObjectType
    )
    return _nullable_reader(members) if of_inputs else None


def _unwrapped(kind: Any) -> Any:
    return kind.of_type if isinstance(kind, GraphQLNonNull) else kind


def reader(kind: GraphQLInputType) -> Reader:
    if isinstance(kind, GraphQLNonNull):
        needed = _nullable_reader(kind.of_type)
        return lambda sent: _never(sent) if sent is None else needed(sent)
    read = _nullable_reader(kind)
    return lambda sent: None if sent is None else read(sent)


def _nullable_reader(kind: Any) -> Reader:
    """Of all values but null."""
    if isinstance(kind, GraphQLList):
        return _list_of(reader(kind.of_type))
    if isinstance(kind, GraphQLInputObjectType):
        return _input(kind)
    return _text if kind is GraphQLString else kind.coerce_input_value


def _text(sent: Any) -> str:
    if type(sent) is not str:
        raise TypeError(sent)
    return sent


def _list_of(read: Reader) -> Reader:
    def read_list(sent: Any) -> list[Any]:
        if type(sent) is not list:
            raise TypeError(sent)
        return [read(member) for member in sent]

    return read_list


@cache
def _input(kind: GraphQLInputObjectType) -> Reader:
    fields = kind.fields
    if kind.is_one_of:
        return _never
    readers = {name: reader(field.type) for name, field in fields.items()}
    defaults = {name: coerce_default_value(field) for name, field in fields.items()}
    defaults = {name: value for name, value in defaults.items() if value is not Undefined}
    required = {name for name, field in fields.items() if is_required_input_field(field)}

    def read_input(sent: Any) -> dict[str, Any]:
        if type(sent) is not dict or not required <= sent.keys():
            raise TypeError(sent)
        return defaults | {name: readers[name](value) for name, value in sent.items()}

    return read_input


def _never(sent: Any) -> Any:
    raise TypeError(sent)
