"""The lines of a month as a workbook that people fill in and send back."""

from collections.abc import AsyncGenerator, AsyncIterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from ports.acknowledgements import Remark
from ports.calendar import Period
from ports.reconciliations import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """A line as it goes out."""

    line: Line
    since: Period | None
    said: Remark | None
    """What is said of the divergence as it stands, to be changed by whoever fills the row in."""
    lapsed: str | None
    """What was said of another one."""
    fingerprint: str
    """Tells, when the row comes back, what its filler saw."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRow:
    """A row as it came back; texts are empty where their cells are."""

    cells: Sequence[Any]
    """All of it, for the answer."""
    id: str
    fingerprint: str
    reason: str
    owner: str
    note: str


class AnsweredRow(NamedTuple):
    row: SentRow
    fingerprint: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentLines:
    """A workbook as it came back."""

    titles: Sequence[str]
    """Of the cells of each row."""
    rows: Sequence[SentRow]


class LineFiles(Protocol):
    def pieces(self, rows: AsyncIterable[LineRow]) -> AsyncGenerator[bytes, None]: ...

    async def read(self, body: bytes) -> SentLines:
        """UnreadableFile when it is no such workbook, or too large."""
        ...

    def answered(
        self, titles: Sequence[str], rows: AsyncIterable[AnsweredRow]
    ) -> AsyncGenerator[bytes, None]:
        """What came back, with a message on each row."""
        ...
