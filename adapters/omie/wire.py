"""A whole answer of Omie: its page numbers and its records. One that cannot be kept becomes an issue."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from adapters.omie.values import Record, RecordError, code, part, text
from ports.erp import Entity, ErpBroken, ErpIssue, ErpPage

T = TypeVar("T")


class Paging(NamedTuple):
    """What a dialect of Omie calls the page asked for, its size, how many pages and how many records."""

    page: str
    size: str
    last: str
    total: str


SNAKE = Paging("pagina", "registros_por_pagina", "total_de_paginas", "total_de_registros")
HUNGARIAN = Paging("nPagina", "nRegPorPagina", "nTotPaginas", "nTotRegistros")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Generic[T]):
    """Where to ask for records, where they stand in the answer, and how one is read."""

    entity: Entity
    path: str
    method: str
    paging: Paging | None = SNAKE
    """None: it comes whole."""
    array: str
    head: str | None = None
    """The object of a record that holds its fields; None: the record itself."""
    id_field: str
    client_field: str | None = None
    """Names the client of a record that is none itself."""
    id_of: Callable[[Record, str], str | None] = code
    read: Callable[[Record], T]


def page(answer: Record, asked: int, listing: Listing[T]) -> ErpPage[T]:
    """The answer to page `asked`; `ErpBroken` when it is not one."""
    items: list[T] = []
    issues: list[ErpIssue] = []
    for position, entry in enumerate(_records(answer, listing), start=1):
        record = entry if isinstance(entry, dict) else {}
        try:
            items.append(listing.read(record))
        except RecordError as error:
            issues.append(_issue(listing, record, f"page {asked}, record {position}", error))
    last, total = _last_page(answer, asked), _total(answer)
    return ErpPage(number=asked, last=last, total=total, items=items, issues=issues)


def single(record: Record, asked: str, listing: Listing[T]) -> T | ErpIssue:
    """The answer to a consultation; `ErpBroken` when it is about another record than the one asked for."""
    if _if_any(listing.id_of, _fields(listing, record), listing.id_field) != asked:
        raise ErpBroken("the answer is not the record asked for")
    try:
        return listing.read(record)
    except RecordError as error:
        return _issue(listing, record, asked, error)


def only(answer: Record, listing: Listing[T]) -> Record | None:
    """The record of a search for one; None when nothing was found."""
    records = _records(answer, listing)
    if not records:
        return None
    first = records[0]
    if len(records) > 1 or not isinstance(first, dict):
        raise ErpBroken("a search for one record found something else")
    return first


def _records(answer: Record, listing: Listing[T]) -> list[object]:
    records = answer.get(listing.array)
    if not isinstance(records, list):
        raise ErpBroken(f"the answer holds no {listing.array}")
    return records


def _last_page(answer: Record, asked: int) -> int:
    """As the answer says. Another page than the one asked for would be read over and over: better to stop."""
    for paging in (SNAKE, HUNGARIAN):
        if paging.page not in answer and paging.last not in answer:
            continue
        if (_count(answer, paging.page) or asked) != asked:
            raise ErpBroken("the answer is another page than the one asked for")
        return max(_count(answer, paging.last), asked)
    return asked


def _count(answer: Record, key: str) -> int:
    try:
        return int(code(answer, key) or 0)
    except RecordError as error:
        raise ErpBroken(f"{error.field} is not a number") from None


def _total(answer: Record) -> int | None:
    """It only informs, so a strange one is as good as none."""
    stated = _if_any(text, answer, SNAKE.total) or _if_any(text, answer, HUNGARIAN.total)
    return int(stated) if stated and stated.isdecimal() and len(stated) < 10 else None


def _issue(listing: Listing[T], record: Record, place: str, error: RecordError) -> ErpIssue:
    fields = _fields(listing, record)
    return ErpIssue(
        entity=listing.entity,
        external_id=_if_any(listing.id_of, fields, listing.id_field) or place,
        code=error.code,
        client_code=_if_any(code, fields, listing.client_field) if listing.client_field else None,
        params={"field": error.field, **error.params},
    )


def _fields(listing: Listing[T], record: Record) -> Record:
    return part(record, listing.head) if listing.head else record


def _if_any(reader: Callable[[Record, str], str | None], record: Record, key: str) -> str | None:
    try:
        return reader(record, key)
    except RecordError:
        return None
