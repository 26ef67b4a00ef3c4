import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from strawberry.extensions import SchemaExtension

from graphql_api.documents import Readable
from graphql_api.limits.budgets import ALLOWED, Limit, too_complex

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
        async with in_time():
            yield


@asynccontextmanager
async def in_time() -> AsyncIterator[None]:
    """QUERY_TOO_COMPLEX when the block takes longer than operations may."""
    patience = ALLOWED[Limit.SECONDS]
    deadline = asyncio.timeout(patience)
    try:
        async with deadline:
            yield
    except TimeoutError:
        if deadline.expired():
            raise too_complex(Limit.SECONDS, patience, patience) from None
        raise
