from collections.abc import AsyncIterator, Iterator
from types import TracebackType

from strawberry.extensions import SchemaExtension

from graphql_api.documents import Readable
from graphql_api.limits.budgets import ALLOWED, Limit, too_complex
from ports.patience import Patience

READ = "read"
"""Under which the operation's extensions bring the document."""


class AsRead(SchemaExtension):
    """The document has been read and validated already; its execution has a time to end in."""

    def on_parse(self) -> Iterator[None]:
        brought: Readable = (self.execution_context.operation_extensions or {})[READ]
        self.execution_context.graphql_document = brought.document
        yield

    def on_validate(self) -> Iterator[None]:
        self.execution_context.pre_execution_errors = []
        yield

    async def on_execute(self) -> AsyncIterator[None]:
        """Of a subscription this is the beginning alone: the rest takes as long as it takes."""
        with InTime():
            yield


class InTime(Patience):
    """QUERY_TOO_COMPLEX when the block takes longer than operations may."""

    def __init__(self) -> None:
        self._allowed = ALLOWED[Limit.SECONDS]
        super().__init__(self._allowed)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            super().__exit__(kind, error, trace)
        except TimeoutError:
            raise too_complex(Limit.SECONDS, self._allowed, self._allowed) from None
