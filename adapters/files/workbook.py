"""XLSX: put together row by row on disk, since a workbook can only be sent when it is whole."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from adapters.files.batches import batches
from adapters.files.sheets import Sheets
from ports.payments import PaymentRecord

T = TypeVar("T")

PIECE = 256 * 1024


async def workbook(payments: AsyncIterable[PaymentRecord]) -> AsyncGenerator[bytes, None]:
    with TemporaryDirectory(prefix="concilia-export-") as folder, Sheets(Path(folder)) as sheets:
        async for batch in batches(payments):
            await _aside(sheets.add, batch)
        with (await _aside(sheets.finish)).open("rb") as file:
            while piece := await _aside(file.read, PIECE):
                yield piece


async def _aside(act: Callable[..., T], *arguments: Any) -> T:
    """In a thread, so that other requests go on; who is cancelled waits for it, since it uses the folder."""
    acting = asyncio.ensure_future(asyncio.to_thread(act, *arguments))
    try:
        return await asyncio.shield(acting)
    except asyncio.CancelledError:
        await asyncio.wait([acting])
        raise
