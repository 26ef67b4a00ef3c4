"""Operations that read, written by hypothesis from the schema itself: plain ones for the most part."""

from typing import Any, NamedTuple

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    is_composite_type,
)
from hypothesis import strategies as st

from graphql_api.compiled.plans import COMPILED
from graphql_api.schema import build_schema
from tests.differential.askings import CHOICES, Asked, Dice, Variables
from tests.differential.values import (
    BROKEN_CURSORS,
    IDS,
    LISTS,
    NOBODYS,
    ORDERS,
    fitting,
    named,
)

TIMES = 6
"""So often each document is asked, by other callers with other variables: the third time it is kept."""
FIGURED = {"reconciliation", "simulateToleranceRule", "reconciliationTrend", "verifyAudit"}
"""Root fields whose answers tell the moment of asking."""
SLOW = {"client", "title", "prices", "mrr", "omieCodigo", "omieCodigos", "createdBy", "totalCount"}
"""What keeps a read from being plain: chosen now and again."""
PLAIN = {"nodes", "edges", "node", "pageInfo", "contracts", "atributos"}
"""What does not, though it has something below it."""
KEYS = ["a", "_b", "class", "f0", "f1", "None", "id", "nodes", "Row", "self", "x" * 40]
PAGES = [
    *([()] * 3),
    *([("first",)] * 4),
    *([("last",)] * 3),
    *([("first", "after")] * 4),
    *([("last", "before")] * 3),
    ("first", "before"),
    ("last", "after"),
    ("first", "after", "before"),
    ("after",),
    *([("first", "last")] * 2),
]
PAGING = ("first", "after", "last", "before")
DEEP = 7
"""Levels of selections."""


class Written(NamedTuple):
    """A document and all its askings."""

    query: str
    roots: tuple[str, ...]
    name: str | None
    asked: list[Asked]


def _query() -> GraphQLObjectType:
    query = build_schema().core.query_type
    assert query is not None
    return query


class Writer:
    """Writes one document. The same key means the same field with the same arguments throughout, so that
    selections can be merged; now and again it does not."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._variables = Variables(dice)
        self._plain = not self._dice.once_in(6)
        self._keys: dict[tuple[str, str], str] = {}
        self._arguments_of: dict[tuple[str, str], str] = {}
        self._rows: dict[str, str] = {}
        self._fragments: dict[str, tuple[str, str]] = {}

    def written(self) -> Written:
        query = _query()
        names = [self._root(query)]
        while self._dice.once_in(8) and len(names) < 3:
            names.append(self._root(query))
        parts = [self._field(query, name, DEEP) for name in names]
        body = " ".join(self._wrapped(query, parts))
        name = self._dice.one([None, None, "Q"])
        query_text = f"query {name or ''}{self._variables.declared()} {{ {body} }}"
        more = [f"fragment {one} on {kind} {text}" for one, (kind, text) in self._fragments.items()]
        if self._dice.once_in(40):
            more.append(self._dice.one(["query Other { me { name } }", "fragment U on Client { id }", "}"]))
        asked = [self._variables.asking() for _ in range(TIMES)]
        return Written(" ".join([query_text, *more]), tuple(sorted(set(names))), name, asked)

    def _root(self, query: GraphQLObjectType) -> str:
        others = [name for name in query.fields if name not in FIGURED]
        return str(
            self._dice.one(
                [*COMPILED] if self._plain and not self._dice.once_in(12) else [*COMPILED, *others]
            )
        )

    def _selection(self, kind: Any, depth: int) -> str:
        if kind.name in self._rows and self._dice.once_in(2):
            return self._rows[kind.name]
        parts = [self._field(kind, name, depth) for name in self._names(kind, depth)]
        if isinstance(kind, GraphQLInterfaceType):
            parts += [self._on(one, depth) for one in self._dice.some(LISTED, 0, 2)]
        text = f"{{ {' '.join(self._wrapped(kind, parts))} }}"
        self._rows[kind.name] = text
        return text

    def _on(self, name: str, depth: int) -> str:
        kind = build_schema().core.type_map[name]
        return f"... on {name} {self._selection(kind, depth - 1)}"

    def _names(self, kind: Any, depth: int) -> list[str]:
        """The fields to be selected."""
        composite = {name for name, field in kind.fields.items() if is_composite_type(named(field.type))}
        leaves = [name for name in kind.fields if name not in composite | SLOW]
        slow = [name for name in kind.fields if name in SLOW or (name in composite and name not in PLAIN)]
        if depth <= 0:
            return self._dice.some([*leaves, "__typename"], 1, 3)
        if {"nodes", "edges"} <= composite:
            parts = ["nodes", "nodes", "edges", "pageInfo", "__typename"]
            chosen = [self._dice.one(["nodes", "nodes", "edges"]), *self._dice.some(parts, 0, 1)]
        elif {"node", "cursor"} <= {*kind.fields}:
            chosen = [
                *(["node"] if not self._dice.once_in(10) else []),
                *self._dice.some([*leaves, "__typename"], 1, 2),
            ]
        else:
            below = [name for name in composite if name in PLAIN]
            pool = [*leaves * (1 + (2 * len(below)) // max(1, len(leaves))), *below, "__typename"]
            chosen = self._dice.some(pool, 1, 8)
        if slow and self._dice.once_in(20 if self._plain else 2):
            chosen.append(self._dice.one(slow))
        return chosen

    def _field(self, kind: Any, name: str, depth: int) -> str:
        if name == "__typename":
            return self._key(kind, name, "") + name + self._directives()
        field = kind.fields[name]
        arguments = self._arguments(kind, name, field)
        key = self._key(kind, name, arguments)
        below = named(field.type)
        text = ""
        if name == "atributos" and not self._dice.once_in(3):
            text = " { chave valor }"
        elif is_composite_type(below):
            text = f" {self._selection(below, depth - 1)}"
        return f"{key}{name}{arguments}{self._directives()}{text}"

    def _key(self, kind: Any, name: str, arguments: str) -> str:
        alias = self._dice.one(KEYS) if self._dice.once_in(4) else name
        meant, number = name + arguments, 0
        key = alias
        while self._keys.setdefault((kind.name, key), meant) != meant and not self._dice.once_in(40):
            number += 1
            key = f"{alias}{number}"
        return "" if key == name else f"{key}: "

    def _wrapped(self, kind: Any, parts: list[str]) -> list[str]:
        """Some of the parts in fragments, which may be in fragments."""
        if not parts or not self._dice.once_in(4):
            return parts
        cut = self._dice.draw(st.integers(0, len(parts) - 1))
        within = f"{{ {' '.join(self._wrapped(kind, parts[cut:]))} }}"
        interfaces = [one.name for one in getattr(kind, "interfaces", ())]
        on = self._dice.one(["", f" on {kind.name}", "named", "again", *(f" on {one}" for one in interfaces)])
        rest = [*parts[:cut]]
        if on == "again":
            rest += [f"...{one}" for one, (of, _) in self._fragments.items() if of == kind.name][:1]
            return [*rest, *parts[cut:]]
        if on == "named":
            fragment = f"F{len(self._fragments)}"
            self._fragments[fragment] = (kind.name, within)
            return [*rest, f"...{fragment}{self._directives()}"]
        if on.removeprefix(" on ") in interfaces:
            return [*rest, f"...{on}{self._directives()} {{ id }}", *parts[cut:]]
        return [*rest, f"...{on}{self._directives()} {within}"]

    def _directives(self) -> str:
        if not self._dice.once_in(16):
            return ""
        told = []
        for name in self._dice.draw(st.sampled_from([["skip"], ["include"], ["skip", "include"]])):
            condition = self._dice.one(["true", "false", *[*CHOICES] * 2])
            if condition in CHOICES:
                condition = self._variables.choice(condition)
            told.append(f" @{name}(if: {condition})")
        return "".join(told)

    def _arguments(self, kind: Any, name: str, field: GraphQLField) -> str:
        place = (kind.name, name)
        if place in self._arguments_of and self._dice.once_in(2):
            return self._arguments_of[place]
        given: dict[str, str] = {}
        pages = self._dice.one(PAGES) if "first" in field.args else ()
        order = self._order(field, pages)
        for argument, one in field.args.items():
            if argument == "orderBy" and order is not None:
                if ORDERS[order]:
                    given[argument] = ORDERS[order]
            elif argument in PAGING:
                if argument in pages:
                    given[argument] = self._page(name, argument, one, order or 0)
            elif isinstance(one.type, GraphQLNonNull) or self._dice.once_in(6 if name == "clients" else 2):
                given[argument] = self._variables.value(argument, one, self._fitting(name, argument, one))
        text = ", ".join(f"{argument}: {value}" for argument, value in given.items())
        self._arguments_of[place] = text and f"({text})"
        return self._arguments_of[place]

    def _order(self, field: GraphQLField, pages: tuple[str, ...]) -> int | None:
        """Which of the orders, where a cursor is one of that order or none at all."""
        if "orderBy" in field.args and ("after" in pages or "before" in pages or self._dice.once_in(2)):
            return self._dice.draw(st.integers(0, len(ORDERS) - 1))
        return None

    def _page(self, name: str, argument: str, one: GraphQLArgument, order: int) -> str:
        values = fitting(one.type, argument)
        if argument in ("after", "before"):
            known = [f"@{name}.{order}.{n}@" for n in (0, 1, 3, 7, 11)] if name in LISTS else []
            values = st.sampled_from([*known * 12, *BROKEN_CURSORS, None])
        return self._variables.value(argument, one, values)

    def _fitting(self, name: str, argument: str, one: GraphQLArgument) -> st.SearchStrategy[Any]:
        if argument == "id" and name in IDS:
            return st.sampled_from([*IDS[name] * 3, *NOBODYS])
        return fitting(one.type, argument)


LISTED = ["Payment", "Client", "Contract"]


@st.composite
def operations(draw: st.DrawFn) -> Written:
    return Writer(Dice(draw)).written()
