"""The frame of every import: chunk by chunk, each a transaction, while the next one is read in a thread."""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypeVar
from uuid import UUID

from ports.errors import Fault, Refused
from ports.ids import derived_id
from ports.imports import FileRow, RefusedRows, RowFile, Tally, Tell, UnreadableFile

T = TypeVar("T")
Refusal: TypeAlias = tuple[FileRow, Sequence[Fault]]

ROWS = 2_000
"""The most rows of a chunk."""
BYTES = 8 << 20
"""How much of the file a chunk takes in, about."""


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


async def import_rows(
    file: RowFile,
    refusals: RefusedRows,
    tell: Tell,
    judge: Callable[[FileRow], T],
    keep: Callable[[Sequence[tuple[FileRow, T]]], Awaitable[Kept]],
) -> Tally:
    """`judge` says what a row means, or is Refused; `keep` writes what a chunk means."""
    chunks, tally = _chunks(file, judge), Tally()
    # However this ends, the block waits for its thread: nobody reads on in a file that is closed.
    with _few_collections(), ThreadPoolExecutor(1) as reader:
        upcoming = reader.submit(next, chunks, None)
        while (chunk := await asyncio.wrap_future(upcoming)) is not None:
            upcoming = reader.submit(next, chunks, None)
            kept = await keep(chunk.sound) if chunk.sound else Kept()
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


def _chunks(file: RowFile, judge: Callable[[FileRow], T]) -> Iterator[Chunk[T]]:
    chunk, begun = Chunk[T](), 0
    try:
        for row in file.rows():
            try:
                chunk.sound.append((row, judge(_readable(row))))
            except Refused as refused:
                chunk.refused.append((row, refused.faults))
            if len(chunk.sound) + len(chunk.refused) >= ROWS or file.position - begun > BYTES:
                yield chunk
                chunk, begun = Chunk[T](), file.position
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
