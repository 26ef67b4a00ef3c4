"""XLSX: put together row by row on disk, since a workbook can only be sent when it is whole."""

from collections.abc import AsyncGenerator, AsyncIterable, Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from adapters.files.aside import aside
from adapters.files.batches import batches
from adapters.files.payment_sheet import PAYMENTS, payment_values
from adapters.files.sheets import Layout, Sheets, Value
from ports.payments import PaymentRecord

T = TypeVar("T")

PIECE = 256 * 1024


async def workbook(
    layout: Layout, items: AsyncIterable[T], values: Callable[[T], Sequence[Value]]
) -> AsyncGenerator[bytes, None]:
    """`values` are those of an item, a row."""
    with TemporaryDirectory(prefix="concilia-export-") as folder, Sheets(Path(folder), layout) as sheets:
        async for batch in batches(items):
            await aside(sheets.add, map(values, batch))
        with (await aside(sheets.finish)).open("rb") as file:
            while piece := await aside(file.read, PIECE):
                yield piece


def payment_workbook(payments: AsyncIterable[PaymentRecord]) -> AsyncGenerator[bytes, None]:
    return workbook(PAYMENTS, payments, payment_values)
