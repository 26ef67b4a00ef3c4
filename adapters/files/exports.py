from collections.abc import AsyncGenerator, AsyncIterable, Callable, Mapping
from typing import TypeAlias

from adapters.files.listing import listing
from adapters.files.table import table
from adapters.files.workbook import payment_workbook
from ports.exports import ExportFormat, PaymentExports
from ports.payments import PaymentRecord

Pieces: TypeAlias = AsyncGenerator[bytes, None]

WRITERS: Mapping[ExportFormat, Callable[[AsyncIterable[PaymentRecord]], Pieces]] = {
    ExportFormat.JSON: listing,
    ExportFormat.CSV: table,
    ExportFormat.XLSX: payment_workbook,
}


class FileExports(PaymentExports):
    def pieces(self, format: ExportFormat, payments: AsyncIterable[PaymentRecord]) -> Pieces:
        return WRITERS[format](payments)
