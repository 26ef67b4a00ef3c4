"""Connections: pages of rows as `nodes`, `edges` and `pageInfo`."""

from collections.abc import Callable, Container, Iterable, Mapping
from itertools import repeat, starmap
from typing import Any, NamedTuple, TypeAlias

from graphql import GraphQLObjectType, get_named_type

from graphql_api.compiled.selection import NotPlain, Selected, Selection
from graphql_api.compiled.shapes import TYPENAME, RowShape, row_shape, struct_of
from ports.paging import Page
from ports.reads import Row

Show: TypeAlias = Callable[[Page[Row]], Any]

PAGE_INFO: Mapping[str, Show] = {
    "hasNextPage": lambda page: page.has_next,
    "hasPreviousPage": lambda page: page.has_previous,
    "startCursor": lambda page: page.cursors[0] if page.items else None,
    "endCursor": lambda page: page.cursors[-1] if page.items else None,
}


class PageShape(NamedTuple):
    """What is to be fetched of each row, and how a page of them is shown."""

    columns: tuple[str, ...]
    beside: tuple[Selected, ...]
    show: Show


def page_shape(
    selection: Selection, chosen: Selected, kind: GraphQLObjectType, beside: Container[str] = ()
) -> PageShape:
    """NotPlain when it is counted, or its rows are selected in several ways."""
    rows: list[RowShape] = []
    parts: dict[str, Show] = {}
    for field in selection.below(chosen, kind):
        if field.name == TYPENAME:
            parts[field.key] = _always(kind.name)
            continue
        below = get_named_type(kind.fields[field.name].type)
        match field.name, below:
            case "nodes", GraphQLObjectType():
                parts[field.key] = _nodes(_kept(rows, row_shape(selection, field, below, beside)))
            case "edges", GraphQLObjectType():
                parts[field.key] = _edges(selection, field, below, rows, beside)
            case "pageInfo", GraphQLObjectType():
                parts[field.key] = _page_info(selection, field, below)
            case _:
                raise NotPlain
    if len({row.columns for row in rows}) != 1 or (len(rows) > 1 and any(row.beside for row in rows)):
        raise NotPlain
    return PageShape(rows[0].columns, rows[0].beside, _all_of(parts))


def _kept(rows: list[RowShape], row: RowShape) -> RowShape:
    rows.append(row)
    return row


def _always(value: object) -> Show:
    return lambda _page: value


def _all_of(parts: Mapping[str, Show]) -> Show:
    return lambda page: {key: show(page) for key, show in parts.items()}


def _nodes(row: RowShape) -> Show:
    make = row.make
    return lambda page: [*make(page.items)]


def _edges(
    selection: Selection,
    chosen: Selected,
    kind: GraphQLObjectType,
    rows: list[RowShape],
    beside: Container[str],
) -> Show:
    fields = selection.below(chosen, kind)
    if not fields:
        raise NotPlain
    struct = struct_of([field.key for field in fields])
    parts: list[Callable[[Page[Row]], Iterable[Any]]] = []
    for field in fields:
        if field.name == "node":
            below = get_named_type(kind.fields["node"].type)
            assert isinstance(below, GraphQLObjectType)  # noqa: S101
            parts.append(_node(_kept(rows, row_shape(selection, field, below, beside))))
        else:
            parts.append(_cursors if field.name == "cursor" else _names(kind))
    return lambda page: [*starmap(struct, zip(*(part(page) for part in parts), strict=True))]


def _node(row: RowShape) -> Callable[[Page[Row]], Iterable[Any]]:
    make = row.make
    return lambda page: make(page.items)


def _cursors(page: Page[Row]) -> Iterable[Any]:
    return page.cursors


def _names(kind: GraphQLObjectType) -> Callable[[Page[Row]], Iterable[Any]]:
    return lambda page: repeat(kind.name, len(page.items))


def _page_info(selection: Selection, chosen: Selected, kind: GraphQLObjectType) -> Show:
    fields = selection.below(chosen, kind)
    return _all_of(
        {
            field.key: _always(kind.name) if field.name == TYPENAME else PAGE_INFO[field.name]
            for field in fields
        }
    )
