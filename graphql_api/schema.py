"""The one schema, put together."""

from functools import cache

import strawberry
from graphql import GraphQLError, GraphQLSchema
from strawberry import Schema
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.name_converter import NameConverter
from strawberry.types import ExecutionContext

import graphql_api.enums  # noqa: F401
from graphql_api.execution import AsRead
from graphql_api.executor import Executor
from graphql_api.operations.acknowledgements import AcknowledgementMutations
from graphql_api.operations.audit import AuditQueries
from graphql_api.operations.caller import CallerQueries
from graphql_api.operations.clients import ClientMutations, ClientQueries
from graphql_api.operations.contracts import ContractMutations, ContractQueries
from graphql_api.operations.payment_mutations import PaymentMutations
from graphql_api.operations.payment_queries import PaymentQueries
from graphql_api.operations.reconciliation import ReconciliationMutations, ReconciliationQueries
from graphql_api.operations.registers import RegisterMutations, RegisterQueries
from graphql_api.operations.sync import SyncMutations, SyncQueries, SyncSubscriptions
from graphql_api.scalars import SCALARS


@strawberry.type(description="What can be read.")
class Query(
    CallerQueries,
    PaymentQueries,
    RegisterQueries,
    ClientQueries,
    ContractQueries,
    ReconciliationQueries,
    SyncQueries,
    AuditQueries,
):
    pass


@strawberry.type(description="What can be changed.")
class Mutation(
    PaymentMutations,
    RegisterMutations,
    ClientMutations,
    ContractMutations,
    SyncMutations,
    ReconciliationMutations,
    AcknowledgementMutations,
):
    pass


@strawberry.type(description="What can be watched, over WebSocket (graphql-transport-ws) or SSE.")
class Subscription(SyncSubscriptions):
    pass


class Names(NameConverter):
    """As Strawberry spells them, but each once: it asks anew for each field of each input that comes."""

    apply_naming_config = cache(NameConverter.apply_naming_config)


class QuietSchema(Schema):
    """Leaves the logging of errors to the edge, which knows which of them are the caller's."""

    @property
    def core(self) -> GraphQLSchema:
        """The same schema as graphql-core knows it."""
        return self._schema

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        pass


@cache
def build_schema() -> QuietSchema:
    """Built once a process: a second build would apply every field's extensions a second time."""
    schema = QuietSchema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        config=StrawberryConfig(scalar_map=dict(SCALARS), name_converter=Names()),
        extensions=[AsRead],
        execution_context_class=Executor,
    )
    # Strawberry has no word for what an argument of a directive means.
    guard = schema.core.get_directive("requiresRole")
    assert guard is not None  # noqa: S101
    guard.args["anyOf"].description = "One of them is enough."
    return schema
