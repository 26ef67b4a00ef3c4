"""Keyset pages: a cursor names a row's place in the order, so inserts neither repeat nor hide rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from ports.errors import Problem

T_co = TypeVar("T_co", covariant=True)

DEFAULT_SIZE = 20
LARGEST_SIZE = 1000


class BadCursor(Problem):
    """The cursor was not given out by this list."""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """`size` rows after `after`, or, going `backward`, before `before`."""

    size: int = DEFAULT_SIZE
    backward: bool = False
    after: str | None = None
    before: str | None = None


class Page(NamedTuple, Generic[T_co]):
    """Rows in list order, each with its cursor."""

    items: Sequence[T_co]
    cursors: Sequence[str]
    has_next: bool
    has_previous: bool
