from collections.abc import Sequence
from uuid import UUID

import strawberry

from graphql_api.context import Context, Info
from graphql_api.fields import plain, resolved
from graphql_api.loaders import TitlesOfLine
from graphql_api.roles import FINANCE_TEAM
from graphql_api.scalars import Money
from graphql_api.types.acknowledgement import Acknowledgement, shown
from graphql_api.types.client import Client
from graphql_api.types.connection import Rows, connection
from graphql_api.types.divergence_cause import DivergenceCause
from graphql_api.types.node import Kind, Node, node_type
from graphql_api.types.title import Title
from graphql_api.types.tolerance_rule import ToleranceRule
from ports import money
from ports.acknowledgements import acknowledgement_id
from ports.calendar import Period
from ports.causes import Cause
from ports.reconciliations import DivergenceKind, Line, LineRef, Since, Verdict
from ports.titles import TitleRecord


async def _load(context: Context, key: str) -> Line | None:
    ref = LineRef.of_public_id(f"line_{key}")
    return await context.loaders.lines.load(ref) if ref else None


def _history(context: Context, key: str) -> UUID | None:
    ref = LineRef.of_public_id(f"line_{key}")
    return acknowledgement_id(context.erp_account, ref) if ref else None


LINE = Kind(
    name="line",
    record=Line,
    roles=FINANCE_TEAM,
    key=lambda line: str(line.ref),
    load=_load,
    history=_history,
)


@node_type(LINE, "One client in one month: what the contracts want, and what the ERP billed.")
class ReconciliationLine(Node):
    client: Client | None = plain("Null when the ERP billed somebody who is no client here.")
    omie_codigo: str | None = plain("The ERP code; the first one when there are several.")
    name: str = plain("The client's name, or the ERP code of somebody unknown here.")
    mrr: Money = plain("Monthly figure of the contracts in force in the period.")
    expected: Money = plain(
        "What the contracts want billed in this period; mrr for a full month of monthly contracts."
    )
    billed: Money = plain(
        "Sum of the titles' gross amounts on the basis, on RECEIVED the cash; cancelled and gone ones out."
    )
    divergence: Money = plain("billed - expected")
    tolerance: Money = plain(
        "The larger of the rule's percent of expected, rounded down to the cent, and its minimum."
    )
    rule: ToleranceRule = plain("The rule that the line was judged by: the client's own, or the one for all.")
    verdict: Verdict = plain("How the line was judged.")
    kind: DivergenceKind | None = plain("What is wrong; null for OK and NOT_DUE.")

    @resolved(list[DivergenceCause])
    async def causes(self, info: Info, root: strawberry.Parent[Line]) -> Sequence[Cause]:
        """Why billed is not expected: their amounts add up to divergence. Empty when divergence is 0."""
        return await info.context.loaders.causes.load(root)

    @resolved(Period | None)
    async def since(self, info: Info, root: strawberry.Parent[Line]) -> Period | None:
        """First month of the unbroken run of divergent months up to this one; null when this one is not."""
        run: Since | None = await info.context.loaders.divergent_since.load(root)
        return run.since if run else None

    @resolved()
    async def at_risk(self, info: Info, root: strawberry.Parent[Line]) -> Money:
        """Sum of |divergence| over the months since then."""
        run: Since | None = await info.context.loaders.divergent_since.load(root)
        return run.at_risk if run else money.ZERO  # type: ignore[return-value]

    @resolved()
    async def acknowledgement(self, info: Info, root: strawberry.Parent[Line]) -> Acknowledgement | None:
        """Who answers for the divergence, and why; null when nobody does."""
        key = acknowledgement_id(root.source, root.ref)
        record = await info.context.loaders.acknowledgements.load(key)
        return shown(record, root) if record else None

    @connection(Title)
    async def titles(self, root: strawberry.Parent[Line]) -> Rows[TitleRecord]:
        """The ERP's titles of the period for this client, cancelled and gone ones included and marked."""
        of_line = (root.source or "", root.codes, root.period, root.basis)
        return Rows(
            lambda work, page: work.titles.page(*of_line, page),
            lambda work: work.titles.count(*of_line),
            lambda context, page: context.loaders.first_titles.load(TitlesOfLine(*of_line, page)),
        )
