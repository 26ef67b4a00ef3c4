"""Statements whose text is made once for each shape of a question, and kept."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any, NamedTuple

from psycopg import DataError
from sqlalchemy import Select
from sqlalchemy.dialects.postgresql.psycopg import dialect

from adapters.postgres.line import Question

NUMBERED = dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
KEPT = 1000
"""Shapes."""


class _Statement(NamedTuple):
    """A text, the names of its values in their order, and those that belong to the shape."""

    text: bytes
    names: Sequence[str]
    fixed: Mapping[str, Any]


class Statements:
    def __init__(self) -> None:
        self._kept: dict[Any, _Statement] = {}

    def question(self, shape: Any, make: Callable[[], Select[Any]], values: Mapping[str, Any]) -> Question:
        """The statement of this shape, made if it is new, with these values."""
        text, names, fixed = self._kept.get(shape) or self._keep(shape, make())
        return Question(text, [_text(values[name] if name in values else fixed[name]) for name in names])

    def _keep(self, shape: Any, select: Select[Any]) -> _Statement:
        if len(self._kept) >= KEPT:
            self._kept.clear()
        made = select.compile(dialect=NUMBERED, compile_kwargs={"render_postcompile": True})
        fixed = {name: bare(value) for name, value in made.params.items()}
        self._kept[shape] = _Statement(str(made).encode(), tuple(made.positiontup or ()), fixed)
        return self._kept[shape]


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
