"""The sheets of a workbook of payments, by XlsxWriter."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from adapters.files.document import attributes_text, document, local_time
from adapters.files.form import ATTRIBUTES, COLUMNS, DAYS, MOMENTS, SUMS
from ports.payments import PaymentRecord

MOST_ROWS = 1_048_576
"""What a sheet holds, its header included; further payments go to another sheet."""

LONGEST_TEXT = 32_767
TOO_LONG = -2
FIRST_YEAR = 1900
"""Spreadsheets count from here: what is older can only be text."""

FORMS = {
    **dict.fromkeys(SUMS, "#,##0.00"),
    **dict.fromkeys(DAYS, "dd/mm/yyyy"),
    **dict.fromkeys(MOMENTS, "dd/mm/yyyy hh:mm:ss"),
}
WIDTHS = {
    **dict.fromkeys(COLUMNS, 20),
    **{name: 32 for name in COLUMNS if name.startswith("nome_")},
    **dict.fromkeys(("id", ATTRIBUTES), 42),
    "descricao": 60,
}
PLACES = {name: column for column, name in enumerate(COLUMNS)}


class Sheets:
    """Rows go straight to a file in the folder; only one is in memory."""

    def __init__(self, folder: Path, most_rows: int = MOST_ROWS) -> None:
        self._path = folder / "payments.xlsx"
        self._most_rows = most_rows
        options = {"constant_memory": True, "tmpdir": str(folder), "use_zip64": True}
        self._book = xlsxwriter.Workbook(self._path, options)
        self._bold, self._plain = self._book.add_format({"bold": True}), self._book.add_format()
        forms = {form: self._book.add_format({"num_format": form}) for form in set(FORMS.values())}
        self._forms = {name: forms[form] for name, form in FORMS.items()}
        self._sheet = self._new_sheet("payments")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        """Let go of the rows' files, also when the workbook was never finished."""
        sheets: list[Any] = self._book.worksheets()
        for sheet in sheets:
            sheet.row_data_fh.close()

    def add(self, payments: Iterable[PaymentRecord]) -> None:
        for payment in payments:
            if self._row == self._most_rows:
                self._sheet = self._new_sheet(f"payments {len(self._book.worksheets()) + 1}")
            for name, text in document(payment).items():
                self._write(name, text, getattr(payment, name))
            self._row += 1

    def finish(self) -> Path:
        """The whole workbook."""
        self._book.close()
        return self._path

    def _new_sheet(self, name: str) -> Worksheet:
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for title, column in PLACES.items():
            sheet.set_column(column, column, WIDTHS[title])
            sheet.write_string(0, column, title, self._bold)
        self._row = 1
        return sheet

    def _write(self, name: str, text: Any, value: Any) -> None:
        place, form = (self._row, PLACES[name]), self._forms.get(name)
        if name in MOMENTS:
            value = local_time(value)
        if name in SUMS:
            # Stays a Decimal: XlsxWriter formats it, and gives its digits.
            self._sheet.write_number(*place, value, form)
        elif form and value.year >= FIRST_YEAR:
            self._sheet.write_datetime(*place, value, form)
        else:
            self._write_text(place, attributes_text(value) if name == ATTRIBUTES else text)

    def _write_text(self, place: tuple[int, int], text: str) -> None:
        """Never a formula, never a link, never markup."""
        if text.startswith("<r>") and text.endswith("</r>"):
            # XlsxWriter would take it for its own markup, and let it into the sheet as it is.
            self._sheet.write_rich_string(*place, text[:1], self._plain, text[1:])
        elif self._sheet.write_string(*place, text) == TOO_LONG:
            self._sheet.write_string(*place, text[: LONGEST_TEXT // 2] + "…")
