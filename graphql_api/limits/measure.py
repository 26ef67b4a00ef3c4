"""What an operation asks for, told before it is validated: one pass, each fragment is looked at once."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLList,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
)

from graphql_api.errors import CodedError, ErrorCode
from graphql_api.limits.budgets import ALLOWED, Limit, too_complex
from graphql_api.limits.sizes import Sizes
from graphql_api.texts import Text

CIRCLE = Text("O fragmento {name} leva a si mesmo.", "Cannot spread fragment '{name}' within itself.")
NESTED = 150
"""Selections within selections, fragments too, that the pass itself follows."""
ENOUGH = 10**12
"""Fragments can double a figure without end; from here on it is all the same."""


class Figures(NamedTuple):
    """Of a selection, with all that is below it.

    `cost` counts the values of the answer at most; `per_row` those that each row of the lists in this
    selection adds, whose number the field above knows.
    """

    depth: int = 0
    aliases: int = 0
    directives: int = 0
    repeats: int = 0
    fields: int = 0
    cost: int = 0
    per_row: int = 0

    def with_(self, other: "Figures") -> "Figures":
        """Both side by side."""
        return Figures(
            max(self.depth, other.depth),
            min(self.aliases + other.aliases, ENOUGH),
            min(self.directives + other.directives, ENOUGH),
            max(self.repeats, other.repeats),
            min(self.fields + other.fields, ENOUGH),
            min(self.cost + other.cost, ENOUGH),
            min(self.per_row + other.per_row, ENOUGH),
        )


class Measure:
    """Measures the operations of one document. What is not valid is measured as far as it goes."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]) -> None:
        self._schema = schema
        self._variables = variables
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._known: dict[str, Figures | None] = {}
        """None while it is being measured."""

    def of(self, operation: OperationDefinitionNode) -> Figures:
        """`fields` are the root fields; QUERY_TOO_COMPLEX when the nesting alone is too deep to follow."""
        sizes = Sizes(operation, self._variables)
        root = self._schema.get_root_type(operation.operation)
        found = self._selections(operation.selection_set, root, sizes, 0)
        cost = found.cost + sizes.of(None, None) * found.per_row
        directives = found.directives + len(operation.directives or ())
        return found._replace(cost=min(cost, ENOUGH), directives=directives)

    def _selections(
        self, chosen: SelectionSetNode, parent: GraphQLNamedType | None, sizes: Sizes, level: int
    ) -> Figures:
        if level > NESTED:
            raise too_complex(Limit.DEPTH, level, ALLOWED[Limit.DEPTH])
        total = Figures(repeats=_repeats(chosen.selections))
        for node in chosen.selections:
            total = total.with_(self._selection(node, parent, sizes, level + 1))
        return total

    def _selection(
        self, node: SelectionNode, parent: GraphQLNamedType | None, sizes: Sizes, level: int
    ) -> Figures:
        match node:
            case FieldNode():
                found = self._field(node, parent, sizes, level)
            case InlineFragmentNode():
                found = self._selections(node.selection_set, self._named(node, parent), sizes, level)
            case FragmentSpreadNode():
                found = self._fragment(node.name.value, sizes, level)
            case _:
                raise TypeError(type(node).__name__)
        return found._replace(directives=found.directives + len(node.directives or ()))

    def _field(self, node: FieldNode, parent: GraphQLNamedType | None, sizes: Sizes, level: int) -> Figures:
        field = self._schema.get_field(parent, node.name.value) if is_composite_type(parent) else None
        below = Figures()
        if node.selection_set:
            kind = get_named_type(field.type) if field else None
            below = self._selections(node.selection_set, kind, sizes, level)
        cost = min(1 + sizes.sent(node) + below.cost + sizes.of(node, field) * below.per_row, ENOUGH)
        of_list = field is not None and _is_list(field)
        return Figures(
            depth=below.depth + 1,
            aliases=below.aliases + (node.alias is not None),
            directives=below.directives,
            repeats=below.repeats,
            fields=1,
            cost=0 if of_list else cost,
            per_row=cost if of_list else 0,
        )

    def _fragment(self, name: str, sizes: Sizes, level: int) -> Figures:
        if name not in self._known:
            self._known[name] = None
            self._known[name] = self._definition(self._fragments.get(name), sizes, level)
        if (known := self._known[name]) is None:
            raise CodedError(ErrorCode.GRAPHQL_VALIDATION_FAILED, CIRCLE, params={"name": name})
        return known

    def _definition(self, node: FragmentDefinitionNode | None, sizes: Sizes, level: int) -> Figures:
        if node is None:
            return Figures()
        found = self._selections(node.selection_set, self._named(node, None), sizes, level)
        return found._replace(directives=found.directives + len(node.directives or ()))

    def _named(
        self, node: InlineFragmentNode | FragmentDefinitionNode, parent: GraphQLNamedType | None
    ) -> GraphQLNamedType | None:
        condition = node.type_condition
        return self._schema.get_type(condition.name.value) if condition else parent


def _is_list(field: GraphQLField) -> bool:
    return isinstance(get_nullable_type(field.type), GraphQLList)


def _repeats(selections: Iterable[SelectionNode]) -> int:
    """How often one selection names the same field: validation compares each with each."""
    names = Counter((node.alias or node.name).value for node in selections if isinstance(node, FieldNode))
    return max(names.values(), default=0)
