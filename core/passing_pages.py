"""Pages of things that pass by once, in any order; no more of them are held than the page has."""

import base64
import binascii
import heapq
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from ports.paging import BadCursor, Page, PageRequest

T = TypeVar("T")

Place: TypeAlias = tuple[Any, ...]
"""Where a thing stands in the order: comparable, and unique."""


class Order(Generic[T]):
    """How things are ordered; `parsers` read the parts of a place again from their text."""

    def __init__(self, place_of: Callable[[T], Place], parsers: Sequence[Callable[[str], Any]]) -> None:
        self.place_of = place_of
        self._parsers = parsers

    def cursor(self, place: Place) -> str:
        return base64.urlsafe_b64encode(json.dumps([str(part) for part in place]).encode()).decode()

    def parse(self, cursor: str) -> Place:
        try:
            texts = json.loads(base64.urlsafe_b64decode(cursor.encode()))
            return tuple(parse(text) for parse, text in zip(self._parsers, texts, strict=True))
        except (binascii.Error, ValueError, TypeError, ArithmeticError, RecursionError) as error:
            raise BadCursor(cursor) from error


@dataclass(frozen=True, slots=True)
class _Held(Generic[T]):
    """A thing that is thrown out before those that come before it, or, going backward, after it."""

    place: Place
    item: T
    backward: bool

    def __lt__(self, other: "_Held[T]") -> bool:
        return self.place < other.place if self.backward else self.place > other.place


class PassingPage(Generic[T]):
    """The page of one request. One thing more than asked tells whether there are others beyond."""

    def __init__(self, order: Order[T], page: PageRequest) -> None:
        self._order = order
        self._page = page
        self._after = order.parse(page.after) if page.after is not None else None
        self._before = order.parse(page.before) if page.before is not None else None
        self._held: list[_Held[T]] = []

    def take(self, items: Sequence[T]) -> None:
        for item in items:
            if self._lies_between(place := self._order.place_of(item)):
                held = _Held(place, item, self._page.backward)
                if len(self._held) <= self._page.size:
                    heapq.heappush(self._held, held)
                else:
                    heapq.heappushpop(self._held, held)

    def done(self) -> Page[T]:
        in_order = sorted(self._held, key=lambda held: held.place, reverse=self._page.backward)
        more, kept = len(in_order) > self._page.size, in_order[: self._page.size]
        if self._page.backward:
            kept.reverse()
        return Page(
            items=[held.item for held in kept],
            cursors=[self._order.cursor(held.place) for held in kept],
            has_next=self._before is not None if self._page.backward else more,
            has_previous=more if self._page.backward else self._after is not None,
        )

    def _lies_between(self, place: Place) -> bool:
        return (self._after is None or place > self._after) and (self._before is None or place < self._before)
