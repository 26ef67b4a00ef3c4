"""A client: the only place where its record may change."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from core.text import absent_if_empty, is_absent, text_faults
from ports.clients import ClientRecord, ErpLink
from ports.documents import DocumentRules
from ports.erp import ErpClient
from ports.errors import Fault, RefusalCode, Refused, Stale, refused
from ports.ids import new_id

Values = Mapping[str, Any]
OWNED_BY_ERP = ("name", "document", "contact_email", "active")
"""Of a linked client these are the ERP's."""

_CODE = re.compile("[1-9][0-9]{0,19}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Client:
    """Wraps one record; what a rule forbids is `Refused` and changes nothing."""

    def __init__(self, record: ClientRecord) -> None:
        self.record = record

    @classmethod
    def create(
        cls,
        sent: Values,
        *,
        link: ErpLink | None,
        documents: DocumentRules,
        now: datetime,
        source: str,
        key: UUID | None = None,
    ) -> "Client":
        values = _normalised({"name": None, "document": None, "contact_email": None, "active": True, **sent})
        _refuse_if_faulty(values, documents, link)
        return cls(_record(values, link, now=now, source=source, key=key))

    @classmethod
    def from_erp(cls, theirs: ErpClient, link: ErpLink, now: datetime) -> "Client":
        """A client that the sync met first."""
        return cls(_record(_of_erp(theirs), link, now=now, source=link.source))

    def expect(self, version: int | None) -> None:
        """Refuse a write over somebody else's."""
        if version is not None and version != self.record.version:
            raise Stale(self.record)

    def update(self, changes: Values, documents: DocumentRules, now: datetime) -> None:
        """A field left out stays; None or "" clears it. What the ERP owns is refused."""
        kept = {name: getattr(self.record, name) for name in OWNED_BY_ERP}
        values = _normalised(kept | dict(changes))
        changed = [name for name in OWNED_BY_ERP if values[name] != kept[name]]
        if self.record.links and changed:
            raise Refused(Fault(RefusalCode.OWNED_BY_ERP, (name,)) for name in changed)
        _refuse_if_faulty(values, documents, None)
        self._change(now, **values)

    def restate(self, stated: Values, link: ErpLink | None, documents: DocumentRules, now: datetime) -> bool:
        """Take a file's word, and its link if it is new; whether that changed anything."""
        before = self.record
        self.update({name: value for name, value in stated.items() if not is_absent(value)}, documents, now)
        if link is not None:
            self.link(link, now)
        self.record = replace(self.record, version=before.version + 1)
        if replace(self.record, version=before.version, updated_at=before.updated_at) == before:
            self.record = before
        return self.record is not before

    def link(self, link: ErpLink, now: datetime) -> bool:
        """Give it this ERP code, after those that it has; whether it is new."""
        if link in self.record.links:
            return False
        if not _CODE.fullmatch(link.code):
            raise refused(RefusalCode.INVALID, "omie_codigo")
        self._change(now, links=(*self.record.links, link))
        return True

    def is_made_for(self, link: ErpLink) -> bool:
        """Whether it came from that ERP account, and has that code alone."""
        return self.record.source == link.source and self.record.links == (link,)

    def follow_erp(self, theirs: ErpClient, link: ErpLink, now: datetime) -> bool:
        """Take the ERP's word, and the link if it is new; whether that changed anything.

        Of a client with several codes in one ERP account the register of the first one has the word; the
        others only bill.
        """
        links = self.record.links if link in self.record.links else (*self.record.links, link)
        first = next(known for known in links if known.source == link.source)
        values = {**(_of_erp(theirs) if link == first else {}), "links": links}
        if all(getattr(self.record, name) == value for name, value in values.items()):
            return False
        self._change(now, **values)
        return True

    def _change(self, now: datetime, **changes: Any) -> None:
        version = self.record.version + 1
        self.record = replace(self.record, updated_at=now, version=version, **changes)


def _record(
    values: Values, link: ErpLink | None, *, now: datetime, source: str, key: UUID | None = None
) -> ClientRecord:
    links = (link,) if link else ()
    return ClientRecord(
        id=key or new_id(), links=links, source=source, created_at=now, updated_at=now, **values
    )


def _of_erp(theirs: ErpClient) -> dict[str, Any]:
    return {name: getattr(theirs, name) for name in OWNED_BY_ERP}


def _normalised(values: Values) -> dict[str, Any]:
    return {name: absent_if_empty(values[name]) for name in OWNED_BY_ERP}


def _faults(values: Values, documents: DocumentRules, link: ErpLink | None) -> Iterator[Fault]:
    for name in ("name", "active"):
        if values[name] is None:
            yield Fault(RefusalCode.MISSING, (name,))
    yield from text_faults(values["name"], "name")
    if values["document"] is not None and not documents.genuine(values["document"]):
        yield Fault(RefusalCode.INVALID, ("document",))
    yield from _email_faults(values["contact_email"])
    if link is not None and not _CODE.fullmatch(link.code):
        yield Fault(RefusalCode.INVALID, ("omie_codigo",))


def _email_faults(email: str | None) -> Iterator[Fault]:
    too_long = list(text_faults(email, "contact_email"))
    yield from too_long
    # The pattern is only tried on what is short: on a long text it would take its time.
    if email is not None and not too_long and not _EMAIL.fullmatch(email):
        yield Fault(RefusalCode.INVALID, ("contact_email",))


def _refuse_if_faulty(values: Values, documents: DocumentRules, link: ErpLink | None) -> None:
    if found := list(_faults(values, documents, link)):
        raise Refused(found)
