"""Arguments as resolvers get them, by converters that are made once.

Strawberry asks of each field of each input anew what it is called and of which type.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING
from functools import partial
from typing import Any, TypeAlias

from graphql import GraphQLInputObjectType, GraphQLInputType, GraphQLList, get_nullable_type, is_leaf_type
from strawberry.types.arguments import convert_argument
from strawberry.types.base import StrawberryList, StrawberryObjectDefinition, StrawberryOptional

from graphql_api.schema import QuietSchema

Convert: TypeAlias = Callable[[Any], Any]


class Converters:
    def __init__(self, schema: QuietSchema) -> None:
        converter = schema.schema_converter
        self._names = converter.config.name_converter
        self._slowly = partial(
            convert_argument, scalar_registry=converter.scalar_registry, config=converter.config
        )

    def of(self, kind: Any, core: GraphQLInputType) -> Convert | None:
        """`kind` is the type as Strawberry knows it, `core` as graphql-core does.

        None where every value stays as it is.
        """
        core = get_nullable_type(core)  # type: ignore[assignment]
        if type(kind) is StrawberryOptional:
            return self.of(kind.of_type, core)
        if isinstance(kind, StrawberryList) and isinstance(core, GraphQLList):
            return _list_of(self.of(kind.of_type, core.of_type))
        if is_leaf_type(core) and not isinstance(kind, StrawberryOptional):
            return None
        definition = getattr(kind, "__strawberry_definition__", None)
        if (
            isinstance(definition, StrawberryObjectDefinition)
            and isinstance(core, GraphQLInputObjectType)
            and definition.from_input is None
        ):
            return self._input(kind, definition, core)
        return partial(self._slowly, type_=kind)

    def _input(
        self, kind: type, definition: StrawberryObjectDefinition, core: GraphQLInputObjectType
    ) -> Convert:
        fields = {self._names.from_field(field): field for field in definition.fields}
        known = {
            name: (
                field.python_name,
                self.of(field.resolve_type(type_definition=definition), core.fields[name].type),
            )
            for name, field in fields.items()
        }
        left_out: Mapping[str, None] = {
            field.python_name: None
            for field in definition.fields
            if field.default_value is MISSING and field.default_factory is MISSING
        }

        def convert(sent: Mapping[str, Any] | None) -> Any:
            if sent is None:
                return None
            values: dict[str, Any] = dict(left_out)
            for name, value in sent.items():
                python, within = known[name]
                values[python] = value if within is None else within(value)
            return kind(**values)

        return convert


def _list_of(within: Convert | None) -> Convert:
    """A copy: what graphql-core gives may be the same for all."""
    if within is None:
        return lambda sent: None if sent is None else list(sent)
    return lambda sent: None if sent is None else [within(one) for one in sent]
