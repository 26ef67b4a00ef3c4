from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

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
        with in_time():
            yield


@contextmanager
def in_time() -> Iterator[None]:
    """QUERY_TOO_COMPLEX when the block takes longer than operations may."""
    seconds = ALLOWED[Limit.SECONDS]
    patience = Patience(seconds)
    try:
        with patience:
            yield
    except TimeoutError:
        if patience.late:
            raise too_complex(Limit.SECONDS, seconds, seconds) from None
        raise
