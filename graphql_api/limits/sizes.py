"""How long the lists of an answer will be, as far as the operation says."""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    ValueNode,
    VariableNode,
    get_named_type,
    introspection_types,
)

from ports.paging import DEFAULT_SIZE, LARGEST_SIZE

ASSUMED = 3
"""Rows of a list that nobody bounds, such as the receipts of a title."""
TYPES = 150
"""Types that introspection lists."""
INTROSPECTED = 4
"""What a type lists of its own: fields, arguments, values."""
PAGED_BY = ("first", "last")


def weights(variables: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """What of the variables makes lists longer: all that `Sizes` reads in them."""
    for name, value in variables.items():
        if isinstance(value, int | list):
            yield name, len(value) if isinstance(value, list) else max(-1, min(value, LARGEST_SIZE + 1))


class Sizes:
    """Of one operation, called with these variables."""

    def __init__(self, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> None:
        self._defaults = {
            node.variable.name.value: node.default_value for node in operation.variable_definitions or ()
        }
        self._variables = variables

    def of(self, node: FieldNode | None, field: GraphQLField | None) -> int:
        """Rows in each list directly below the field: its page's size, or as many as were sent to it."""
        if node is None:
            return ASSUMED
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        for name in PAGED_BY:
            if name in given and (size := self._number(given[name])) is not None:
                # What is outside is refused by the field itself, which says why.
                return max(0, min(size, LARGEST_SIZE))
        if field is not None and PAGED_BY[0] in field.args:
            return DEFAULT_SIZE
        if node.name.value == "__schema":
            return TYPES
        if field is not None and get_named_type(field.type).name in introspection_types:
            return INTROSPECTED
        return self.sent(node) or ASSUMED

    def sent(self, node: FieldNode) -> int:
        """Members of the longest list among the field's arguments."""
        return max((self._length(argument.value) for argument in node.arguments or ()), default=0)

    def _number(self, value: ValueNode) -> int | None:
        found = self._value(value)
        if isinstance(found, IntValueNode):
            return int(found.value[:9])
        return found if isinstance(found, int) else None

    def _length(self, value: ValueNode) -> int:
        found = self._value(value)
        if isinstance(found, ListValueNode):
            return len(found.values)
        return len(found) if isinstance(found, list) else 0

    def _value(self, value: ValueNode) -> Any:
        """What was written, or what the variable brings: then it is no node."""
        if not isinstance(value, VariableNode):
            return value
        name = value.name.value
        return self._variables.get(name, self._defaults.get(name))
