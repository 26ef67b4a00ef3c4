"""What a page of the ERP's registers asks of the clients on file: pure decisions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from core.client import Client
from ports.clients import ClientRecord, ErpLink
from ports.documents import DocumentRules
from ports.erp import Entity, ErpClient, ErpIssue, IssueCode


@dataclass(slots=True)
class ClientChanges:
    """What a page of registers asks of the clients on file."""

    created: dict[UUID, ClientRecord] = field(default_factory=dict)
    updated: dict[UUID, ClientRecord] = field(default_factory=dict)
    issues: list[ErpIssue] = field(default_factory=list)


class ClientMatcher:
    """Matches registers to clients: by ERP code, else, the first time, by document.

    Never takes a client from another code: a second register with the same document is an issue, until a
    person links it. A document that a register gives up stays taken for the rest of the page, so that what is
    written in whatever order never meets itself.
    """

    def __init__(
        self,
        source: str,
        by_code: Mapping[str, ClientRecord],
        by_document: Mapping[str, ClientRecord],
        documents: DocumentRules,
        now: datetime,
    ) -> None:
        self._source = source
        self._by_code = dict(by_code)
        self._by_document = dict(by_document)
        self._documents = documents
        self._now = now
        self.changes = ClientChanges()

    def match(self, registers: Iterable[ErpClient]) -> ClientChanges:
        for theirs in registers:
            if issue := self._place(theirs):
                self.changes.issues.append(issue)
        return self.changes

    def _place(self, theirs: ErpClient) -> ErpIssue | None:
        if theirs.document is not None and not self._documents.genuine(theirs.document):
            return _issue(theirs, IssueCode.DOCUMENT_INVALID, document=theirs.document)
        link = ErpLink(self._source, theirs.code)
        known = self._by_code.get(theirs.code)
        namesake = self._by_document.get(theirs.document) if theirs.document else None
        if namesake is not None and self._is_somebody_elses(namesake, known):
            return self._taken(theirs, namesake)
        if ours := known or namesake:
            self._follow(ours, theirs, link)
        else:
            self._add(theirs, link)
        return None

    def _is_somebody_elses(self, namesake: ClientRecord, known: ClientRecord | None) -> bool:
        if known is not None:
            return namesake.id != known.id
        return any(link.source == self._source for link in namesake.links)

    def _taken(self, theirs: ErpClient, namesake: ClientRecord) -> ErpIssue:
        codes = [link.code for link in namesake.links if link.source == self._source]
        if not codes:
            return _issue(theirs, IssueCode.DOCUMENT_TAKEN)
        return _issue(theirs, IssueCode.DOCUMENT_LINKED_ELSEWHERE, linked_to=codes[0])

    def _follow(self, ours: ClientRecord, theirs: ErpClient, link: ErpLink) -> None:
        client = Client(ours)
        if client.follow_erp(theirs, link, self._now):
            made_here = ours.id in self.changes.created
            (self.changes.created if made_here else self.changes.updated)[ours.id] = client.record
        self._remember(client.record)

    def _add(self, theirs: ErpClient, link: ErpLink) -> None:
        record = Client.from_erp(theirs, link, self._now).record
        self.changes.created[record.id] = record
        self._remember(record)

    def _remember(self, record: ClientRecord) -> None:
        """Under each of its codes: the next register on the page may be another one of the same client."""
        self._by_code |= {link.code: record for link in record.links if link.source == self._source}
        if record.document:
            self._by_document[record.document] = record


def _issue(theirs: ErpClient, code: IssueCode, **params: str) -> ErpIssue:
    return ErpIssue(
        entity=Entity.CLIENT, external_id=theirs.code, code=code, client_code=theirs.code, params=params
    )
