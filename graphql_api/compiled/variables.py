"""The variables of an operation, by readers that are made once for its document."""

from typing import Any

from graphql import (
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    get_variable_values,
    is_non_null_type,
)
from graphql.execution.get_variable_signature import get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource
from graphql.utilities.coerce_input_value import coerce_default_value

from graphql_api.coercion import FAILURES, reader


class Declared:
    """As the document declares them."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self._schema = schema
        self._nodes = operation.variable_definitions or ()
        signatures = [get_variable_signature(schema, node) for node in self._nodes]
        sound = [one for one in signatures if not isinstance(one, GraphQLError)]
        self._readers = [(one, reader(one.type)) for one in sound]
        self._left_out = {one.name for one in sound if one.default is None and not is_non_null_type(one.type)}
        self._defaults = {one.name: coerce_default_value(one) for one in sound if one.default is not None}

    def values(self, sent: dict[str, Any]) -> VariableValues | None:
        """As graphql-core coerces them; None when it has something to say about them."""
        try:
            return self._read(sent)
        except FAILURES:
            found = get_variable_values(self._schema, self._nodes, sent)
            return None if isinstance(found, list) else found

    def _read(self, sent: dict[str, Any]) -> VariableValues:
        """One of FAILURES where it is not plain."""
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for signature, read in self._readers:
            name = signature.name
            if name in sent:
                sources[name] = VariableValueSource(signature, sent[name])
                coerced[name] = read(sent[name])
            else:
                sources[name] = VariableValueSource(signature)
                if name not in self._left_out:
                    coerced[name] = self._defaults[name]
        return VariableValues(sources, coerced)
