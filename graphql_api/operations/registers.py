import strawberry
from strawberry import UNSET

from graphql_api.context import Info
from graphql_api.fields import plain
from graphql_api.operations.arguments import mutation, or_none, result, written
from graphql_api.roles import EVERYONE, FINANCE_TEAM
from graphql_api.types.connection import Rows, connection
from graphql_api.types.reference import Reference
from ports.registers import ReferenceFilter, ReferenceKind, ReferenceRecord

ReferenceResult = result(Reference)


@strawberry.input(description="An entry of a register, known by its kind and code.")
class ReferenceInput:
    kind: ReferenceKind = plain("The register.")
    code: str = plain("The id by which payments name it, at most 255 characters.")
    external_id: str | None = plain("Its id in external systems.", default=UNSET)
    name: str = plain("Its name.")
    active: bool = plain("Whether it may still be chosen.", default=True)


@strawberry.type
class RegisterQueries:
    @connection(Reference, roles=EVERYONE)
    async def references(
        self, kind: ReferenceKind, search: str | None = UNSET, active: bool | None = UNSET
    ) -> Rows[ReferenceRecord]:
        """Plano de contas, centro de custo and the other registers that payments refer to, by name."""
        where = ReferenceFilter(kind=kind, search=or_none(search), active=or_none(active))
        return Rows(
            lambda work, page: work.registers.page(where, page), lambda work: work.registers.count(where)
        )


@strawberry.type
class RegisterMutations:
    @mutation(ReferenceResult, roles=FINANCE_TEAM)
    async def save_reference(self, info: Info, input: ReferenceInput) -> ReferenceRecord:
        """Keep an entry of a register, or change the one with its kind and code.

        Payments keep the name and external id under which they were sent.
        """
        return await info.context.use_cases.save_reference(written(input), by=info.context.caller)
