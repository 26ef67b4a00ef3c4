from collections.abc import Sequence

import strawberry
from strawberry import UNSET

from core.use_cases.acknowledge_divergence import Seen
from graphql_api.context import Info
from graphql_api.fields import plain, resolved
from graphql_api.operations.arguments import mutation, or_none, result
from graphql_api.roles import FINANCE_TEAM
from graphql_api.scalars import Money
from graphql_api.types.reconciliation_line import ReconciliationLine
from ports.acknowledgements import AcknowledgementReason
from ports.reconciliations import Line, LineRef


@strawberry.input(description="A line, and the divergence that was seen on it.")
class AcknowledgeInput:
    line_id: strawberry.ID = plain("The line's id.")
    expected_divergence: Money = plain("Any other than the line's own by now is refused as STALE_VERSION.")


@strawberry.type(description="What was acknowledged, or is not any more.")
class Acknowledged:
    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        return isinstance(value, list)

    @resolved(list[ReconciliationLine])
    def lines(self, root: strawberry.Parent[list[Line]]) -> list[Line]:
        """The lines, in the order given."""
        return root


AcknowledgementResult = result(Acknowledged, "AcknowledgementResult")


@strawberry.type
class AcknowledgementMutations:
    @mutation(AcknowledgementResult, roles=FINANCE_TEAM)
    async def acknowledge_divergence(
        self,
        info: Info,
        lines: list[AcknowledgeInput],
        reason: AcknowledgementReason,
        note: str | None = UNSET,
        owner: str | None = UNSET,
    ) -> Sequence[Line]:
        """Answer for up to 1000 divergences at once, all or none; anew where that was done before.

        It holds until the divergence changes. note: up to 1000 characters; owner: up to 200.
        """
        seen = [Seen(LineRef.of_public_id(line.line_id), line.expected_divergence) for line in lines]
        found = await info.context.use_cases.acknowledge_divergence(
            seen, reason, or_none(note), or_none(owner), by=info.context.caller
        )
        info.context.loaders.renew()
        return found

    @mutation(AcknowledgementResult, roles=FINANCE_TEAM)
    async def withdraw_acknowledgement(self, info: Info, line_ids: list[strawberry.ID]) -> Sequence[Line]:
        """Open up to 1000 divergences again, all or none."""
        refs = list(map(LineRef.of_public_id, line_ids))
        found = await info.context.use_cases.withdraw_acknowledgement(refs, by=info.context.caller)
        info.context.loaders.renew()
        return found
