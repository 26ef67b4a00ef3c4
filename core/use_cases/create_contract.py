from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.contract import Contract
from ports.audit import Act
from ports.clock import Clock
from ports.contracts import ContractRecord
from ports.identity import Identity
from ports.ids import OURS
from ports.work import OpenWork


class CreateContract:
    """Keep a new contract of a client on file."""

    def __init__(self, open_work: OpenWork, clock: Clock) -> None:
        self._open_work = open_work
        self._clock = clock

    async def __call__(self, sent: Mapping[str, Any], *, by: Identity, source: str = OURS) -> ContractRecord:
        contract = Contract.create(sent, now=self._clock.now(), source=source)
        async with self._open_work(Act(by.subject, "createContract")) as work:
            record = contract.record
            # Held, so that the client is not merged into another one meanwhile.
            owner = await work.clients.for_update(record.client_id, "client_id")
            record = replace(record, client_id=owner.id)
            await work.contracts.add(record)
            await work.commit()
        return record
