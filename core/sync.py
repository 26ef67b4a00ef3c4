"""What a page of the ERP changes here, and how far a run has come: pure decisions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from core.client import Client
from ports.clients import ClientRecord, ErpLink
from ports.documents import DocumentRules
from ports.erp import Entity, ErpClient, ErpIssue, IssueCode
from ports.sync_runs import SyncRunRecord, SyncStatus

STAGES = (Entity.CLIENT, Entity.RECEIVABLE)


@dataclass(slots=True)
class ClientChanges:
    """What a page of registers asks of the clients on file."""

    created: dict[UUID, ClientRecord] = field(default_factory=dict)
    updated: dict[UUID, ClientRecord] = field(default_factory=dict)
    issues: list[ErpIssue] = field(default_factory=list)


class ClientMatcher:
    """Matches registers to clients: by ERP code, else, the first time, by document.

    Never takes a client from another code: a second register with the same document is an issue.
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
            return _issue(theirs, IssueCode.DOCUMENT_LINKED_ELSEWHERE, linked_to=self._code_of(namesake))
        if ours := known or namesake:
            self._follow(ours, theirs, link)
        else:
            self._add(theirs, link)
        return None

    def _is_somebody_elses(self, namesake: ClientRecord, known: ClientRecord | None) -> bool:
        if known is not None:
            return namesake.id != known.id
        return any(link.source == self._source for link in namesake.links)

    def _code_of(self, client: ClientRecord) -> str:
        """Its first code in this account; empty when it has none here."""
        return next((link.code for link in client.links if link.source == self._source), "")

    def _follow(self, ours: ClientRecord, theirs: ErpClient, link: ErpLink) -> None:
        client = Client(ours)
        if client.follow_erp(theirs, link, self._now):
            made_here = ours.id in self.changes.created
            (self.changes.created if made_here else self.changes.updated)[ours.id] = client.record
        self._remember(client.record, link)

    def _add(self, theirs: ErpClient, link: ErpLink) -> None:
        record = Client.from_erp(theirs, link, self._now).record
        self.changes.created[record.id] = record
        self._remember(record, link)

    def _remember(self, record: ClientRecord, link: ErpLink) -> None:
        self._by_code[link.code] = record
        if record.document:
            self._by_document[record.document] = record


def _issue(theirs: ErpClient, code: IssueCode, **params: str) -> ErpIssue:
    return ErpIssue(
        entity=Entity.CLIENT, external_id=theirs.code, code=code, client_code=theirs.code, params=params
    )


def advance(run: SyncRunRecord, *, page: int, last: int, now: datetime) -> SyncRunRecord:
    """The run with this page kept: in the same stage, at the start of the next one, or at its end."""
    if page < last:
        return replace(run, page=page, total_pages=last, resumes_at=None)
    if run.stage is STAGES[-1]:
        done = replace(run, page=page, total_pages=max(page, last), resumes_at=None)
        return replace(done, status=SyncStatus.SUCCESS, finished_at=now)
    following = STAGES[STAGES.index(run.stage) + 1]
    return replace(run, stage=following, page=0, total_pages=0, resumes_at=None)


def percent(run: SyncRunRecord) -> int:
    """0 to 100, each stage an equal share."""
    if run.status is SyncStatus.SUCCESS:
        return 100
    pages = max(run.total_pages, 1)
    kept = STAGES.index(run.stage) * pages + min(run.page, pages)
    return kept * 100 // (pages * len(STAGES))
