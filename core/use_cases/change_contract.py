"""The frame of every change to one contract: load it, check the version, decide, keep it."""

from collections.abc import Callable
from uuid import UUID

from core.contract import Contract
from ports.audit import Act
from ports.contracts import ContractRecord
from ports.work import OpenWork


async def change_contract(
    open_work: OpenWork,
    act: Act,
    contract_id: UUID,
    expected_version: int | None,
    decide: Callable[[Contract], None],
) -> ContractRecord:
    """The contract after `decide`; Missing, Stale or Refused and unchanged otherwise."""
    async with open_work(act) as work:
        contract = Contract(await work.contracts.for_update(contract_id))
        contract.expect(expected_version)
        decide(contract)
        await work.contracts.save(contract.record)
        await work.commit()
        return contract.record
