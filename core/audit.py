"""The chain of the audit trail: each link binds the salted digests of one entry to the link before.

A digest of a value alone could be guessed; with its salt erased it tells nothing, and the chain stays whole.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any, NamedTuple
from uuid import UUID

from ports.audit import AuditEntry, Link, Linked

BEFORE_ALL = bytes(32)


class FieldChange(NamedTuple):
    """One field, as it was and as it is; None where there was or is nothing."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the chain does not hold; the number of the entry that it concerns."""

    number: int
    missing: bool
    """Whether the entry is gone; else it was altered."""


def links(newest: Link | None, entries: Iterable[AuditEntry]) -> Iterator[Link]:
    """The links that bind these entries, in their order, to the chain so far."""
    position, so_far = (newest.position, newest.hash) if newest else (0, BEFORE_ALL)
    for entry in entries:
        facts = _digest(entry.facts, entry.facts_salt)
        personal = _digest(entry.personal, entry.personal_salt)
        position, so_far = position + 1, _hash(so_far, entry, facts, personal)
        yield Link(position, entry.number, facts, personal, so_far)


class Inspection:
    """Goes along a chain and stops at the first break."""

    def __init__(self) -> None:
        self.entries = 0
        self.broken: Break | None = None
        self.position = 0
        self._hash = BEFORE_ALL

    def go_on(self, chain: Iterable[Linked]) -> bool:
        """Look at the next part of the chain; whether it holds so far."""
        for link, entry in chain:
            self.entries += 1
            if entry is None:
                self.broken = Break(link.number, missing=True)
            elif link.position != self.entries or not self._holds(link, entry):
                self.broken = Break(link.number, missing=False)
            if self.broken:
                return False
            self.position, self._hash = link.position, link.hash
        return True

    def _holds(self, link: Link, entry: AuditEntry) -> bool:
        erased = entry.personal is None and entry.personal_salt is None
        return (
            link.facts_digest == _digest(entry.facts, entry.facts_salt)
            and (erased or link.personal_digest == _digest(entry.personal, entry.personal_salt))
            and link.hash == _hash(self._hash, entry, link.facts_digest, link.personal_digest)
        )


def changes(entry: AuditEntry) -> list[FieldChange]:
    """What changed, field by field; what was erased is not among them."""
    before, after = _sides(entry, "before"), _sides(entry, "after")
    return [
        FieldChange(field, _shown(before.get(field)), _shown(after.get(field)))
        for field in sorted({*before, *after})
    ]


def _sides(entry: AuditEntry, side: str) -> dict[str, Any]:
    parts = (_parsed(text).get(side) or {} for text in (entry.facts, entry.personal))
    return {field: value for part in parts for field, value in part.items()}


def _parsed(text: str | None) -> dict[str, Any]:
    """Numbers stay the digits they are."""
    return json.loads(text, parse_float=str, parse_int=str) if text else {}


def _shown(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _digest(text: str | None, salt: UUID | None) -> bytes:
    return hashlib.sha256((salt.bytes if salt else b"") + (text or "").encode()).digest()


def _hash(before: bytes, entry: AuditEntry, facts: bytes, personal: bytes) -> bytes:
    at = entry.at.astimezone(UTC).isoformat()
    about = json.dumps([entry.number, at, entry.by, entry.action, entry.kind, entry.record_id.hex])
    return hashlib.sha256(before + facts + personal + about.encode()).digest()
