"""Keyset pages: `WHERE (keys) > (the cursor's)`, never OFFSET: page 10,000 costs what page 1 costs."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, literal, or_, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from ports.money import fits
from ports.paging import BadCursor, Page, PageRequest

R = TypeVar("R")
T = TypeVar("T")

Sides: TypeAlias = Sequence[ColumnElement[Any]]
"""The values of all keys at one place."""


def _text_from(text: str) -> str:
    text.encode()
    if "\0" in text:
        raise ValueError("it cannot stand in a row")
    return text


def _number_from(text: str) -> int:
    number = int(text)
    if not 0 <= number < 2**31:
        raise ValueError("it cannot stand in a row")
    return number


def _amount_from(text: str) -> Decimal:
    amount = Decimal(text)
    if not fits(amount):
        raise ValueError("it cannot stand in a row")
    return amount


def _moment_from(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment has a zone")
    return moment


PARSERS: dict[type, Callable[[str], Any]] = {
    str: _text_from,
    int: _number_from,
    Decimal: _amount_from,
    date: date.fromisoformat,
    datetime: _moment_from,
    UUID: UUID,
}


@dataclass(frozen=True)
class Key:
    """One part of an order: a non-null expression and the Python type of its values."""

    name: str
    expression: ColumnElement[Any]
    kind: type
    descending: bool = False


class Keyset:
    """A total order over a select; its last key is unique."""

    def __init__(self, *keys: Key) -> None:
        self._keys = keys
        self._name = ",".join(f"{'-' if key.descending else '+'}{key.name}" for key in keys)

    async def page(
        self,
        connection: AsyncConnection,
        select: Select[Any],
        page: PageRequest,
        to_item: Callable[[Row[Any]], T],
    ) -> Page[T]:
        """One row more than asked tells whether there are others beyond."""
        cursors = (page.after, page.before)
        after, before = (None if one is None else self._literals(one) for one in cursors)
        question = self.asked(select, after=after, before=before, backward=page.backward)
        rows = list(await connection.execute(question.limit(page.size + 1)))
        return cut(rows, page, to_item, self.cursors)

    def cursors(self, rows: Sequence[Row[Any]]) -> Sequence[str]:
        return [self.cursor(self.last_of(row)) for row in rows]

    def last_of(self, row: Sequence[Any]) -> Sequence[Any]:
        """The keys' values, which are a row's last columns."""
        return row[-len(self._keys) :]

    def asked(
        self, select: Select[Any], *, after: Sides | None, before: Sides | None, backward: bool
    ) -> Select[Any]:
        """The select between two places, in order, with the keys as its last columns."""
        select = self.with_keys(select)
        for sides, forward in ((after, True), (before, False)):
            if sides is not None:
                select = select.where(self._beyond(sides, forward=forward))
        return select.order_by(*self.order(backward=backward))

    def with_keys(self, select: Select[Any]) -> Select[Any]:
        return select.add_columns(*(key.expression.label(f"_key{n}") for n, key in enumerate(self._keys)))

    def order(self, *, backward: bool) -> Sequence[ColumnElement[Any]]:
        return [
            key.expression.desc() if key.descending is not backward else key.expression.asc()
            for key in self._keys
        ]

    def sides(self, name: str) -> Sides:
        """A place, as parameters that `values` fills."""
        return [bindparam(f"{name}{n}", type_=key.expression.type) for n, key in enumerate(self._keys)]

    def values(self, name: str, cursor: str) -> Mapping[str, Any]:
        return {f"{name}{n}": value for n, value in enumerate(self._decode(cursor))}

    def _literals(self, cursor: str) -> Sides:
        values = self._decode(cursor)
        return [literal(value, key.expression.type) for key, value in zip(self._keys, values, strict=True)]

    def _beyond(self, sides: Sides, *, forward: bool) -> ColumnElement[bool]:
        """The rows after (or before) the one with these key values."""
        if len({key.descending for key in self._keys}) == 1:
            ours, theirs = tuple_(*(key.expression for key in self._keys)), tuple_(*sides)
            return ours < theirs if self._keys[0].descending is forward else ours > theirs
        steps = []
        for n, key in enumerate(self._keys):
            equal = [k.expression == side for k, side in zip(self._keys[:n], sides, strict=False)]
            downward = key.descending is forward
            past = key.expression < sides[n] if downward else key.expression > sides[n]
            steps.append(and_(*equal, past))
        # Said of the first key alone as well, because no index can be entered by an OR.
        first, side = self._keys[0], sides[0]
        reached = first.expression <= side if first.descending is forward else first.expression >= side
        return and_(reached, or_(*steps))

    def cursor(self, values: Sequence[Any]) -> str:
        """The name of a place, by its keys' values, or their texts."""
        texts = [_text(value) for value in values]
        return base64.urlsafe_b64encode(msgspec.json.encode([self._name, *texts])).decode()

    def _decode(self, cursor: str) -> list[Any]:
        try:
            name, *texts = msgspec.json.decode(base64.urlsafe_b64decode(cursor.encode()))
            if name != self._name or not all(isinstance(text, str) for text in texts):
                raise BadCursor(cursor)
            return [PARSERS[key.kind](text) for key, text in zip(self._keys, texts, strict=True)]
        except (
            binascii.Error,
            msgspec.DecodeError,
            ValueError,
            TypeError,
            ArithmeticError,
            RecursionError,
        ) as error:
            raise BadCursor(cursor) from error


def cut(
    rows: list[R],
    page: PageRequest,
    to_item: Callable[[R], T],
    cursors: Callable[[Sequence[R]], Sequence[str]],
) -> Page[T]:
    """The page in rows of which there is one more when there are others beyond."""
    found = uncut(rows, page, cursors)
    return Page([to_item(row) for row in found.items], found.cursors, found.has_next, found.has_previous)


def uncut(rows: list[R], page: PageRequest, cursors: Callable[[Sequence[R]], Sequence[str]]) -> Page[R]:
    """The same, of the rows themselves."""
    more = len(rows) > page.size
    if more:
        del rows[page.size :]
    if page.backward:
        rows.reverse()
    return Page(
        items=rows,
        cursors=cursors(rows),
        has_next=page.before is not None if page.backward else more,
        has_previous=more if page.backward else page.after is not None,
    )


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
