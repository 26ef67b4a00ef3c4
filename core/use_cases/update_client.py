from collections.abc import Mapping
from typing import Any
from uuid import UUID

from core.client import Client
from ports.audit import Act
from ports.clients import ClientRecord
from ports.clock import Clock
from ports.documents import DocumentRules
from ports.identity import Identity
from ports.work import OpenWork


class UpdateClient:
    """Change a client; name, document, email and active of a linked one are the ERP's."""

    def __init__(self, open_work: OpenWork, clock: Clock, documents: DocumentRules) -> None:
        self._open_work = open_work
        self._clock = clock
        self._documents = documents

    async def __call__(
        self, client_id: UUID, changes: Mapping[str, Any], expected_version: int | None, *, by: Identity
    ) -> ClientRecord:
        async with self._open_work(Act(by.subject, "updateClient")) as work:
            client = Client(await work.clients.for_update(client_id))
            client.expect(expected_version)
            client.update(changes, self._documents, self._clock.now())
            await work.clients.save(client.record)
            await work.commit()
        return client.record
