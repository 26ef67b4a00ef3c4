"""CSV (RFC 4180): UTF-8, with the mark by which spreadsheets know it."""

import codecs
import csv
from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Sequence
from io import StringIO

from adapters.files.batches import batches
from adapters.files.document import cells
from adapters.files.form import COLUMNS
from ports.payments import PaymentRecord


async def table(payments: AsyncIterable[PaymentRecord]) -> AsyncGenerator[bytes, None]:
    before = codecs.BOM_UTF8 + _lines([COLUMNS])
    async for batch in batches(payments):
        yield before + _lines(map(cells, batch))
        before = b""
    if before:
        yield before


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    text = StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
