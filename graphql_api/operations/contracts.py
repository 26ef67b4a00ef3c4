from datetime import date

import strawberry
from strawberry import UNSET

from graphql_api.context import Info
from graphql_api.fields import plain
from graphql_api.operations.arguments import Version, given, mutation, needed_key, or_none, result, written
from graphql_api.roles import DIRECTORS, FINANCE_TEAM
from graphql_api.scalars import Money
from graphql_api.types.client import Contract, contracts_where
from graphql_api.types.connection import Rows, connection
from graphql_api.types.node import key_of
from ports import contracts
from ports.calendar import Period
from ports.contracts import Cadence, ContractRecord
from ports.ids import new_id

ContractResult = result(Contract)


@strawberry.input(description="All conditions hold together; a list asks for any of its members.")
class ContractFilter:
    client_id: strawberry.ID | None = plain("Of this client.", default=UNSET)
    external_id: list[str] | None = plain("Id in another system.", default=UNSET)
    in_force_on: date | None = plain("In force on this day.", default=UNSET)


@strawberry.input(description="A new contract.")
class ContractInput:
    client_id: strawberry.ID = plain("Who is to be billed.")
    external_id: str | None = plain("Id in another system; at most one live contract has it.", default=UNSET)
    title: str = plain("What it is about.")
    mrr: Money = plain("Monthly figure, from the month of startsOn on.")
    starts_on: date = plain("First day in force.")
    ends_on: date | None = plain("Last day in force, inclusive.", default=UNSET)
    cadence: Cadence = plain("How often it is billed.", default=Cadence.MONTHLY)
    pro_rata: bool = plain("Whether first and last month count by days.", default=False)
    billing_day: int | None = plain("Day of the month on which it is billed, 1 to 31.", default=UNSET)


@strawberry.input(description='Changes to a contract. A field left out stays; null or "" clears it.')
class ContractPatch:
    external_id: str | None = plain("Id in another system.", default=UNSET)
    title: str | None = plain("What it is about.", default=UNSET)
    mrr: Money | None = plain("New monthly figure; earlier months keep theirs.", default=UNSET)
    mrr_from: Period | None = plain("First month of the new figure; by default this month.", default=UNSET)
    starts_on: date | None = plain("First day in force.", default=UNSET)
    ends_on: date | None = plain("Last day in force, inclusive.", default=UNSET)
    cadence: Cadence | None = plain("How often it is billed.", default=UNSET)
    pro_rata: bool | None = plain("Whether first and last month count by days.", default=UNSET)
    billing_day: int | None = plain("Day of the month on which it is billed, 1 to 31.", default=UNSET)


@strawberry.type
class ContractQueries:
    @connection(Contract, roles=FINANCE_TEAM)
    async def contracts(self, info: Info, filter: ContractFilter | None = UNSET) -> Rows[ContractRecord]:
        """Contracts, newest start first."""
        asked = given(filter or ContractFilter())
        if "client_id" in asked:
            key = key_of(asked["client_id"], "client")
            client = await info.context.loaders.clients.load(key) if key else None
            # An id that cannot be a client's has no contracts, as an unknown one has none.
            asked["client_id"] = client.id if client else new_id()
        return contracts_where(contracts.ContractFilter(**asked))


@strawberry.type
class ContractMutations:
    @mutation(ContractResult, roles=DIRECTORS)
    async def create_contract(self, info: Info, input: ContractInput) -> ContractRecord:
        """Keep a new contract of a client."""
        client_id = needed_key(input.client_id, "client", "client_id")
        values = given(input) | {"client_id": client_id}
        return await info.context.use_cases.create_contract(values, by=info.context.caller)

    @mutation(ContractResult, roles=DIRECTORS)
    async def update_contract(
        self, info: Info, id: strawberry.ID, input: ContractPatch, expected_version: Version = UNSET
    ) -> ContractRecord:
        """Change a contract.

        A new mrr holds from mrrFrom (default: this month); earlier months keep theirs.
        """
        key = needed_key(id, "contract")
        return await info.context.use_cases.update_contract(
            key, written(input), or_none(expected_version), by=info.context.caller
        )

    @mutation(ContractResult, roles=DIRECTORS)
    async def delete_contract(
        self, info: Info, id: strawberry.ID, expected_version: Version = UNSET
    ) -> ContractRecord:
        """Soft delete: nothing is expected of it any more."""
        key = needed_key(id, "contract")
        return await info.context.use_cases.delete_contract(
            key, or_none(expected_version), by=info.context.caller
        )
