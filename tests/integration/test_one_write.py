"""An answer's head travels with its body, and does not wait for one that is late."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.running import served

BODY = b"x" * 300
LARGE = b"y" * 5_000_000
START = {"type": "http.response.start", "status": 200}


class Answers:
    """What is at `/large` is large, what is at `/late` comes in two pieces, the first once `go` is set."""

    def __init__(self) -> None:
        self.go = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await (self._late if scope["path"] == "/late" else self._whole)(scope, send)

    async def _whole(self, scope: Scope, send: Send) -> None:
        body = LARGE if scope["path"] == "/large" else BODY
        await send({**START, "headers": [(b"content-length", b"%d" % len(body))]})
        await send({"type": "http.response.body", "body": body})

    async def _late(self, _scope: Scope, send: Send) -> None:
        await send({**START, "headers": []})
        await self.go.wait()
        await send({"type": "http.response.body", "body": b"HTTP/1. is how heads begin", "more_body": True})
        await send({"type": "http.response.body", "body": b""})


class Caller:
    """One connection; a read is what one waking of the client gives."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def ask(self, path: str, more: str = "") -> None:
        self._writer.write(f"GET {path} HTTP/1.1\r\nhost: test\r\n{more}\r\n".encode())

    async def read(self) -> bytes:
        return await asyncio.wait_for(self._reader.read(65536), 5)

    async def until(self, end: bytes) -> bytes:
        found = b""
        while not found.endswith(end):
            found += await self.read()
        return found

    async def all(self) -> bytes:
        return await asyncio.wait_for(self._reader.read(), 5)


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
async def caller(answers: ASGIApp) -> AsyncIterator[Caller]:
    async with served(answers) as address:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
        yield Caller(reader, writer)
        writer.close()


async def test_head_and_body_come_together(caller: Caller) -> None:
    for _ in range(100):
        caller.ask("/")
        found = await caller.read()
        assert found.startswith(b"HTTP/1.1 200 OK\r\n")
        assert found.endswith(BODY)


async def test_a_large_body_comes_whole(caller: Caller) -> None:
    caller.ask("/large")
    found = await caller.until(b"y" * 1000)
    head, _, body = found.partition(b"\r\n\r\n")
    while len(body) < len(LARGE):
        body += await caller.read()
    assert head.endswith(b"content-length: 5000000")
    assert body == LARGE


async def test_a_head_does_not_wait_for_a_late_body(caller: Caller, answers: Answers) -> None:
    caller.ask("/late")
    assert (await caller.until(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 OK\r\n")
    answers.go.set()
    assert await caller.until(b"0\r\n\r\n") == b"1a\r\nHTTP/1. is how heads begin\r\n0\r\n\r\n"


async def test_the_last_answer_of_a_connection_is_whole(caller: Caller) -> None:
    caller.ask("/", "connection: close\r\n")
    assert (await caller.all()).endswith(BODY)
