from collections.abc import Sequence
from functools import partial
from uuid import UUID

from core.client import Client
from core.use_cases.import_one_by_one import Outcome, keep_one_by_one, together_with
from core.use_cases.import_rows import Write, import_rows, row_key
from ports.audit import Act
from ports.clients import ClientRecord, ErpLink
from ports.clock import Clock
from ports.documents import DocumentRules
from ports.erp import ErpGateway
from ports.errors import Fault, RefusalCode, refused
from ports.ids import OURS
from ports.imports import FileRow, KeysSeen, RefusedRows, RowFile, Tally, Tell
from ports.work import OpenWork, Work

KEYS = {"document": RefusalCode.DUPLICATE_DOCUMENT, "omie_codigo": RefusalCode.DUPLICATE_OMIE_CODE}
NO_ERP = Fault(RefusalCode.ERP_NOT_CONFIGURED, ("omie_codigo",))


class ImportClients:
    """Keep the clients of a file, by document or else by ERP code. What a row leaves out stays."""

    def __init__(self, open_work: OpenWork, clock: Clock, documents: DocumentRules, erp: ErpGateway) -> None:
        self._open_work = open_work
        self._clock = clock
        self._documents = documents
        self._erp = erp

    async def __call__(
        self, file: RowFile, seen: KeysSeen, refusals: RefusedRows, tell: Tell, *, by: str
    ) -> Tally:
        def judge(row: FileRow) -> FileRow:
            for name, code in KEYS.items():
                if name in row.values and not seen.take(f"{name} {row.values[name]}"):
                    raise refused(code, name)
            return row

        async def keep_row(work: Work, row: FileRow) -> Outcome:
            return await self._keep(work, row, row_key(file, row))

        async def keep(sound: Sequence[tuple[FileRow, FileRow]]) -> Write:
            rows = [row for row, _ in sound]
            return partial(keep_one_by_one, self._open_work, Act(by, "importClients"), rows, keep_row)

        return await import_rows(file, refusals, tell, judge, keep)

    async def _keep(self, work: Work, row: FileRow, key: UUID) -> Outcome:
        code, source, now = row.values.get("omie_codigo"), self._erp.source, self._clock.now()
        link = ErpLink(source, code) if source and code else None
        unread = [*row.unread, NO_ERP] if code and not link else row.unread
        known = await _on_file(work, row.values.get("document"), link, key)
        if known is None:
            with together_with(unread):
                client = Client.create(
                    row.values, link=link, documents=self._documents, now=now, source=OURS, key=key
                )
            await work.clients.add(client.record)
            return Outcome.CREATED
        client = Client(await work.clients.for_update(known.id))
        with together_with(unread):
            changed = client.restate(row.values, link, self._documents, now)
        if changed:
            await work.clients.save(client.record)
        return Outcome.UPDATED if changed else Outcome.UNCHANGED


async def _on_file(work: Work, document: str | None, link: ErpLink | None, key: UUID) -> ClientRecord | None:
    if document and (found := await work.clients.by_documents([document])):
        return found[document]
    if link and (found := await work.clients.by_codes(link.source, [link.code])):
        return found[link.code]
    return None if document or link else (await work.clients.by_ids([key])).get(key)
