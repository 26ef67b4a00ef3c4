"""Omie's rules of conduct: who may ask, how often, and what it says to those who do not keep to it."""

import math
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from adapters.omie.credentials import OmieCredentials

PER_METHOD = 240
OVERALL = 960
IN_FLIGHT = 4
FAULTS_IN_A_ROW = 10
BLOCK_SECONDS = 1800.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """A fault as Omie words it. A number for its code is the other shape, that of the rate limit."""

    status: int
    code: str | int
    text: str

    def as_json(self) -> dict[str, object]:
        if isinstance(self.code, int):
            return {"error_code": self.code, "error_message": self.text}
        return {"faultstring": self.text, "faultcode": self.code}


_RUNNING = Refusal(
    500,
    "SOAP-ENV:Client-1880",
    "ERROR: Já existe uma requisição desse método sendo executada e você pode tentar novamente "
    "em alguns instantes. (1)",
)


@dataclass(slots=True)
class Counters:
    """What has been asked so far, and how well the client behaved."""

    requests: Counter[str] = field(default_factory=Counter)
    """By method."""
    violations: int = 0
    """Requests over a rate limit or over the number in flight."""
    busy: int = 0
    """Answered "already running" by a method that takes one request at a time. Nobody can know before."""
    redundant: int = 0
    blocked: int = 0
    rejected: int = 0
    max_in_flight: int = 0
    """Of one method."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as the police sees it."""

    credentials: OmieCredentials
    method: str
    fingerprint: str
    param: Mapping[str, object] = field(default_factory=dict, compare=False)

    @property
    def lane(self) -> str:
        """What the limits count by: key and method."""
        return f"{self.credentials.account} {self.method}"


@dataclass(slots=True)
class Police:
    """Every request goes in through `enter` and out through `leave`."""

    credentials: OmieCredentials
    window_seconds: float = 60.0
    now: Callable[[], float] = time.monotonic
    """Seconds that only ever grow."""
    counters: Counters = field(default_factory=Counters)
    single_file: frozenset[str] = frozenset()
    """Methods that take one request at a time."""
    _sent: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _overall: deque[float] = field(default_factory=deque)
    _seen: dict[tuple[str, str], float] = field(default_factory=dict)
    _in_flight: Counter[str] = field(default_factory=Counter)
    _faults: Counter[str] = field(default_factory=Counter)
    _blocked_until: dict[str, float] = field(default_factory=dict)

    def enter(self, asked: Asked) -> Refusal | None:
        """Counts the request in. Whatever the answer, `leave` is due."""
        self.counters.requests[asked.method] += 1
        self._in_flight[asked.lane] += 1
        self.counters.max_in_flight = max(self.counters.max_in_flight, self._in_flight[asked.lane])
        return self._stranger(asked) or self._blocked(asked) or self._too_many(asked) or self._repeated(asked)

    def leave(self, asked: Asked, *, faulty: bool) -> None:
        """Counts it out; ten faulty answers in a row block the method."""
        self._in_flight[asked.lane] -= 1
        self._faults[asked.lane] = self._faults[asked.lane] + 1 if faulty else 0
        if self._faults[asked.lane] == FAULTS_IN_A_ROW:
            self._block(asked.lane, BLOCK_SECONDS)

    def block(self, method: str, seconds: float = BLOCK_SECONDS) -> None:
        """As if it had been misused."""
        self._block(f"{self.credentials.account} {method}", seconds)

    def _block(self, lane: str, seconds: float) -> None:
        self._blocked_until[lane] = self.now() + seconds

    def _stranger(self, asked: Asked) -> Refusal | None:
        if asked.credentials == self.credentials:
            return None
        self.counters.rejected += 1
        return Refusal(
            403, "SOAP-ENV:Server", "A chave de acesso está inválida ou o aplicativo está suspenso."
        )

    def _blocked(self, asked: Asked) -> Refusal | None:
        seconds = self._blocked_until.get(asked.lane, 0.0) - self.now()
        if seconds <= 0:
            return None
        self.counters.blocked += 1
        text = f"API bloqueada por consumo indevido. Tente novamente em {math.ceil(seconds)} segundos."
        return Refusal(425, "MISUSE_API_PROCESS", text)

    def _too_many(self, asked: Asked) -> Refusal | None:
        if self._in_flight[asked.lane] > IN_FLIGHT:
            self.counters.violations += 1
            return _RUNNING
        if asked.method in self.single_file and self._in_flight[asked.lane] > 1:
            self.counters.busy += 1
            return _RUNNING
        methods_own = self._over(self._sent[asked.lane], PER_METHOD)
        if self._over(self._overall, OVERALL) or methods_own:
            self.counters.violations += 1
            return Refusal(429, 429, "Too Many Requests")
        return None

    def _over(self, sent: deque[float], limit: int) -> bool:
        now = self.now()
        while sent and now - sent[0] >= self.window_seconds:
            sent.popleft()
        sent.append(now)
        return len(sent) > limit

    def _repeated(self, asked: Asked) -> Refusal | None:
        """Asking again too early starts the wait anew."""
        key = (asked.lane, asked.fingerprint)
        now = self.now()
        last = self._seen.get(key)
        self._seen[key] = now
        if last is None or now - last >= self.window_seconds:
            return None
        self.counters.redundant += 1
        wait = f"Aguarde {math.ceil(self.window_seconds)} segundos para tentar novamente (REDUNDANT)."
        text = f"ERROR: Consumo redundante detectado. {wait}"
        return Refusal(500, "SOAP-ENV:Client-6", text)
