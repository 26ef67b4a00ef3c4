"""The frame of every import: chunk by chunk, each a transaction. While one is written, the next is read."""

import asyncio
import gc
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypeVar
from uuid import UUID

from ports.errors import Fault, Refused
from ports.ids import derived_id
from ports.imports import FileRow, RefusedRows, RowFile, Tally, Tell, UnreadableFile

T = TypeVar("T")
Refusal: TypeAlias = tuple[FileRow, Sequence[Fault]]

ROWS = 4_000
"""The most rows of a chunk."""
BYTES = 8 << 20
"""How much of the file a chunk takes in, about."""
AT_ONCE = 10
"""Rows read before the database is heard again. A thread would keep it waiting for Python's lock."""


@dataclass(slots=True)
class Chunk(Generic[T]):
    """Rows that the rules let through, with what they mean, and those that they did not."""

    sound: list[tuple[FileRow, T]] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


@dataclass(slots=True)
class Kept:
    """What became of a chunk's sound rows in the database."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)


Write: TypeAlias = Callable[[], Awaitable[Kept]]
Keep: TypeAlias = Callable[[Sequence[tuple[FileRow, T]]], Awaitable[Write]]


async def import_rows(
    file: RowFile,
    refusals: RefusedRows,
    tell: Tell,
    judge: Callable[[FileRow], T],
    keep: Keep[T],
) -> Tally:
    """`judge` says what a row means, or is Refused; `keep` gives what will write what a chunk means.

    Both are asked while the chunk before is written, so what needs no database belongs there.
    """
    tally = Tally()
    with _few_collections():
        async with _read_ahead(_ready(_chunks(file, judge), keep)) as chunks:
            async for chunk, write in chunks:
                kept = await write()
                refused = sorted([*chunk.refused, *kept.refused], key=lambda refusal: refusal[0].number)
                for row, faults in refused:
                    refusals.add(row, faults)
                tally += Tally(kept.created, kept.updated, kept.unchanged, len(refused))
                tell(tally)
    return tally


@contextmanager
def _few_collections() -> Iterator[None]:
    """What is there stays, and rows hold no circles: looking for some would take a third of the time."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@asynccontextmanager
async def _read_ahead(chunks: AsyncGenerator[T, None]) -> AsyncIterator[AsyncIterator[T]]:
    """The chunks, the next of which is read while one is in hand. Nobody reads on after the block."""
    upcoming = asyncio.ensure_future(anext(chunks, None))

    async def each() -> AsyncIterator[T]:
        nonlocal upcoming
        while (chunk := await upcoming) is not None:
            upcoming = asyncio.ensure_future(anext(chunks, None))
            yield chunk

    async with aclosing(chunks):
        try:
            yield each()
        finally:
            upcoming.cancel()
            await asyncio.wait([upcoming])


async def _ready(
    chunks: AsyncGenerator[Chunk[T], None], keep: Keep[T]
) -> AsyncGenerator[tuple[Chunk[T], Write], None]:
    async with aclosing(chunks):
        async for chunk in chunks:
            yield chunk, await keep(chunk.sound) if chunk.sound else _nothing


async def _nothing() -> Kept:
    return Kept()


async def _chunks(file: RowFile, judge: Callable[[FileRow], T]) -> AsyncGenerator[Chunk[T], None]:
    before, chunk, spent, begun = Chunk[T](), Chunk[T](), list[tuple[FileRow, T]](), 0
    try:
        for row in file.rows():
            if spent:
                # Thousands of rows take their time to go: were it all at once, the database would wait.
                spent.pop()
            try:
                chunk.sound.append((row, judge(_readable(row))))
            except Refused as refused:
                chunk.refused.append((row, refused.faults))
            rows = len(chunk.sound) + len(chunk.refused)
            if rows >= ROWS or file.position - begun > BYTES:
                yield chunk
                # Whoever asks on is through with the chunk before.
                spent, before, chunk, begun = before.sound, chunk, Chunk[T](), file.position
            elif rows % AT_ONCE == 0:
                await asyncio.sleep(0)
    except UnreadableFile:
        # What was read until here is sound.
        yield chunk
        raise
    yield chunk


def _readable(row: FileRow) -> FileRow:
    if isinstance(row.raw, str):
        raise Refused(row.unread)
    return row


def row_key(file: RowFile, row: FileRow) -> UUID:
    """The id of what a row without a key of its own states: the same whenever the same file is read."""
    return derived_id(file.digest, row.number.to_bytes(8))
