"""How the chunks of an import overlap, and what a failure leaves of them."""

import asyncio
from collections.abc import Callable, Iterator, Sequence

import pytest

from core.use_cases import import_rows as frame
from core.use_cases.import_rows import Kept, Write, import_rows
from ports.errors import Fault, Unavailable
from ports.imports import FileRow, RefusedRows, RowFile, Tally

ENOUGH = 5.0
"""Seconds in which whatever is going to happen has happened."""


class Rows(RowFile, RefusedRows):
    """Rows that hold nothing; `given` of them were read."""

    size = position = 0
    digest = b""

    def __init__(self, count: int) -> None:
        self._count = count
        self.given = 0
        self.closed = False

    def rows(self) -> Iterator[FileRow]:
        try:
            for number in range(1, self._count + 1):
                self.given = number
                yield FileRow(number, {})
        finally:
            self.closed = True

    def add(self, row: FileRow, faults: Sequence[Fault]) -> None:
        raise AssertionError(row, faults)


@pytest.fixture(autouse=True)
def _row_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame, "ROWS", 1)


async def chunk_by_chunk(rows: Rows, write: Callable[[int], Write]) -> list[Tally]:
    """What was told, also when it fails."""
    told: list[Tally] = []

    async def keep(sound: Sequence[tuple[FileRow, int]]) -> Write:
        return write(sound[0][1])

    try:
        await import_rows(rows, rows, told.append, lambda row: row.number, keep)
    except Unavailable:
        assert rows.closed
    return told


async def test_the_next_chunk_is_read_and_prepared_while_one_is_written() -> None:
    prepared = [asyncio.Event() for _ in range(4)]

    def write(number: int) -> Write:
        prepared[number].set()

        async def written() -> Kept:
            if number < 3:
                await asyncio.wait_for(prepared[number + 1].wait(), ENOUGH)
            return Kept(created=1)

        return written

    told = await chunk_by_chunk(Rows(3), write)
    assert told[:3] == [Tally(created=count) for count in (1, 2, 3)]


async def test_a_chunk_is_whole_until_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame, "ROWS", 3)
    written = list[list[int]]()

    async def keep(sound: Sequence[tuple[FileRow, int]]) -> Write:
        async def write() -> Kept:
            # Time enough to read all of the next chunk, and to let go of the one before.
            await asyncio.sleep(0.01)
            written.append([number for _, number in sound])
            return Kept(created=len(sound))

        return write

    rows = Rows(10)
    await import_rows(rows, rows, lambda _: None, lambda row: row.number, keep)
    assert written == [[1, 2, 3], [4, 5, 6], [7, 8, 9], [10]]


async def test_no_two_chunks_are_written_at_once() -> None:
    writing = asyncio.Lock()

    def write(_: int) -> Write:
        async def written() -> Kept:
            assert not writing.locked()
            async with writing:
                await asyncio.sleep(0.01)
            return Kept(created=1)

        return written

    assert (await chunk_by_chunk(Rows(3), write))[-1] == Tally(created=3)


async def test_after_a_chunk_that_fails_nothing_is_written_or_read() -> None:
    rows, written = Rows(9), list[int]()

    def write(number: int) -> Write:
        async def fails_at_the_third() -> Kept:
            # The one after it is read by now.
            await asyncio.sleep(0.01)
            if number == 3:
                raise Unavailable("gone")
            written.append(number)
            return Kept(created=1)

        return fails_at_the_third

    assert await chunk_by_chunk(rows, write) == [Tally(created=1), Tally(created=2)]
    assert (written, rows.given) == ([1, 2], 4)


async def test_who_cancels_it_stops_the_reading_too() -> None:
    rows = Rows(9)

    def write(_: int) -> Write:
        return asyncio.Event().wait  # type: ignore[return-value]

    importing = asyncio.create_task(chunk_by_chunk(rows, write))
    await asyncio.sleep(0.01)
    importing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await importing
    assert (rows.closed, rows.given) == (True, 2)
