"""CSV (RFC 4180): comma or semicolon, UTF-8 with or without its mark, a header row of field names."""

import csv
from collections.abc import Collection, Iterator
from typing import BinaryIO

from adapters.files.form import unguarded
from adapters.files.lines import LONGEST, RawRow, numbered_lines
from ports.imports import UnreadableFile

DELIMITERS = ",;"


class _Lines(Iterator[str]):
    """Lines for a CSV reader; remembers those of the row that is being read."""

    def __init__(self, file: BinaryIO) -> None:
        self._lines = numbered_lines(file)
        self._read: list[str] = []
        self._length = 0
        self.first = 0

    def __next__(self) -> str:
        number, line = next(self._lines)
        text = line.decode(errors="surrogateescape")
        self.first = self.first or number
        self._read.append(text)
        self._length += len(text)
        if self._length > LONGEST:
            raise UnreadableFile(f"the row on line {self.first} has no end")
        return text

    def forget(self) -> None:
        self._read, self._length, self.first = [], 0, 0

    @property
    def may_be_guarded(self) -> bool:
        return any("'" in text for text in self._read)

    @property
    def text(self) -> str:
        return "".join(self._read).rstrip("\r\n")


def delimited_rows(file: BinaryIO, known: Collection[str], guarded: Collection[str]) -> Iterator[RawRow]:
    """Numbered by the line on which they begin. A header must hold at least one of the known names."""
    lines = _Lines(file)
    csv.field_size_limit(LONGEST)
    header, delimiter = _header(next(lines, ""), known)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    free = [name for name in header if name in guarded]
    while True:
        lines.forget()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = []
        if len(cells) == len(header):
            row = dict(zip(header, cells, strict=True))
            if lines.may_be_guarded:
                row |= {name: unguarded(row[name]) for name in free}
            yield lines.first, row
        elif lines.text:
            yield lines.first, lines.text


def _header(line: str, known: Collection[str]) -> tuple[list[str], str]:
    """The names, and what stands between them."""
    readings = [(_cells(line, sign), sign) for sign in DELIMITERS]
    names, sign = max(readings, key=lambda reading: len(set(reading[0]) & set(known)))
    names = [name.strip() for name in names]
    if not set(names) & set(known):
        raise UnreadableFile("it is neither JSON nor a CSV with field names in its first line")
    if len(set(names)) < len(names):
        raise UnreadableFile("a field name stands twice in the first line")
    return names, sign


def _cells(line: str, delimiter: str) -> list[str]:
    """None of a line that is no row."""
    try:
        return next(csv.reader([line], delimiter=delimiter))
    except csv.Error:
        return []
