"""NDJSON: a row on each line."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, BinaryIO, TypeAlias

import msgspec

from ports.imports import UnreadableFile

RawRow: TypeAlias = tuple[int, dict[str, Any] | str]
"""Its number, and its fields; or its text, when it is no row."""

LONGEST = 1 << 22
"""Bytes of a line, or characters of a row: more would not be read in constant memory."""

decode = msgspec.json.Decoder(float_hook=Decimal).decode


def numbered_lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """UnreadableFile at a line that is too long."""
    number = 0
    while line := file.readline(LONGEST + 1):
        number += 1
        if len(line) > LONGEST:
            raise UnreadableFile(f"line {number} is longer than {LONGEST} bytes")
        yield number, line


def line_rows(file: BinaryIO) -> Iterator[RawRow]:
    for number, line in numbered_lines(file):
        if not line.isspace():
            row = parsed(line)
            yield number, line.decode(errors="surrogateescape").strip() if row is None else row


def parsed(line: bytes) -> dict[str, Any] | None:
    """The object that the line is."""
    try:
        value = decode(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
