"""Parts of an answer whose keys are known beforehand: structs, which msgspec writes without looking twice."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from itertools import starmap
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

import msgspec
from graphql import GraphQLObjectType

from graphql_api.compiled.selection import NotPlain, Selected, Selection
from ports.reads import Row

Make: TypeAlias = Callable[[Iterable[Row]], Iterable[Any]]
TYPENAME = "__typename"
WORKED_OUT = ("id", "situacao")
OF_LINKS = ("omieCodigo", "omieCodigos")
"""What reads like columns of a client, and lies in other rows."""


class RowShape(NamedTuple):
    """What is to be fetched of each row, what besides, and what is made of rows that have both."""

    columns: tuple[str, ...]
    beside: tuple[Selected, ...]
    make: Make


def row_shape(
    selection: Selection, chosen: Selected, kind: GraphQLObjectType, beside: Container[str] = ()
) -> RowShape:
    """NotPlain when anything but columns is selected, and the fields `beside`."""
    known = _columns_of(kind)
    fields = selection.below(chosen, kind)
    lists = [field for field in fields if field.name in beside]
    leaves = [field for field in fields if field.name not in beside and field.name != TYPENAME]
    if not leaves or not all(leaf.name in known and _is_whole(selection, leaf) for leaf in leaves):
        raise NotPlain
    columns = list(dict.fromkeys(known[leaf.name] for leaf in leaves))
    place = {leaf.key: columns.index(known[leaf.name]) for leaf in leaves}
    place |= {one.key: len(columns) + n for n, one in enumerate(lists)}
    keys = [field.key for field in fields]
    make = _maker(keys, [place.get(key, -1) for key in keys], len(place), kind.name)
    return RowShape(tuple(columns), tuple(lists), make)


def _maker(keys: Sequence[str], places: Sequence[int], width: int, kind: str) -> Make:
    """`places` are those of the values in a row; -1 is the type's name."""
    struct = struct_of(keys)
    if -1 in places:
        return lambda rows: (struct(*[(*row, kind)[place] for place in places]) for row in rows)
    in_order = list(places) == list(range(width))
    pick = itemgetter(slice(width)) if in_order or width == 1 else itemgetter(*places)
    return lambda rows: starmap(struct, map(pick, rows))


def struct_of(keys: Sequence[str]) -> Callable[..., Any]:
    """A struct with these keys in the answer, whatever Python thinks of them as names."""
    names = {f"f{n}": key for n, key in enumerate(keys)}
    return msgspec.defstruct("Row", [(name, Any) for name in names], rename=names, gc=False)


def _columns_of(kind: GraphQLObjectType) -> Mapping[str, str]:
    """Fields that read an attribute, and those that the database works out, by their names in the schema."""
    found = {name: field.extensions["strawberry-definition"] for name, field in kind.fields.items()}
    return {
        name: field.python_name
        for name, field in found.items()
        if name in WORKED_OUT
        or (field.base_resolver is None and not field.extensions and name not in OF_LINKS)
    }


def _is_whole(selection: Selection, field: Selected) -> bool:
    """Whether a value goes out as it lies there: leaves do, and attributes selected as they are kept."""
    if field.node.selection_set is None:
        return True
    if field.name != "atributos":
        return False
    attribute = selection.schema.core.type_map["Atributo"]
    assert isinstance(attribute, GraphQLObjectType)  # noqa: S101
    return [(one.key, one.name) for one in selection.below(field, attribute)] == [
        ("chave", "chave"),
        ("valor", "valor"),
    ]
