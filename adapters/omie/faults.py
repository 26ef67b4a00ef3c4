"""What an answer of Omie means. HTTP 500 is how it says no, so the text is read before the status."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from enum import Enum, auto
from typing import NamedTuple, TypeAlias

from adapters.omie.values import Record, decoded, fold
from ports.calendar import SAO_PAULO
from ports.erp import ErpAsksToWait, ErpBroken, ErpProblem, ErpRejectedCredentials, ErpTakesOneOnly

MARGIN = 1.0
BUSY_WAIT = 10.0
TRANSIENT_WAIT = 10.0
THROTTLED_WAIT = 60.0
REDUNDANT_WAIT = 60.0
BLOCKED_WAIT = 1800.0

_SECONDS = re.compile(r"\b([0-9]{1,4}) segundo")
_CLOCK_TIME = re.compile(r"\b([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])\b")
_CODE_PREFIX = re.compile(r"^SOAP-ENV:(Client-)?")
_SHOWABLE_CODE = re.compile(r"[0-9]{1,4}")


class Nothing(Enum):
    """Answers that Omie words as faults and that are none."""

    NO_RECORDS = auto()
    NOT_FOUND = auto()


Outcome: TypeAlias = Record | Nothing | ErpProblem


@dataclass(frozen=True, slots=True)
class _Fault:
    code: str
    text: str
    """Folded."""


_Consequence: TypeAlias = Callable[[_Fault, datetime], Nothing | ErpProblem]


class _Rule(NamedTuple):
    """Holds when the code, the HTTP status or a pattern of the text fits."""

    consequence: _Consequence
    codes: frozenset[str] = frozenset()
    statuses: frozenset[int] = frozenset()
    pattern: str = r"(?!)"

    def fits(self, status: int, fault: _Fault) -> bool:
        named = fault.code in self.codes or status in self.statuses
        return named or re.search(self.pattern, fault.text) is not None


def judged(status: int, body: bytes, now: datetime) -> Outcome:
    """The decoded answer, nothing, or the problem to raise, which holds no text of the answer.

    `now` is aware.
    """
    try:
        answer = decoded(body)
    except ValueError:
        return _unreadable(status)
    if not isinstance(answer, dict):
        return ErpBroken(f"Omie answered {status} with no object")
    fault = _fault(answer)
    if fault is not None:
        return _consequence(status, fault, now)
    return answer if status == 200 else _unreadable(status)


def _unreadable(status: int) -> ErpProblem:
    """No fault that can be read. A 200 that is cut short or a page of a proxy is as passing as a 502."""
    if status == 425:
        return ErpAsksToWait(BLOCKED_WAIT, failed=True)
    if status == 429:
        return ErpAsksToWait(THROTTLED_WAIT, failed=True)
    if status == 200 or status >= 500:
        return ErpAsksToWait(TRANSIENT_WAIT, failed=True)
    return ErpBroken(f"Omie answered {status}")


def _fault(answer: Record) -> _Fault | None:
    """Whichever of the three shapes of a fault the answer has."""
    for code, text in (("faultcode", "faultstring"), ("error_code", "error_message")):
        if answer.get(code) or answer.get(text):
            bare_code = _CODE_PREFIX.sub("", str(answer.get(code) or ""))
            return _Fault(bare_code, fold(str(answer.get(text) or "")))
    if answer.get("status") == "error":
        return _Fault("", fold(str(answer.get("message") or "")))
    return None


def _consequence(status: int, fault: _Fault, now: datetime) -> Nothing | ErpProblem:
    for rule in _RULES:
        if rule.fits(status, fault):
            return rule.consequence(fault, now)
    shown = fault.code if _SHOWABLE_CODE.fullmatch(fault.code) else "unknown"
    return ErpBroken(f"Omie refused the request (HTTP {status}, fault {shown})")


def _wait(seconds: float) -> _Consequence:
    return lambda _fault, _now: ErpAsksToWait(seconds, failed=True)


def _one_only(_fault: _Fault, _now: datetime) -> ErpProblem:
    return ErpTakesOneOnly(BUSY_WAIT, failed=True)


def _wait_as_named(default: float, margin: float = 0.0) -> _Consequence:
    """The seconds that the text names, else the default."""

    def consequence(fault: _Fault, _now: datetime) -> ErpProblem:
        named = _SECONDS.search(fault.text)
        return ErpAsksToWait((float(named[1]) if named else default) + margin, failed=True)

    return consequence


def _wait_until_named(fault: _Fault, now: datetime) -> ErpProblem:
    """Until the time of day in Sao Paulo that the text names; one that has just passed means now."""
    named = _CLOCK_TIME.search(fault.text)
    if named is None:
        return ErpAsksToWait(BUSY_WAIT, failed=True)
    local = now.astimezone(SAO_PAULO)
    target = time(int(named[1]), int(named[2]), int(named[3]))
    ahead = (datetime.combine(local, target, SAO_PAULO) - local).total_seconds() % 86_400
    return ErpAsksToWait((ahead if ahead < 43_200 else 0.0) + MARGIN, failed=True)


def _nothing(kind: Nothing) -> _Consequence:
    return lambda _fault, _now: kind


def _rejected(_fault: _Fault, _now: datetime) -> ErpProblem:
    return ErpRejectedCredentials("Omie refuses the credentials")


# The first that fits decides. Patterns keep clear of accented letters, which sometimes come mangled.
_RULES = (
    _Rule(
        _wait_as_named(BLOCKED_WAIT),
        codes=frozenset({"MISUSE_API_PROCESS", "425"}),
        statuses=frozenset({425}),
        pattern="bloqueada por consumo indevido",
    ),
    _Rule(
        _rejected,
        codes=frozenset({"401", "403"}),
        statuses=frozenset({401, 403}),
        pattern="chave de acesso .*aplicativo|dados de autentica",
    ),
    _Rule(
        _wait_as_named(REDUNDANT_WAIT, MARGIN),
        codes=frozenset({"6"}),
        pattern=r"consumo redundante|\(redundant\)",
    ),
    _Rule(
        _wait(THROTTLED_WAIT),
        codes=frozenset({"429"}),
        statuses=frozenset({429}),
        pattern="too many requests",
    ),
    _Rule(_one_only, codes=frozenset({"1880"}), pattern="sendo executada"),
    _Rule(_wait_until_named, codes=frozenset({"8020", "1100"}), pattern="sendo processada"),
    _Rule(
        _nothing(Nothing.NO_RECORDS),
        codes=frozenset({"5113", "101"}),
        pattern="existem registros para a p",
    ),
    _Rule(
        _nothing(Nothing.NOT_FOUND),
        codes=frozenset({"103", "105"}),
        pattern=r"\bn\S{1,4}o cadastrad",
    ),
    _Rule(
        _wait(TRANSIENT_WAIT),
        codes=frozenset({"Server", "502", "503", "504"}),
        statuses=frozenset({502, 503, 504}),
        pattern=r"broken response|dados do webservice",
    ),
)
