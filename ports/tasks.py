"""Ending what runs in the background."""

import asyncio
from typing import Any


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel, and wait until it is over, whatever comes of it.

    Asked more than once: asyncio of Python 3.11 may lose a cancellation that meets the end of a query.
    """
    pending = {task for task in tasks if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=0.5)
