"""A file is made only for as long as somebody takes it."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message

from graphql_api.download import Download


class Maker:
    """Makes pieces without end, and tells whether it was closed."""

    def __init__(self) -> None:
        self.closed = False

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        try:
            while True:
                yield b"piece"
                await asyncio.sleep(0)
        finally:
            self.closed = True


def download(maker: Maker, places: asyncio.Semaphore | None = None, patience: float = 60.0) -> Download:
    return Download(
        maker.pieces(),
        lambda error: PlainTextResponse(str(error), 500),
        places or asyncio.Semaphore(1),
        headers={},
        media_type="text/plain",
        patience=patience,
    )


async def stays() -> Message:
    await asyncio.Event().wait()
    raise AssertionError


async def leaves() -> Message:
    await asyncio.sleep(0.05)
    return {"type": "http.disconnect"}


async def takes(_message: Message) -> None:
    await asyncio.sleep(0)


async def takes_nothing(_message: Message) -> None:
    await asyncio.Event().wait()


GET = {"type": "http", "method": "GET"}


async def test_who_goes_away_ends_it() -> None:
    maker = Maker()
    await asyncio.wait_for(download(maker)(GET, leaves, takes), 5)
    assert maker.closed


async def test_who_takes_nothing_ends_it() -> None:
    maker, places = Maker(), asyncio.Semaphore(1)
    with pytest.raises(TimeoutError):
        await download(maker, places, patience=0.05)(GET, stays, takes_nothing)
    assert maker.closed
    assert not places.locked()


async def test_a_server_that_stops_ends_it() -> None:
    maker = Maker()
    serving = asyncio.create_task(download(maker)(GET, stays, takes))
    await asyncio.sleep(0.05)
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
    assert maker.closed


async def test_only_so_many_are_made_at_once() -> None:
    places = asyncio.Semaphore(1)
    first, second = Maker(), Maker()
    sent: list[Message] = []

    async def notes(message: Message) -> None:
        sent.append(message)
        await asyncio.sleep(0)

    serving = asyncio.create_task(download(first, places)(GET, stays, takes))
    await asyncio.sleep(0.05)
    await download(second, places)(GET, leaves, notes)
    assert sent == []
    serving.cancel()
    await asyncio.wait([serving])
    await download(second, places)(GET, leaves, notes)
    assert sent[1]["body"] == b"piece"


async def test_asking_for_the_head_gets_no_piece() -> None:
    sent: list[Message] = []

    async def notes(message: Message) -> None:
        sent.append(message)

    maker = Maker()
    await download(maker)({"type": "http", "method": "HEAD"}, stays, notes)
    assert [message.get("body") for message in sent] == [None, b""]
    assert maker.closed
