"""Nobody's client is broken unannounced: what breaks against `released.graphql` stands in CHANGELOG.md, word for
word, and what is deprecated names its substitute and the day it goes."""

import re
from collections.abc import Iterator
from pathlib import Path

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
)
from graphql.utilities import find_breaking_changes

from graphql_api import schema

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
REASON = re.compile(r"Use `[^`]+`.* (gone|removed) on \d{4}-\d{2}-\d{2}")

OLD = """
type Query { payment(id: ID!): String payments: [String!]! }
enum Role { ADMIN CFO }
"""
NEW = """
type Query {
  payment(id: ID!, version: Int!): String
  old: Int @deprecated(reason: "Use `payment`; gone on 2027-01-31.")
  older(on: String @deprecated(reason: "no more")): Int @deprecated
}
enum Role { ADMIN CFO @deprecated(reason: "Use `ADMIN`.") }
input Range { from: Int @deprecated(reason: "Use `since`; removed on 2027-1-1.") }
"""


def unannounced(old: GraphQLSchema, new: GraphQLSchema, changelog: str) -> list[str]:
    """What breaks and is not written in the change log."""
    told = " ".join(changelog.split())
    return [
        change.description for change in find_breaking_changes(old, new) if change.description not in told
    ]


def careless(read: GraphQLSchema) -> list[str]:
    """What is deprecated without a substitute and a day."""
    return [place for place, reason in _deprecations(read) if not REASON.search(reason)]


def _deprecations(read: GraphQLSchema) -> Iterator[tuple[str, str]]:
    for name, kind in read.type_map.items():
        if name.startswith("__"):
            continue
        if isinstance(kind, GraphQLEnumType):
            yield from (
                (f"{name}.{value}", it.deprecation_reason or "")
                for value, it in kind.values.items()
                if it.deprecation_reason
            )
        if isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType, GraphQLInputObjectType)):
            for field, it in kind.fields.items():
                parts = {f"{name}.{field}": it} | {
                    f"{name}.{field}({argument})": of for argument, of in getattr(it, "args", {}).items()
                }
                yield from (
                    (place, of.deprecation_reason) for place, of in parts.items() if of.deprecation_reason
                )


def test_what_breaks_is_announced() -> None:
    released = build_schema((HERE / "released.graphql").read_text(encoding="utf-8"))
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    forgotten = unannounced(released, build_schema(schema.build_schema().as_str()), changelog)
    assert forgotten == [], "write these sentences into CHANGELOG.md, or take the changes back"


def test_what_is_deprecated_says_what_to_use_until_when() -> None:
    assert careless(build_schema(schema.build_schema().as_str())) == []


def test_a_breaking_change_would_be_noticed() -> None:
    old, new = build_schema(OLD), build_schema(NEW)
    broken = ["Field Query.payments was removed.", "A required argument Query.payment(version:) was added."]
    assert sorted(unannounced(old, new, "")) == sorted(broken)
    assert unannounced(old, new, f"- {broken[0]}\n") == broken[1:]
    assert unannounced(old, new, "\n".join(broken)) == []
    assert unannounced(new, new, "") == []


def test_a_careless_deprecation_would_be_noticed() -> None:
    assert careless(build_schema(NEW)) == ["Query.older", "Query.older(on)", "Role.CFO", "Range.from"]
