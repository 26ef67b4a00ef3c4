"""A caller that sends without a pause over some connections, and tells how long each answer took."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from statistics import quantiles
from time import perf_counter
from typing import Any

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
    callers = [await _caller(port, waiting, began + seconds) for _ in range(CONNECTIONS)]
    for caller in callers:
        times += await caller.over
    parts = quantiles(times, n=100)
    return Load(len(times) / (perf_counter() - began), parts[49] * 1000, parts[98] * 1000, len(times))


async def ask(port: int, sent: bytes) -> bytes:
    """One answer."""
    caller = await _caller(port, iter([sent]), 0)
    await caller.over
    return bytes(caller.answer)


async def _caller(port: int, waiting: Iterator[bytes], end: float) -> "_Caller":
    loop = asyncio.get_running_loop()
    _, caller = await loop.create_connection(lambda: _Caller(waiting, end), "127.0.0.1", port)
    return caller


class _Caller(asyncio.Protocol):
    """One connection. It does as little as it can: it shares the machine with what it measures."""

    def __init__(self, waiting: Iterator[bytes], end: float) -> None:
        self.over: asyncio.Future[list[float]] = asyncio.get_running_loop().create_future()
        self.answer = bytearray()
        self._waiting = waiting
        self._end = end
        self._times: list[float] = []
        self._missing: int | None = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        if self._missing is None:
            head, _, data = data.partition(b"\r\n\r\n")
            self._missing = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
            if head[9:12] != b"200":
                self._end_with(RuntimeError(f"answered {head!r} {data[:500]!r}"))
                return
        self.answer += data
        if len(self.answer) < self._missing:
            return
        self._times.append(perf_counter() - self._began)
        if perf_counter() < self._end:
            self._send()
        else:
            self._end_with(None)

    def connection_lost(self, _error: Exception | None) -> None:
        self._end_with(ConnectionError("cut"))

    def _send(self) -> None:
        self._began = perf_counter()
        self.answer, self._missing = bytearray(), None
        self._transport.write(next(self._waiting))

    def _end_with(self, error: Exception | None) -> None:
        if not self.over.done():
            if error:
                self.over.set_exception(error)
            else:
                self.over.set_result(self._times)
            self._transport.close()
