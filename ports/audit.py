"""Who changed what: entries written with each change, and the hash chain that later binds them.

The store writes an entry for every change of an audited record, in the change's own transaction. A sealer
links entries into a chain afterwards, so that writers never wait for one another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from ports.paging import Page, PageRequest


class Act(NamedTuple):
    """Who does what: the author and the name of the act, such as `settlePayment`."""

    by: str
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One change of one record. `facts` and `personal` are JSON texts, {"before": {…}, "after": {…}}.

    What can name a person lies apart, under a salt of its own, so that it can be erased while the chain stays
    whole.
    """

    number: int
    at: datetime
    by: str
    action: str
    kind: str
    """As in the record's public id: payment, client, …"""
    record_id: UUID
    facts: str
    facts_salt: UUID
    personal: str | None
    personal_salt: UUID | None


@dataclass(frozen=True, slots=True)
class Link:
    """A place in the chain: the salted digests of an entry, bound to the link before."""

    position: int
    number: int
    facts_digest: bytes
    personal_digest: bytes
    hash: bytes


class Linked(NamedTuple):
    """A link with its entry, None when that is gone."""

    link: Link
    entry: AuditEntry | None


@dataclass(frozen=True, slots=True)
class Tail:
    """Entries that are in no link yet."""

    entries: int
    sealed_up_to: datetime | None
    """The moment of the newest entry in the chain."""


class AuditStore(Protocol):
    async def unsealed(self, limit: int) -> Sequence[AuditEntry]:
        """Entries to link next, oldest first; none while another work is sealing."""
        ...

    async def newest_link(self) -> Link | None: ...

    async def seal(self, links: Sequence[Link]) -> None: ...

    async def chain(self, after: int, limit: int) -> Sequence[Linked]:
        """The next links after this position, in the chain's order."""
        ...

    async def tail(self) -> Tail: ...

    async def page(self, kind: str, record_id: UUID, page: PageRequest) -> Page[AuditEntry]:
        """The changes of one record, newest first."""
        ...

    async def count(self, kind: str, record_id: UUID) -> int: ...
