from collections.abc import Iterator

from graphql import NoSchemaIntrospectionCustomRule
from strawberry.extensions import SchemaExtension

from graphql_api.context import Context
from graphql_api.roles import may
from ports.identity import Role


class GuardedIntrospection(SchemaExtension):
    """In production the schema is told to ADMIN alone."""

    def on_validate(self) -> Iterator[None]:
        context: Context = self.execution_context.context
        if not context.open_schema and not may(context, [Role.ADMIN]):
            rules = self.execution_context.validation_rules
            self.execution_context.validation_rules = (*rules, NoSchemaIntrospectionCustomRule)
        yield
