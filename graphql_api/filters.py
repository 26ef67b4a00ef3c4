"""Filters outside GraphQL: JSON in the shape of the schema's own input, read by the schema's own rules."""

from collections.abc import Sequence
from typing import Any

import msgspec
from graphql import GraphQLError
from graphql.utilities import coerce_input_value, validate_input_value
from strawberry.types.arguments import convert_argument

from graphql_api.errors import bad_input
from graphql_api.operations.payment_queries import PaymentFilter, condition
from graphql_api.schema import build_schema
from graphql_api.texts import Text
from ports import payments

NOT_JSON = Text("O filtro não é JSON válido.", "The filter is not valid JSON.")


class BadFilter(Exception):
    """The filter is none; every fault is named."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        self.errors = errors
        super().__init__("; ".join(error.message for error in errors))


def read_filter(text: str) -> payments.PaymentFilter:
    """As the argument `filter` of the query `payments` would be understood; BadFilter when it would not."""
    converter = build_schema().schema_converter
    kind: Any = converter.type_map["PaymentFilter"].implementation
    asked = _decoded(text)
    errors: list[GraphQLError] = []
    validate_input_value(asked, kind, lambda error, path: errors.append(_placed(error, path)))
    if errors:
        raise BadFilter(errors)
    values = coerce_input_value(asked, kind)
    given: Any = convert_argument(values, PaymentFilter, converter.scalar_registry, converter.config)
    return condition(given or PaymentFilter())


def _decoded(text: str) -> Any:
    try:
        return msgspec.json.decode(text.encode())
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise BadFilter([bad_input(NOT_JSON)]) from None


def _placed(error: GraphQLError, path: Sequence[str | int]) -> GraphQLError:
    place = ".".join(map(str, ("filter", *path)))
    return GraphQLError(f"{place}: {error.message}")
