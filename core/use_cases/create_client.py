from collections.abc import Mapping
from typing import Any

from core.client import Client
from ports.audit import Act
from ports.clients import ClientRecord, ErpLink
from ports.clock import Clock
from ports.documents import DocumentRules
from ports.erp import ErpGateway
from ports.errors import RefusalCode, refused
from ports.identity import Identity
from ports.ids import OURS
from ports.work import OpenWork


class CreateClient:
    """Keep a new client, linked to the ERP when its code is given."""

    def __init__(self, open_work: OpenWork, clock: Clock, documents: DocumentRules, erp: ErpGateway) -> None:
        self._open_work = open_work
        self._clock = clock
        self._documents = documents
        self._erp = erp

    async def __call__(
        self, sent: Mapping[str, Any], *, omie_codigo: str | None, by: Identity, source: str = OURS
    ) -> ClientRecord:
        client = Client.create(
            sent,
            link=self._link(omie_codigo),
            documents=self._documents,
            now=self._clock.now(),
            source=source,
        )
        async with self._open_work(Act(by.subject, "createClient")) as work:
            await work.clients.add(client.record)
            await work.commit()
        return client.record

    def _link(self, omie_codigo: str | None) -> ErpLink | None:
        if not omie_codigo:
            return None
        if self._erp.source is None:
            raise refused(RefusalCode.ERP_NOT_CONFIGURED, "omie_codigo")
        return ErpLink(self._erp.source, omie_codigo)
