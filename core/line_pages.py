"""Pages of lines that pass by once, in any order; no more lines are held than the page has."""

import base64
import binascii
import heapq
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ports.money import Money, fits
from ports.paging import BadCursor, Page, PageRequest
from ports.reconciliations import DivergenceKind, Line, Verdict


class LineFilter(NamedTuple):
    """Both conditions hold together; empty asks nothing."""

    verdicts: Collection[Verdict] = ()
    kinds: Collection[DivergenceKind] = ()

    def admits(self, verdict: Verdict, kind: DivergenceKind | None) -> bool:
        return (not self.verdicts or verdict in self.verdicts) and (not self.kinds or kind in self.kinds)


class Place(NamedTuple):
    """Where a line stands in the order: the greatest divergence first, then the name."""

    shift: Money
    """-|divergence|"""
    name: str
    key: str

    @classmethod
    def of(cls, line: Line) -> "Place":
        return cls(-abs(line.divergence), line.name, str(line.key))

    def cursor(self) -> str:
        return base64.urlsafe_b64encode(json.dumps([str(self.shift), self.name, self.key]).encode()).decode()

    @classmethod
    def parse(cls, cursor: str) -> "Place":
        try:
            shift, name, key = json.loads(base64.urlsafe_b64decode(cursor.encode()))
            place = cls(Money(shift), str(name), str(key))
        except (binascii.Error, ValueError, TypeError, ArithmeticError, RecursionError) as error:
            raise BadCursor(cursor) from error
        if not fits(place.shift):
            raise BadCursor(cursor)
        return place


@dataclass(frozen=True, slots=True)
class _Held:
    """A line that is thrown out before those that come before it, or, going backward, after it."""

    place: Place
    line: Line
    backward: bool

    def __lt__(self, other: "_Held") -> bool:
        return self.place < other.place if self.backward else self.place > other.place


class LinePage:
    """The page of one request. One line more than asked tells whether there are others beyond."""

    def __init__(self, where: LineFilter, page: PageRequest) -> None:
        self._where = where
        self._page = page
        self._after = Place.parse(page.after) if page.after is not None else None
        self._before = Place.parse(page.before) if page.before is not None else None
        self._held: list[_Held] = []

    def take(self, lines: Sequence[Line]) -> None:
        for line in lines:
            if self._where.admits(line.verdict, line.kind) and self._lies_between(place := Place.of(line)):
                held = _Held(place, line, self._page.backward)
                if len(self._held) <= self._page.size:
                    heapq.heappush(self._held, held)
                else:
                    heapq.heappushpop(self._held, held)

    def done(self) -> Page[Line]:
        in_order = sorted(self._held, key=lambda held: held.place, reverse=self._page.backward)
        more, kept = len(in_order) > self._page.size, in_order[: self._page.size]
        if self._page.backward:
            kept.reverse()
        return Page(
            items=[held.line for held in kept],
            cursors=[held.place.cursor() for held in kept],
            has_next=self._before is not None if self._page.backward else more,
            has_previous=more if self._page.backward else self._after is not None,
        )

    def _lies_between(self, place: Place) -> bool:
        return (self._after is None or place > self._after) and (self._before is None or place < self._before)
