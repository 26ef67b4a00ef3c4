"""Reconciliation workbooks as a person at a spreadsheet changes them."""

import io
from collections.abc import Callable
from typing import Any

from openpyxl.reader.excel import load_workbook

Row = dict[str, Any]


def rows_of(content: bytes) -> list[Row]:
    """Each row's cells by the column's title."""
    (sheet,) = load_workbook(io.BytesIO(content)).worksheets
    titles, *rows = sheet.values
    return [dict(zip(map(str, titles), row, strict=True)) for row in rows]


def filled(content: bytes, fill: Callable[[Row], Row]) -> bytes:
    """The same workbook with what `fill` says of each row; None empties a cell."""
    book = load_workbook(io.BytesIO(content))
    (sheet,) = book.worksheets
    titles = {str(cell.value): cell.column for cell in sheet[1]}
    for number, row in enumerate(rows_of(content), 2):
        for title, value in fill(row).items():
            sheet.cell(number, titles[title]).value = value
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()
