"""Files that people bring in: rows of payments, clients or contracts, and what becomes of them."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, Protocol, TypeAlias
from uuid import UUID

from ports.errors import Fault, Problem
from ports.payments import PaymentRecord


class ImportKind(StrEnum):
    PAYMENTS = "payments"
    CLIENTS = "clients"
    CONTRACTS = "contracts"


class UnreadableFile(Problem):
    """The file, or the rest of it, cannot be read as any of the formats."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row: what stood there, and what could be made of it."""

    number: int
    """Of the line, or, in a JSON document, of the row."""
    raw: Mapping[str, Any] | str
    """The fields as they stood there; a text when it is no row at all."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """Field by field in the types of the records; what is absent may be left out."""
    unread: Sequence[Fault] = ()
    """What is unknown or unreadable."""


class RowFile(Protocol):
    """A file of any size, read once from its beginning to its end."""

    size: int

    @property
    def position(self) -> int:
        """Bytes read until now."""
        ...

    @property
    def digest(self) -> bytes:
        """SHA-256 of the whole file."""
        ...

    def rows(self) -> Iterator[FileRow]:
        """UnreadableFile when it breaks off; what was given before stays good."""
        ...


class KeysSeen(Protocol):
    """The keys that the rows of one file have taken, however many."""

    def take(self, key: str) -> bool:
        """Whether no row before had it."""
        ...


class RefusedRows(Protocol):
    """Where refused rows are written down, with the reasons."""

    def add(self, row: FileRow, faults: Sequence[Fault]) -> None: ...


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the rows."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0

    @property
    def rows(self) -> int:
        return self.created + self.updated + self.unchanged + self.refused

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.created + other.created,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.refused + other.refused,
        )


Tell: TypeAlias = Callable[[Tally], None]
"""Told after each chunk what became of all rows until now."""


class Upserted(NamedTuple):
    """What became of payments that were written together."""

    created: int
    updated: int
    deleted: Set[UUID]
    """Left alone: who keeps such an id has deleted its payment."""


@dataclass(frozen=True, slots=True)
class PreparedPayments:
    """Payments that can be written without further ado."""

    payments: Sequence[PaymentRecord]
    """In the order in which they are written."""
    text: str
    """What they are to the database."""


PreparePayments: TypeAlias = Callable[[Sequence[PaymentRecord]], Awaitable[PreparedPayments]]


class PaymentImports(Protocol):
    async def on_file(self, payments: Sequence[PaymentRecord]) -> Mapping[str | UUID, PaymentRecord]:
        """What `upsert` would replace, by external id, or by id where there is none."""
        ...

    async def upsert(self, prepared: PreparedPayments, moment: datetime) -> Upserted:
        """Keep the payments: by external id the live one that holds it, without one by id.

        What is on file is replaced, and gains a version, unless it is equal. A payment registered or changed
        at `moment` states no time of its own, so that of the one on file stays.
        """
        ...
