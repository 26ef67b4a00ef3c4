"""Answers that go wrong now and then, as Omie's do: at a given rate, the same on every run."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from random import Random
from typing import NamedTuple

from ports.calendar import SAO_PAULO

_BROKEN = (
    b'{"faultstring":"SOAP-ERROR: Broken response from Application Server (BG)",'
    b'"faultcode":"SOAP-ENV:Server"}'
)
_THROTTLED = b'{"error_code":429,"error_message":"Too Many Requests","error_hash":"x"}'
_PROCESSING = (
    '{"faultstring":"ERROR: Esta requisi\\u00e7\\u00e3o j\\u00e1 foi processada ou est\\u00e1 sendo '
    'processada e voc\\u00ea pode tentar novamente \\u00e0s %s. (1)","faultcode":"SOAP-ENV:Client-8020"}'
)


class Mishap(Enum):
    BROKEN_RESPONSE = "broken response"
    HTML = "an HTML page"
    TIMEOUT = "no answer in time"
    CUT = "cut off"
    THROTTLED = "too many requests"
    PROCESSING = "in process until"
    TRUNCATED = "truncated JSON"


class Raw(NamedTuple):
    """An answer prepared beforehand. `cut`: the connection breaks after the body."""

    status: int
    body: bytes
    delay: float = 0.0
    cut: bool = False


@dataclass(slots=True)
class Drill:
    """`rate`: the share of the answers that go wrong. `timeout`: how long one that comes too late takes."""

    rate: float = 0.0
    seed: int = 0
    mishaps: tuple[Mishap, ...] = tuple(Mishap)
    timeout: float = 120.0
    processing: timedelta = timedelta(seconds=2)
    """How long a request that is said to be running still is."""
    done: Counter[str] = field(default_factory=Counter)
    """By kind."""
    _random: Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)  # noqa: S311

    def next(self, now: datetime) -> Raw | None:
        """None when all goes well."""
        if self._random.random() >= self.rate:
            return None
        mishap = self._random.choice(self.mishaps)
        self.done[mishap.value] += 1
        return self.answer(mishap, now)

    def answer(self, mishap: Mishap, now: datetime) -> Raw:
        match mishap:
            case Mishap.BROKEN_RESPONSE:
                return Raw(500, _BROKEN)
            case Mishap.HTML:
                return Raw(503, b"<html><body><h1>503 Service Unavailable</h1></body></html>")
            case Mishap.TIMEOUT:
                return Raw(504, b"<html>Gateway Time-out</html>", delay=self.timeout)
            case Mishap.CUT:
                return Raw(200, b'{"pagina": 1, "total_de_', cut=True)
            case Mishap.THROTTLED:
                return Raw(429, _THROTTLED)
            case Mishap.PROCESSING:
                again = (now + self.processing).astimezone(SAO_PAULO)
                return Raw(500, (_PROCESSING % f"{again:%H:%M:%S}").encode())
            case Mishap.TRUNCATED:
                return Raw(
                    200, b'{"pagina": 1, "total_de_paginas": 4, "clientes_cadastro": [{"codigo_cliente'
                )
