"""Statements whose text is made once for each shape of a question, and kept."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from hashlib import sha256
from typing import Any, NamedTuple

from psycopg import DataError
from sqlalchemy import Select
from sqlalchemy.dialects.postgresql.psycopg import dialect

from adapters.postgres.line import Question

NUMBERED = dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
KEPT = 1000
"""Shapes."""


class _Statement(NamedTuple):
    """A text and its name, the names of its values in their order, and those that belong to the shape."""

    text: bytes
    name: bytes
    places: Sequence[str]
    fixed: Mapping[str, Any]


class Statements:
    def __init__(self, *, named: bool) -> None:
        """`named` is for connections that are our own from their beginning to their end."""
        self._named = named
        self._kept: dict[Any, _Statement] = {}

    def question(
        self, shape: Any, make: Callable[[], Select[Any]], values: Mapping[str, Any], rows: int = 1
    ) -> Question:
        """The statement of this shape, made if it is new, with these values, for about so many `rows`."""
        text, name, places, fixed = self._kept.get(shape) or self._keep(shape, make())
        texts = [_text(values[place] if place in values else fixed[place]) for place in places]
        return Question(text, texts, name, rows)

    def plain(self, text: str) -> Question:
        """A statement without values."""
        return Question(text.encode(), (), self._name_of(text))

    def _keep(self, shape: Any, select: Select[Any]) -> _Statement:
        if len(self._kept) >= KEPT:
            self._kept.clear()
        made = select.compile(dialect=NUMBERED, compile_kwargs={"render_postcompile": True})
        fixed = {name: bare(value) for name, value in made.params.items()}
        text, places = str(made), tuple(made.positiontup or ())
        self._kept[shape] = _Statement(text.encode(), self._name_of(text), places, fixed)
        return self._kept[shape]

    def _name_of(self, text: str) -> bytes:
        return sha256(text.encode()).hexdigest()[:40].encode() if self._named else b""


def bare(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def _text(value: Any) -> bytes | None:
    """A value as Postgres reads it; a list is one of keys or numbers."""
    match value:
        case None:
            return None
        case list():
            return b"{%b}" % b",".join(_text(one) or b"NULL" for one in value)
        case str() if "\0" in value:
            raise DataError("no text holds NUL")
        case _:
            return str(value).encode()
