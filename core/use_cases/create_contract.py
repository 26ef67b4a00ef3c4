from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.contract import Contract
from ports.audit import Act
from ports.clock import Clock
from ports.contracts import ContractRecord
from ports.errors import Missing
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
            owner = (await work.clients.by_ids([record.client_id])).get(record.client_id)
            if owner is None:
                raise Missing("client_id")
            record = replace(record, client_id=owner.id)
            await work.contracts.add(record)
            await work.commit()
        return record
