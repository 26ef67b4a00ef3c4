"""What an operation selects, as graphql-core collects it: fragments, merging and directives are its work."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLObjectType,
    OperationDefinitionNode,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues

from graphql_api.schema import QuietSchema


class NotPlain(Exception):
    """This is left to graphql-core."""


class Selected(NamedTuple):
    """One key of the answer."""

    key: str
    name: str
    parent: GraphQLObjectType
    details: list[FieldDetails]

    @property
    def field(self) -> GraphQLField:
        found: GraphQLField = self.parent.fields[self.name]
        return found

    @property
    def node(self) -> FieldNode:
        return self.details[0].node


class Selection:
    """Of one operation, with these variables; only the Boolean ones make a difference."""

    def __init__(
        self,
        schema: QuietSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: VariableValues,
    ) -> None:
        self.schema = schema
        self._core = schema.core
        self._operation = operation
        self._variables = variables
        self._fragments: Mapping[str, FragmentDetails] = {
            node.name.value: FragmentDetails(node)
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }

    def root(self, kind: GraphQLObjectType) -> Sequence[Selected]:
        found = collect_fields(self._core, dict(self._fragments), self._variables, kind, self._operation)
        return _told(found.grouped_field_set, kind)

    def below(self, chosen: Selected, kind: GraphQLObjectType) -> Sequence[Selected]:
        found = collect_subfields(
            self._core, dict(self._fragments), self._variables, self._operation, kind, chosen.details
        )
        return _told(found.grouped_field_set, kind)


def _told(fields: GroupedFieldSet, kind: GraphQLObjectType) -> Sequence[Selected]:
    return [Selected(key, details[0].node.name.value, kind, details) for key, details in fields.items()]
