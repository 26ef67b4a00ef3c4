"""The sheets of a workbook, by XlsxWriter."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypeAlias

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

MOST_ROWS = 1_048_576
"""What a sheet holds, its header included; further rows go to another sheet."""

LONGEST_TEXT = 32_767
TOO_LONG = -2
FIRST_YEAR = 1900
"""Spreadsheets count from here: what is older can only be text."""

FORMS: Mapping[type, str] = {Decimal: "#,##0.00", date: "dd/mm/yyyy", datetime: "dd/mm/yyyy hh:mm:ss"}

Value: TypeAlias = str | Decimal | int | float | date | None
"""None leaves its cell empty; a `datetime` is without zone."""


class Column(NamedTuple):
    title: str
    width: int = 20
    hidden: bool = False
    check: Mapping[str, Any] | None = None
    """What may be written into its cells: XlsxWriter's options of a data validation."""


class Layout(NamedTuple):
    name: str
    columns: Sequence[Column]


class Sheets:
    """Rows go straight to a file in the folder; only one is in memory."""

    def __init__(self, folder: Path, layout: Layout, most_rows: int = MOST_ROWS) -> None:
        self._path = folder / "workbook.xlsx"
        self._layout = layout
        self._most_rows = most_rows
        options = {"constant_memory": True, "tmpdir": str(folder), "use_zip64": True}
        # A dozen megabytes, for those who ask for workbooks.
        from xlsxwriter import Workbook  # noqa: PLC0415

        self._book = Workbook(self._path, options)
        self._bold, self._plain = self._book.add_format({"bold": True}), self._book.add_format()
        self._forms = {kind: self._book.add_format({"num_format": form}) for kind, form in FORMS.items()}
        self._sheet = self._new_sheet(layout.name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        """Let go of the rows' files, also when the workbook was never finished."""
        sheets: list[Any] = self._book.worksheets()
        for sheet in sheets:
            sheet.row_data_fh.close()

    def add(self, rows: Iterable[Sequence[Value]]) -> None:
        """Each row with a value for every column."""
        for row in rows:
            if self._row == self._most_rows:
                self._filter()
                number = len(self._book.worksheets()) + 1
                self._sheet = self._new_sheet(f"{self._layout.name} {number}")
            for column, value in enumerate(row):
                if value is not None:
                    self._write((self._row, column), value)
            self._row += 1

    def finish(self) -> Path:
        """The whole workbook."""
        self._filter()
        self._book.close()
        return self._path

    def _new_sheet(self, name: str) -> "Worksheet":
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(self._layout.columns):
            sheet.set_column(place, place, column.width, None, {"hidden": column.hidden})
            sheet.write_string(0, place, column.title, self._bold)
            if column.check:
                sheet.data_validation(1, place, self._most_rows - 1, place, dict(column.check))
        self._row = 1
        return sheet

    def _filter(self) -> None:
        self._sheet.autofilter(0, 0, self._row - 1, len(self._layout.columns) - 1)

    def _write(self, place: tuple[int, int], value: Any) -> None:
        kind = type(value)
        form = self._forms.get(kind)
        if kind is str:
            self._write_text(place, value)
        elif kind not in (date, datetime):
            # A Decimal stays one: XlsxWriter formats it, and gives its digits.
            self._sheet.write_number(*place, value, form)
        elif value.year >= FIRST_YEAR:
            self._sheet.write_datetime(*place, value, form)
        else:
            self._write_text(place, str(value))

    def _write_text(self, place: tuple[int, int], text: str) -> None:
        """Never a formula, never a link, never markup."""
        if text.startswith("<r>") and text.endswith("</r>"):
            # XlsxWriter would take it for its own markup, and let it into the sheet as it is.
            self._sheet.write_rich_string(*place, text[:1], self._plain, text[1:])
        elif self._sheet.write_string(*place, text) == TOO_LONG:
            self._sheet.write_string(*place, text[: LONGEST_TEXT // 2] + "…")
