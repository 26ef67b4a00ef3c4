from collections.abc import AsyncGenerator, AsyncIterable, Sequence

from adapters.files.aside import aside
from adapters.files.line_sheet import KNOWN, LINES, MESSAGE, line_values
from adapters.files.sheets import Column, Layout, Value
from adapters.files.workbook import workbook
from ports.line_files import AnsweredRow, LineFiles, LineRow, SentLines


class XlsxLines(LineFiles):
    def pieces(self, rows: AsyncIterable[LineRow]) -> AsyncGenerator[bytes, None]:
        return workbook(LINES, rows, line_values)

    async def read(self, body: bytes) -> SentLines:
        return await aside(_read, body)

    def answered(
        self, titles: Sequence[str], rows: AsyncIterable[AnsweredRow]
    ) -> AsyncGenerator[bytes, None]:
        columns = [KNOWN.get(title) or Column(title) for title in titles]
        place = titles.index("fingerprint")

        def values(answer: AnsweredRow) -> Sequence[Value]:
            cells = list(answer.row.cells)
            cells[place] = answer.fingerprint
            return [*cells, answer.message]

        return workbook(Layout(LINES.name, [*columns, MESSAGE]), rows, values)


def _read(body: bytes) -> SentLines:
    # It brings openpyxl, some megabytes for those who send workbooks.
    from adapters.files.sent_lines import sent_lines  # noqa: PLC0415

    return sent_lines(body)
