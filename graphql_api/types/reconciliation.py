from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry

from graphql_api.context import Context
from graphql_api.fields import plain, resolved
from graphql_api.roles import FINANCE_TEAM
from graphql_api.scalars import Decimal, Money
from graphql_api.types.client import Client
from graphql_api.types.connection import Rows, connection, slice_of
from graphql_api.types.node import Kind, Node, by_uuid, node_type
from graphql_api.types.title import Title
from ports import money
from ports.calendar import Period
from ports.paging import Page, PageRequest
from ports.reconciliations import (
    DivergenceKind,
    Line,
    ReconciliationResult,
    ToleranceRuleRecord,
    Verdict,
)
from ports.titles import BillingBasis, TitleRecord
from ports.work import Work


async def _load_rule(context: Context, key: UUID) -> ToleranceRuleRecord | None:
    async with context.open_work() as work:
        return await work.rules.get(key)


async def _load_result(context: Context, key: str) -> ReconciliationResult | None:
    """The key is a month and a basis: `2026-11.DUE_DATE`."""
    month, _, basis = key.partition(".")
    try:
        return await context.use_cases.reconcile_period(Period.parse(month), BillingBasis(basis))
    except ValueError:
        return None


async def _load_line(context: Context, key: str) -> Line | None:
    """The key is a month, a basis and a party."""
    month_and_basis, _, party = key.rpartition(".")
    result = await _load_result(context, month_and_basis)
    return next((line for line in result.lines if line.key == party), None) if result else None


def _key(of: ReconciliationResult | Line) -> str:
    return f"{of.period}.{of.basis.value}"


RULE = by_uuid("rule", ToleranceRuleRecord, FINANCE_TEAM, _load_rule)
RESULT = Kind(
    name="reconciliation", record=ReconciliationResult, roles=FINANCE_TEAM, key=_key, load=_load_result
)
LINE = Kind(
    name="line", record=Line, roles=FINANCE_TEAM, key=lambda line: f"{_key(line)}.{line.key}", load=_load_line
)


@node_type(RULE, "How much billed may differ from expected; each change is a new version.")
class ToleranceRule(Node):
    version: int = plain("1 is the first one, from the configuration.")
    percent: Decimal = plain("Percent of what is expected.")
    minimum: Money = plain("Used where the percent is less.")
    valid_from: datetime = plain("Since when it is in force.")
    set_by: str = plain("Subject of the caller who set it.")


@node_type(LINE, "One client in one month: what the contracts want, and what the ERP billed.")
class ReconciliationLine(Node):
    client: Client | None = plain("Null when the ERP billed somebody who is no client here.")
    omie_codigo: str | None = plain("The ERP code; the first one when there are several.")
    name: str = plain("The client's name, or the ERP code of somebody unknown here.")
    mrr: Money = plain("Monthly figure of the contracts in force in the period.")
    expected: Money = plain(
        "What the contracts want billed in this period; mrr for a full month of monthly contracts."
    )
    billed: Money = plain("Sum of the titles' gross amounts on the basis, cancelled and gone ones out.")
    divergence: Money = plain("billed - expected")
    tolerance: Money = plain(
        "The larger of the rule's percent of expected, rounded down to the cent, and its minimum."
    )
    verdict: Verdict = plain("How the line was judged.")
    kind: DivergenceKind | None = plain("What is wrong; null for OK and NOT_DUE.")

    @connection(Title)
    async def titles(self, root: strawberry.Parent[Line]) -> Rows[TitleRecord]:
        """The ERP's titles of the period for this client, cancelled and gone ones included and marked."""
        of_line = (root.source or "", root.codes, root.period, root.basis)
        return Rows(
            lambda work, page: work.titles.page(*of_line, page), lambda work: work.titles.count(*of_line)
        )


@strawberry.type(description="How many lines got which verdict.")
class VerdictCounts:
    ok: int = plain("Lines that are OK.")
    divergent: int = plain("Lines that are DIVERGENT.")
    not_due: int = plain("Lines that are NOT_DUE.")
    not_evaluated: int = plain("Lines that are NOT_EVALUATED.")


def _total(description: str, amount: Callable[[Line], money.Money]) -> Any:
    """A field that adds something up over the lines."""

    def add_up(root: strawberry.Parent[ReconciliationResult]) -> money.Money:
        return sum((amount(line) for line in root.lines), money.ZERO)

    return plain(description, resolver=add_up, graphql_type=Money)


def _alert(line: Line, sign: int) -> money.Money:
    divergent = line.verdict is Verdict.DIVERGENT
    return max(line.divergence * sign, money.ZERO) if divergent else money.ZERO


@node_type(RESULT, "Contracted against billed, client by client, for one month.")
class Reconciliation(Node):
    period: Period = plain("The month.")
    basis: BillingBasis = plain("Which date puts a title in it.")
    rule: ToleranceRule = plain("The rule that the lines were judged by.")
    evaluated_at: datetime = plain("When the lines were judged: now.")
    data_as_of: datetime | None = plain("Start of the sync that the figures rest on.")
    fresh: bool = plain(
        "True when the newest SUCCESS run started within RECONCILIATION_MAX_AGE and, for a past month, after "
        "its end. When false every line is NOT_EVALUATED."
    )
    total_expected: Money = _total("What the contracts want, all lines.", lambda line: line.expected)
    total_billed: Money = _total("What the ERP billed, all lines.", lambda line: line.billed)
    total_divergence: Money = _total(
        "totalBilled - totalExpected, all lines, net.", lambda line: line.divergence
    )
    total_under_billed: Money = _total(
        "Shortfalls of the DIVERGENT lines, positive: leaks both ways do not cancel out.",
        lambda line: _alert(line, -1),
    )
    total_over_billed: Money = _total(
        "Excesses of the DIVERGENT lines, positive.", lambda line: _alert(line, 1)
    )
    total_not_evaluated: Money = _total(
        "Expected on lines that could not be judged.",
        lambda line: line.expected if line.verdict is Verdict.NOT_EVALUATED else money.ZERO,
    )

    @resolved()
    def counts(self, root: strawberry.Parent[ReconciliationResult]) -> VerdictCounts:
        """How many lines got which verdict."""
        found = Counter(line.verdict for line in root.lines)
        return VerdictCounts(**{verdict.value.lower(): found[verdict] for verdict in Verdict})

    @connection(ReconciliationLine)
    async def lines(
        self,
        root: strawberry.Parent[ReconciliationResult],
        verdict: list[Verdict] | None = strawberry.UNSET,
        kind: list[DivergenceKind] | None = strawberry.UNSET,
    ) -> Rows[Line]:
        """One line a party, the greatest divergence first."""
        chosen = [
            line
            for line in root.lines
            if (not verdict or line.verdict in verdict) and (not kind or line.kind in kind)
        ]
        return _in_memory(chosen)


def _in_memory(lines: Sequence[Line]) -> Rows[Line]:
    async def page(_work: Work, wanted: PageRequest) -> Page[Line]:
        return slice_of(lines, lambda line: line.key, wanted)

    async def count(_work: Work) -> int:
        return len(lines)

    return Rows(page, count)
