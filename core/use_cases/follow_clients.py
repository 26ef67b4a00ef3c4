"""Clients on file and suppliers follow the ERP's registers, whether a page or a single one was read."""

from collections.abc import Sequence
from datetime import datetime

from core.client_matcher import ClientChanges, ClientMatcher
from core.register import stated
from ports.documents import DocumentRules
from ports.erp import ErpClient
from ports.registers import ReferenceKind
from ports.work import Work


async def follow_clients(
    work: Work, source: str, registers: Sequence[ErpClient], documents: DocumentRules, asked_at: datetime
) -> ClientChanges:
    """What came of it. Customers are clients, and so is whoever is on file, whatever the ERP calls them.

    Registers of clients that were read later than `asked_at` are passed over.
    """
    suppliers = [theirs for theirs in registers if theirs.is_supplier]
    await work.registers.follow(stated(source, ReferenceKind.FORNECEDOR, suppliers))
    codes = [theirs.code for theirs in registers]
    newer = await work.clients.read_since(source, codes, asked_at)
    named = [theirs.document for theirs in registers if theirs.document]
    await work.clients.hold(source, codes, named)
    on_file = await work.clients.by_codes(source, codes)
    fresh = [
        theirs
        for theirs in registers
        if theirs.code not in newer and (theirs.is_customer or theirs.code in on_file)
    ]
    by_document = await work.clients.by_documents(named)
    changes = ClientMatcher(source, on_file, by_document, documents, asked_at).match(fresh)
    await work.clients.add(*changes.created.values())
    for client in changes.updated.values():
        await work.clients.save(client)
    await work.clients.mark_read(source, [theirs.code for theirs in fresh], asked_at)
    return changes
