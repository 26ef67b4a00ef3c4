import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


async def aside(act: Callable[..., T], *arguments: Any) -> T:
    """In a thread, so that other requests go on; who is cancelled waits for it, since it uses the files."""
    acting = asyncio.ensure_future(asyncio.to_thread(act, *arguments))
    try:
        return await asyncio.shield(acting)
    except asyncio.CancelledError:
        await asyncio.wait([acting])
        raise
