"""Parts of an answer whose keys are known beforehand: structs, which msgspec writes without looking twice."""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

import msgspec
from graphql import GraphQLObjectType

from graphql_api.compiled.selection import NotPlain, Selected, Selection
from ports.reads import Row

Make: TypeAlias = Callable[[Row], Any]
TYPENAME = "__typename"


class RowShape(NamedTuple):
    """What is to be fetched of each row, and what is made of it."""

    columns: tuple[str, ...]
    make: Make


def row_shape(selection: Selection, chosen: Selected, kind: GraphQLObjectType) -> RowShape:
    """NotPlain when anything but columns is selected."""
    columns = _columns_of(kind)
    places: list[int] = []
    wanted: dict[str, int] = {}
    fields = selection.below(chosen, kind)
    for field in fields:
        if field.name == TYPENAME:
            places.append(-1)
            continue
        if field.name not in columns or not _is_whole(selection, field):
            raise NotPlain
        places.append(wanted.setdefault(columns[field.name], len(wanted)))
    if not wanted:
        raise NotPlain
    return RowShape(tuple(wanted), _maker([field.key for field in fields], places, len(wanted), kind.name))


def _maker(keys: Sequence[str], places: Sequence[int], width: int, kind: str) -> Make:
    """`places` are those of the values in a row; -1 is the type's name."""
    struct = struct_of(keys)
    if list(places) == list(range(width)):
        return lambda row: struct(*row)
    if len(places) == 1:
        return lambda row: struct((*row, kind)[places[0]])
    pick = itemgetter(*places)
    return lambda row: struct(*pick((*row, kind)))


def struct_of(keys: Sequence[str]) -> Callable[..., Any]:
    """A struct with these keys in the answer, whatever Python thinks of them as names."""
    names = {f"f{n}": key for n, key in enumerate(keys)}
    return msgspec.defstruct("Row", [(name, Any) for name in names], rename=names, gc=False)


def _columns_of(kind: GraphQLObjectType) -> Mapping[str, str]:
    """Fields that read an attribute, and those that the database works out, by their names in the schema."""
    found = {name: field.extensions["strawberry-definition"] for name, field in kind.fields.items()}
    worked_out = ("id", "situacao")
    return {
        name: field.python_name
        for name, field in found.items()
        if (field.base_resolver is None and not field.extensions) or name in worked_out
    }


def _is_whole(selection: Selection, field: Selected) -> bool:
    """Whether a value goes out as it lies there: leaves do, and attributes selected as they are kept."""
    if field.node.selection_set is None:
        return True
    if field.name != "atributos":
        return False
    attribute = selection.schema.type_map["Atributo"]
    assert isinstance(attribute, GraphQLObjectType)  # noqa: S101
    return [(one.key, one.name) for one in selection.below(field, attribute)] == [
        ("chave", "chave"),
        ("valor", "valor"),
    ]
