"""Contracted against billed, judged: pure, the same line for the same figures in any order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from core.agreement import LATEST, Agreement, due_by
from core.cash import cash, shares
from core.tolerance import tolerance
from ports.calendar import Period
from ports.clients import ClientRecord
from ports.money import ZERO, Money
from ports.reconciliations import Billing, DivergenceKind, Line, Month, Party, Verdict
from ports.titles import Withholding
from ports.tolerance_rules import ToleranceRuleRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """All that a line is judged by, apart from its own figures."""

    month: Month
    overrides: Mapping[UUID, ToleranceRuleRecord]
    today: date
    grace: timedelta
    all_due: bool = field(init=False)
    """Whether nothing of the month may still come in time, whatever a contract's billing day."""

    def __post_init__(self) -> None:
        last = due_by(self.month.period, LATEST, self.grace)
        object.__setattr__(self, "all_due", self.today > last)

    def rule_for(self, client: ClientRecord | None) -> ToleranceRuleRecord:
        return self.overrides.get(client.id, self.month.rule) if client else self.month.rule


def reconcile(bench: Bench, party: Party) -> Line:
    month, contracts = bench.month, [Agreement(terms) for terms in party.contracts]
    expected, not_yet_due = _wanted(bench, contracts)
    billed = _sum(map(_billed, party.billing))
    withheld = _sum(_withheld(title, month.period) for title in party.withholding)
    rule = bench.rule_for(party.client)
    allowed = tolerance(rule, expected)
    unfit = _unfit(month, party)
    verdict = judge(billed - expected, withheld, not_yet_due, allowed) if not unfit else Verdict.NOT_EVALUATED
    return Line(
        period=month.period,
        basis=month.basis,
        source=month.source,
        key=party.key,
        name=party.client.name if party.client else party.codes[0],
        client=party.client,
        codes=party.codes,
        mrr=_sum(contract.mrr_in(month.period) for contract in contracts),
        expected=expected,
        billed=billed,
        divergence=billed - expected,
        withheld=withheld,
        not_yet_due=not_yet_due,
        rule=rule,
        tolerance=allowed,
        verdict=verdict,
        kind=_kind(party, billed, expected) if verdict is Verdict.DIVERGENT else unfit,
    )


def judge(divergence: Money, withheld: Money, not_yet_due: Money, allowed: Money) -> Verdict:
    """Of a line that can be judged at all, in the order of the public contract."""
    leak = divergence + withheld
    if abs(leak) <= allowed:
        return Verdict.OK
    if leak < ZERO and -leak <= not_yet_due + allowed:
        return Verdict.NOT_DUE
    return Verdict.DIVERGENT


def judged_by(line: Line, rule: ToleranceRuleRecord) -> Verdict:
    """What another rule says of the line."""
    if line.verdict is Verdict.NOT_EVALUATED:
        return line.verdict
    return judge(line.divergence, line.withheld, line.not_yet_due, tolerance(rule, line.expected))


def _wanted(bench: Bench, contracts: Sequence[Agreement]) -> tuple[Money, Money]:
    """What is expected, and the part of it that is not due yet."""
    expected = early = ZERO
    for contract in contracts:
        amount = contract.expected_in(bench.month.period)
        expected += amount
        if not bench.all_due and bench.today <= contract.due_by(bench.month.period, bench.grace):
            early += amount
    return expected, early


def _billed(billing: Billing) -> Money:
    return cash(billing.amount, billing.discount, billing.interest, billing.fine)


def _withheld(title: Withholding, period: Period) -> Money:
    return _sum(share.withheld for share in shares(title) if Period.of(share.receipt.on) == period)


def _unfit(month: Month, party: Party) -> DivergenceKind | None:
    if not month.fresh:
        return DivergenceKind.STALE_DATA
    if not party.codes:
        return DivergenceKind.NOT_LINKED
    if any(billing.incomplete for billing in party.billing):
        return DivergenceKind.INCOMPLETE_DATA
    return None


def _kind(party: Party, billed: Money, expected: Money) -> DivergenceKind:
    if not party.contracts:
        return DivergenceKind.NO_CONTRACT
    if billed > expected:
        return DivergenceKind.OVER_BILLED
    return DivergenceKind.UNDER_BILLED if billed else DivergenceKind.NOT_BILLED


def _sum(amounts: Iterable[Money]) -> Money:
    return sum(amounts, ZERO)
