from uuid import UUID

from core.use_cases.change_contract import change_contract
from ports.audit import Act
from ports.clock import Clock
from ports.contracts import ContractRecord
from ports.identity import Identity
from ports.work import OpenWork


class DeleteContract:
    """Soft delete: nothing is expected of the contract any more, its row stays."""

    def __init__(self, open_work: OpenWork, clock: Clock) -> None:
        self._open_work = open_work
        self._clock = clock

    async def __call__(
        self, contract_id: UUID, expected_version: int | None, *, by: Identity
    ) -> ContractRecord:
        act, now = Act(by.subject, "deleteContract"), self._clock.now()
        return await change_contract(
            self._open_work, act, contract_id, expected_version, lambda contract: contract.delete(now)
        )
