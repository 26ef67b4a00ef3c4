"""A caller that sends without a pause over some connections, and tells how long each answer took."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from statistics import quantiles
from time import perf_counter

CONNECTIONS = 16


@dataclass(frozen=True)
class Load:
    """Answers a second, and milliseconds below which 50 and 99 of 100 answers stay."""

    rate: float
    p50: float
    p99: float
    answers: int


def request(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    told = {"host": "127.0.0.1", "content-type": "application/json", "content-length": str(len(body))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in (told | headers).items())
    return f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode() + body


async def load(port: int, requests: Sequence[bytes], seconds: float) -> Load:
    waiting, times = cycle(requests), list[float]()
    began = perf_counter()
    async with asyncio.TaskGroup() as callers:
        for _ in range(CONNECTIONS):
            callers.create_task(_call(port, waiting, times, began + seconds))
    parts = quantiles(times, n=100)
    return Load(len(times) / (perf_counter() - began), parts[49] * 1000, parts[98] * 1000, len(times))


async def _call(port: int, waiting: Iterator[bytes], times: list[float], end: float) -> None:
    caller = await Caller.connected(port)
    while perf_counter() < end:
        began = perf_counter()
        await caller.ask(next(waiting))
        times.append(perf_counter() - began)
    caller.close()


async def ask(port: int, sent: bytes) -> bytes:
    """One answer."""
    caller = await Caller.connected(port)
    body = await caller.ask(sent)
    caller.close()
    return body


class Caller:
    """A connection that stays."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def connected(cls, port: int) -> "Caller":
        return cls(*await asyncio.open_connection("127.0.0.1", port, limit=4 * 1024**2))

    async def ask(self, sent: bytes) -> bytes:
        """The answer; RuntimeError unless it is of status 200."""
        self._writer.write(sent)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        body = await self._reader.readexactly(length)
        if int(head[9:12]) != 200:
            raise RuntimeError(f"answered {head[9:12].decode()}: {body[:500]!r}")
        return body

    def close(self) -> None:
        self._writer.close()
