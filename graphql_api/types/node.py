"""Records that can be fetched again by their id, whatever their type."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import strawberry

from graphql_api.context import Context
from graphql_api.fields import plain
from graphql_api.roles import may
from ports.identity import Role
from ports.ids import parse_public_id, public_id

T = TypeVar("T")


@strawberry.interface(description="A record with an opaque id, by which `node` finds it again.")
class Node:
    id: strawberry.ID = plain("Opaque; the same for as long as the record exists.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How one type of node is found, and who may see it."""

    name: str
    record: type
    roles: Sequence[Role]
    key: Callable[[Any], str]
    load: Callable[[Context, str], Awaitable[object | None]]
    history: Callable[[Context, str], UUID | None]
    """The id under which the audit trail keeps the record with that key; None when it keeps none."""

    def id_of(self, record: Any) -> strawberry.ID:
        return strawberry.ID(f"{self.name}_{self.key(record)}")


def by_uuid(
    name: str,
    record: type,
    roles: Sequence[Role],
    load: Callable[[Context, UUID], Awaitable[object | None]],
) -> Kind:
    """A kind whose records have a UUID."""

    async def load_by_text(context: Context, key: str) -> object | None:
        parsed = parse_public_id(f"{name}_{key}")
        return await load(context, parsed[1]) if parsed else None

    def history(_context: Context, key: str) -> UUID | None:
        return key_of(f"{name}_{key}", name)

    return Kind(
        name=name,
        record=record,
        roles=roles,
        key=lambda found: public_id(name, found.id).removeprefix(f"{name}_"),
        load=load_by_text,
        history=history,
    )


KINDS: dict[str, Kind] = {}
"""By the word that begins their ids."""

SHOWN_AS: dict[str, Kind] = {}
"""By the name of their GraphQL type."""


def node_type(kind: Kind, description: str) -> Callable[[type[T]], type[T]]:
    """Declare a GraphQL type for the records of this kind: its id, and how it is told from others."""

    def resolve_id(root: strawberry.Parent[Any]) -> strawberry.ID:
        return kind.id_of(root)

    def is_type_of(_cls: type, value: object, _info: object) -> bool:
        return isinstance(value, kind.record)

    def declare(cls: type[T]) -> type[T]:
        described = plain("Opaque; `node` finds the record by it.", resolver=resolve_id)
        cls.id = described  # type: ignore[attr-defined]
        cls.__annotations__ = {"id": strawberry.ID, **cls.__annotations__}
        cls.is_type_of = classmethod(is_type_of)  # type: ignore[attr-defined]
        KINDS[kind.name] = kind
        SHOWN_AS[cls.__name__] = kind
        return strawberry.type(cls, description=description)

    return declare


async def find_node(context: Context, node_id: str) -> object | None:
    """The record behind an id; None when unknown or not the caller's to see."""
    name, _, key = node_id.partition("_")
    kind = KINDS.get(name)
    if kind is None or not may(context, kind.roles):
        return None
    return await kind.load(context, key)


def history_of(context: Context, node_id: str) -> tuple[str, UUID] | None:
    """Under which kind and id the audit trail keeps a record; None when it is nobody's id."""
    name, _, key = node_id.partition("_")
    kind = KINDS.get(name)
    record_id = kind.history(context, key) if kind else None
    return (name, record_id) if record_id else None


def key_of(node_id: str, kind: str) -> UUID | None:
    """The key in an id of this kind; None when it is not one."""
    parsed = parse_public_id(node_id)
    return parsed[1] if parsed and parsed[0] == kind else None
