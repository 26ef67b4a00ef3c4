"""graphql-core's executor, which is freed as soon as its operation is over."""

from typing import Any

from graphql import GraphQLResolveInfoHelpers
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext


class Executor(StrawberryGraphQLCoreExecutionContext):
    """Keeps no helpers that keep it: what goes round in a circle stays, with its variables and its answer,
    until the garbage collector frees hundreds of its kind at once, while everybody waits."""

    @property
    def async_helpers(self) -> Any:
        return GraphQLResolveInfoHelpers(gather=self.gather_async_work, track=self.track_async_work)

    @async_helpers.setter
    def async_helpers(self, _kept: Any) -> None:
        pass
