"""A workbook of lines that came back, read by openpyxl."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from openpyxl.reader.excel import load_workbook
from openpyxl.utils.escape import unescape

from adapters.files.line_sheet import AMOUNTS, FILLED, KNOWN, MESSAGE
from adapters.files.sheets import Value
from ports.imports import UnreadableFile
from ports.line_files import SentLines, SentRow

LARGEST = 64 << 20
"""Bytes of a workbook once it is unpacked, and characters of its cells."""
MOST_ROWS, MOST_COLUMNS = 20_000, 100
NEEDED = ("id", "fingerprint", *FILLED)
_HALF = re.compile("[\ud800-\udfff]")
LONGEST_INTEGER = 10**15
"""What a spreadsheet can count to."""


def sent_lines(body: bytes) -> SentLines:
    """All of it, before any of it is applied; UnreadableFile when it is no workbook of ours, or too large."""
    try:
        return _read(body)
    except UnreadableFile:
        raise
    except Exception as error:
        # Somebody's file: there is no end to what openpyxl may stumble over in it.
        raise UnreadableFile("this is no workbook") from error


def _read(body: bytes) -> SentLines:
    with ZipFile(BytesIO(body)) as archive:
        # No member gives out more than it states here.
        if sum(member.file_size for member in archive.infolist()) > LARGEST:
            raise UnreadableFile("the workbook is too large")
    book: Any = load_workbook(BytesIO(body), read_only=True, data_only=True, keep_links=False)
    try:
        for sheet in book.worksheets:
            # However far down, whatever lies below the last row makes one more.
            rows = sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS, values_only=True)
            titles = [_title(value) for value in next(rows, ())]
            if set(NEEDED) <= set(titles):
                return _lines(titles, rows)
    finally:
        book.close()
    raise UnreadableFile("no sheet has the columns of a reconciliation")


def _lines(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> SentLines:
    width = max(place for place, title in enumerate(titles, 1) if title)
    kept = [place for place in range(width) if titles[place] != MESSAGE.title]
    places = {name: titles.index(name) for name in NEEDED}
    found = [_row(row, titles, kept, places) for row in _filled(rows)]
    return SentLines(titles=[titles[place] for place in kept], rows=found)


def _filled(rows: Iterable[Sequence[object]]) -> Iterator[Sequence[object]]:
    """Those that are not blank. So few that they can be held, though a long text stand in many cells."""
    characters = 0
    for number, row in enumerate(rows, 1):
        cells = [_unescaped(cell) for cell in row]
        characters += sum(len(cell) for cell in cells if isinstance(cell, str))
        if number > MOST_ROWS or characters > LARGEST:
            raise UnreadableFile("the workbook is too large")
        if any(cell is not None for cell in cells):
            yield cells


def _unescaped(cell: object) -> object:
    """What XML cannot hold is spelt `_xFFFE_` in a workbook; half a surrogate pair stays as it is spelt."""
    if not isinstance(cell, str) or "_x" not in cell:
        return cell
    text = unescape(cell)
    return cell if _HALF.search(text) else text


def _row(
    row: Sequence[object], titles: Sequence[str], kept: Sequence[int], places: dict[str, int]
) -> SentRow:
    return SentRow(
        cells=[_value(row[place], titles[place]) for place in kept],
        **{name: _text(row[place]) for name, place in places.items()},
    )


def _title(value: object) -> str:
    """Ours in their own spelling."""
    text = _text(value).strip()
    return text.lower() if text.lower() in KNOWN else text


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _value(cell: object, title: str) -> Value:
    """A cell as it will be written again. Fifteen digits survive as a float; amounts have no more."""
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return cell if cell is None or isinstance(cell, str | date) else str(cell)
    if not math.isfinite(cell) or abs(cell) > LONGEST_INTEGER:
        return str(cell)
    return Decimal(str(cell)) if title in AMOUNTS else cell
