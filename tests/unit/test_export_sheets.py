"""Workbooks, read back by another library and, where digits count, as the XML that they are."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl.cell.cell import Cell
from openpyxl.reader.excel import load_workbook

from adapters.files.form import COLUMNS
from adapters.files.payment_sheet import PAYMENTS, payment_values
from adapters.files.sheets import LONGEST_TEXT, Sheets
from ports.payments import Atributo, PaymentRecord
from tests.builders import a_payment


def workbook(folder: Path, *payments: PaymentRecord, **options: int) -> Path:
    with Sheets(folder, PAYMENTS, **options) as sheets:
        sheets.add(map(payment_values, payments))
        return sheets.finish()


def cell(folder: Path, payment: PaymentRecord, name: str) -> Cell:
    sheet = load_workbook(workbook(folder, payment)).active
    assert sheet is not None
    found = sheet.cell(2, COLUMNS.index(name) + 1)
    assert isinstance(found, Cell)
    return found


def sheet_xml(folder: Path, payment: PaymentRecord) -> str:
    with ZipFile(workbook(folder, payment)) as archive:
        return archive.read("xl/worksheets/sheet1.xml").decode()


@pytest.mark.parametrize(
    "digits", ["9999999999999.99", "0.01", "0.00", "1234567890123.45", "3000.00", "0.10", "8888888888888.87"]
)
def test_amounts_are_numbers_with_exactly_their_digits(tmp_path: Path, digits: str) -> None:
    xml = sheet_xml(tmp_path, a_payment(valor=Decimal(digits)))
    number = re.search(r'<c r="E2" s="\d+"><v>([^<]*)</v></c>', xml)
    assert number is not None
    assert number[1] == digits


def test_amounts_and_days_look_as_in_brazil(tmp_path: Path) -> None:
    payment = a_payment(
        data_vencimento=date(2026, 11, 30), cadastrado_em=datetime(2026, 11, 22, 2, 30, 5, 7, tzinfo=UTC)
    )
    amount = cell(tmp_path, payment, "valor")
    assert (amount.data_type, amount.number_format) == ("n", "#,##0.00")
    day = cell(tmp_path, payment, "data_vencimento")
    assert (day.is_date, day.value, day.number_format) == (True, datetime(2026, 11, 30), "dd/mm/yyyy")  # noqa: DTZ001
    moment = cell(tmp_path, payment, "cadastrado_em")
    assert (moment.is_date, moment.value) == (True, datetime(2026, 11, 21, 23, 30, 5))  # noqa: DTZ001


def test_a_day_before_the_spreadsheets_calendar_is_text(tmp_path: Path) -> None:
    assert (
        cell(tmp_path, a_payment(data_vencimento=date(1899, 12, 31)), "data_vencimento").value == "1899-12-31"
    )
    first = cell(tmp_path, a_payment(data_vencimento=date(1900, 1, 1)), "data_vencimento")
    assert first.value == datetime(1900, 1, 1)  # noqa: DTZ001


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+55 11",
        "-x",
        "@sum",
        "{=1}",
        "https://example.com",
        "007",
        "12.50",
        "<r></is></c><c><f>1+1</f></c></r>",
        "a & <b> \"c\" 'd'",
        "linha\noutra",
        "  espaços  ",
        "Ñandú € 🏢",
    ],
)
def test_text_is_text_whatever_it_says(tmp_path: Path, text: str) -> None:
    found = cell(tmp_path, a_payment(descricao=text), "descricao")
    assert (found.data_type, found.value, found.hyperlink) == ("s", text, None)
    assert "<f>" not in sheet_xml(tmp_path, a_payment(descricao=text))


@pytest.mark.parametrize("character", ["\x7f", "\r", "\ufffe", "\uffff"])
def test_no_character_spoils_the_workbook(tmp_path: Path, character: str) -> None:
    kept = cell(tmp_path, a_payment(descricao=f"antes{character}depois"), "descricao").value
    assert str(kept).startswith("antes")
    assert str(kept).endswith("depois")


def test_a_text_too_long_for_a_cell_shows_that_it_was_cut(tmp_path: Path) -> None:
    whole = tuple(Atributo(str(n), "🏢" * 1000) for n in range(33))
    shown = str(cell(tmp_path, a_payment(atributos=whole), "atributos").value)
    assert shown.endswith("🏢…")
    assert len(shown.encode("utf-16-le")) // 2 <= LONGEST_TEXT


def test_the_header_is_bold_stays_and_filters(tmp_path: Path) -> None:
    sheet = load_workbook(workbook(tmp_path, a_payment())).active
    assert sheet is not None
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", f"A1:{sheet.dimensions.partition(':')[2]}")
    titles = sheet[1]
    assert [title.value for title in titles] == list(COLUMNS)
    assert all(title.font.b for title in titles)
    widths = {name: sheet.column_dimensions[titles[n].column_letter].width for n, name in enumerate(COLUMNS)}
    assert widths["descricao"] > widths["nome_loja"] > widths["codigo"] > 10


def test_what_one_sheet_cannot_hold_goes_to_another(tmp_path: Path) -> None:
    five = [a_payment(codigo=str(n)) for n in range(5)]
    book = load_workbook(workbook(tmp_path, *five, most_rows=3))
    column = COLUMNS.index("codigo") + 1
    held = {sheet.title: [row[column - 1] for row in sheet.values] for sheet in book.worksheets}
    assert held == {
        "payments": ["codigo", "0", "1"],
        "payments 2": ["codigo", "2", "3"],
        "payments 3": ["codigo", "4"],
    }


def test_a_workbook_without_payments_has_its_header(tmp_path: Path) -> None:
    sheet = load_workbook(workbook(tmp_path)).active
    assert sheet is not None
    assert [row[0] for row in sheet.values] == ["id"]


def test_a_workbook_given_up_leaves_nothing_open(tmp_path: Path) -> None:
    """Python would warn of a file left open, and warnings are errors here."""
    with Sheets(tmp_path, PAYMENTS) as sheets:
        sheets.add([payment_values(a_payment())])
