"""Everything that can go wrong, in one tree. Texts for people are made at the edge, from the codes.

Problem
├── Refused       the business says no
│   └── Stale     somebody else wrote first
├── Missing       no such record
└── Unavailable   something outside does not answer
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class RefusalCode(StrEnum):
    INVALID = "INVALID"
    MISSING = "MISSING"
    TOO_SHORT = "TOO_SHORT"
    TOO_LONG = "TOO_LONG"
    TOO_MANY = "TOO_MANY"
    TOTAL_MISMATCH = "TOTAL_MISMATCH"
    SETTLED_WITHOUT_DATE = "SETTLED_WITHOUT_DATE"
    DATE_WITHOUT_SETTLEMENT = "DATE_WITHOUT_SETTLEMENT"
    EXTERNAL_ID_MISSING = "EXTERNAL_ID_MISSING"
    WRONG_PARTY = "WRONG_PARTY"
    ALREADY_SETTLED = "ALREADY_SETTLED"
    NOT_SETTLED = "NOT_SETTLED"
    DELETED = "DELETED"
    NOT_DELETED = "NOT_DELETED"
    DUPLICATE_EXTERNAL_ID = "DUPLICATE_EXTERNAL_ID"
    DUPLICATE_DOCUMENT = "DUPLICATE_DOCUMENT"
    DUPLICATE_OMIE_CODE = "DUPLICATE_OMIE_CODE"
    OWNED_BY_ERP = "OWNED_BY_ERP"
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"
    STALE_VERSION = "STALE_VERSION"
    NOT_FOUND = "NOT_FOUND"
    PERIOD_CLOSED = "PERIOD_CLOSED"
    PERIOD_NOT_CLOSED = "PERIOD_NOT_CLOSED"
    PERIOD_NOT_ENDED = "PERIOD_NOT_ENDED"
    DATA_NOT_FRESH = "DATA_NOT_FRESH"
    ERP_NOT_CONFIGURED = "ERP_NOT_CONFIGURED"
    SYNC_NOT_RUNNING = "SYNC_NOT_RUNNING"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input: where (snake case), what, and the figures a text may need."""

    code: RefusalCode
    path: tuple[str, ...] = ()
    params: Mapping[str, object] = field(default_factory=dict)


class Problem(Exception):
    """Something went wrong."""


class Refused(Problem):
    """The business says no; nothing was changed. All faults are named at once."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(", ".join(fault.code for fault in self.faults))


def refused(code: RefusalCode, *path: str, **params: object) -> Refused:
    """A refusal for a single fault."""
    return Refused([Fault(code, path, params)])


class Stale(Refused):
    """The record has changed since the caller read it; `current` is the record as it stands."""

    def __init__(
        self,
        current: object,
        faults: Iterable[Fault] = (Fault(RefusalCode.STALE_VERSION, ("expected_version",)),),
    ) -> None:
        self.current = current
        super().__init__(faults)


class Missing(Problem):
    """There is no such record."""

    def __init__(self, *path: str) -> None:
        self.path = path or ("id",)
        super().__init__(".".join(self.path))


class Unavailable(Problem):
    """Something outside does not answer."""
