"""Clients on file follow the ERP's registers, whether a page or a single one was read."""

from collections.abc import Sequence
from datetime import datetime

from core.client_matcher import ClientChanges, ClientMatcher
from ports.documents import DocumentRules
from ports.erp import ErpClient
from ports.work import Work


async def follow_clients(
    work: Work, source: str, registers: Sequence[ErpClient], documents: DocumentRules, asked_at: datetime
) -> ClientChanges:
    """What came of it; registers that were read later than `asked_at` are passed over."""
    codes = [theirs.code for theirs in registers]
    newer = await work.clients.read_since(source, codes, asked_at)
    fresh = [theirs for theirs in registers if theirs.code not in newer]
    named = [theirs.document for theirs in fresh if theirs.document]
    await work.clients.hold(source, codes, named)
    matcher = ClientMatcher(
        source,
        await work.clients.by_codes(source, codes),
        await work.clients.by_documents(named),
        documents,
        asked_at,
    )
    changes = matcher.match(fresh)
    await work.clients.add(*changes.created.values())
    for client in changes.updated.values():
        await work.clients.save(client)
    await work.clients.mark_read(source, [theirs.code for theirs in fresh], asked_at)
    return changes
