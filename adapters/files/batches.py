from collections.abc import AsyncGenerator, AsyncIterable
from typing import TypeVar

T = TypeVar("T")

SIZE = 500
"""Enough that a batch costs more than its handling, few enough that other requests hardly wait for it."""


async def batches(items: AsyncIterable[T]) -> AsyncGenerator[list[T], None]:
    """The items in lists, the last one shorter."""
    batch: list[T] = []
    async for item in items:
        batch.append(item)
        if len(batch) == SIZE:
            yield batch
            batch = []
    if batch:
        yield batch
