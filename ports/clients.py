"""Clients, and the ERP codes under which each of them stands."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from ports.paging import Page, PageRequest


class ErpLink(NamedTuple):
    """A client's code in one ERP account; a code means nothing without its source."""

    source: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRecord:
    id: UUID
    name: str
    document: str | None = None
    contact_email: str | None = None
    active: bool = True
    links: tuple[ErpLink, ...] = ()
    """In the order in which they were made."""
    source: str
    version: int = 1
    created_at: datetime
    updated_at: datetime

    @property
    def omie_codigo(self) -> str | None:
        return self.links[0].code if self.links else None

    def codes_in(self, source: str | None) -> tuple[str, ...]:
        return tuple([link.code for link in self.links if link.source == source])

    @property
    def omie_codigos(self) -> tuple[str, ...]:
        return tuple(link.code for link in self.links)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFilter:
    """All conditions hold together; None asks nothing."""

    search: str | None = None
    document: Sequence[str] | None = None
    omie_codigo: Sequence[str] | None = None
    linked: bool | None = None
    active: bool | None = None


class ClientStore(Protocol):
    async def add(self, *clients: ClientRecord) -> None:
        """Keep new clients with their links; DUPLICATE_DOCUMENT or DUPLICATE_OMIE_CODE when taken."""
        ...

    async def save(self, client: ClientRecord) -> None:
        """Write a known client and the links it has gained; refusals as for `add`."""
        ...

    async def begin_merging(self) -> None:
        """Hold off whoever else merges clients, or acknowledges what is theirs, until the work ends."""
        ...

    async def merge(self, one: ClientRecord, into: UUID, now: datetime) -> None:
        """Move what is this client's to the other one and forget it: its id finds that one.

        Of the acknowledgements of one month those of the other one stay, and so does its tolerance rule.
        """
        ...

    async def for_update(self, client_id: UUID, path: str = "id") -> ClientRecord:
        """The client behind the id, held against other writers until the work ends; Missing when unknown."""
        ...

    async def hold(self, source: str, codes: Sequence[str], documents: Sequence[str]) -> None:
        """Hold the clients with these codes or documents against other writers until the work ends."""
        ...

    async def read_since(self, source: str, codes: Sequence[str], moment: datetime) -> Collection[str]:
        """Those of these codes whose register was asked for after this moment."""
        ...

    async def mark_read(self, source: str, codes: Sequence[str], at: datetime) -> None: ...

    async def by_ids(self, ids: Sequence[UUID]) -> Mapping[UUID, ClientRecord]:
        """The clients behind these ids; for the id of a merged one, the client that it was merged into."""
        ...

    async def every_id(self, client_id: UUID) -> Collection[UUID]:
        """All the ids that the client has had: its own, and those of the clients merged into it."""
        ...

    async def by_codes(self, source: str, codes: Sequence[str]) -> Mapping[str, ClientRecord]: ...

    async def by_any_code(self, codes: Sequence[str]) -> Mapping[str, ClientRecord]:
        """By code in whatever source, the configured ones being one at a time."""
        ...

    async def by_documents(self, documents: Sequence[str]) -> Mapping[str, ClientRecord]: ...

    async def page(self, where: ClientFilter, page: PageRequest) -> Page[ClientRecord]:
        """By name, accents and case aside."""
        ...

    async def count(self, where: ClientFilter) -> int: ...
