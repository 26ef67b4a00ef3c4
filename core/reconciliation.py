"""Contracted against billed, judged: pure, the same answer for the same figures in any order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from core.contract import Contract
from core.tolerance import tolerance
from ports.calendar import Period, local_day
from ports.clients import ClientRecord
from ports.contracts import ContractRecord
from ports.money import ZERO, Money
from ports.reconciliations import Billing, DivergenceKind, Line, Party, ToleranceRuleRecord, Verdict
from ports.sync_runs import SyncRunRecord
from ports.titles import BillingBasis


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """All that a line is judged by, apart from its own figures."""

    period: Period
    basis: BillingBasis
    source: str | None
    rule: ToleranceRuleRecord
    fresh: bool
    today: date
    grace: timedelta


def is_fresh(
    newest: SyncRunRecord | None,
    whole: SyncRunRecord | None,
    period: Period,
    now: datetime,
    *,
    max_age: timedelta,
    full_max_age: timedelta,
) -> bool:
    """Whether the newest successful run is young enough and, for a past month, began after its end.

    It has to rest on a whole one that is not too old either.
    """
    if newest is None or whole is None:
        return False
    young = now - newest.started_at <= max_age and now - whole.started_at <= full_max_age
    past = period.last_day < local_day(now)
    after_its_end = local_day(newest.started_at) > period.last_day
    return young and (after_its_end or not past)


def parties(
    source: str | None,
    clients: Iterable[ClientRecord],
    contracts: Iterable[ContractRecord],
    billing: Iterable[Billing],
) -> list[Party]:
    """Both sides together: every client with a contract or titles, and every code unknown here."""
    by_code = {billed.code: billed for billed in billing}
    owned: dict[UUID, list[ContractRecord]] = {}
    for contract in contracts:
        owned.setdefault(contract.client_id, []).append(contract)
    found = []
    for client in clients:
        codes = tuple(link.code for link in client.links if link.source == source)
        theirs = tuple(by_code.pop(code) for code in codes if code in by_code)
        ours = tuple(owned.get(client.id, ()))
        if ours or theirs:
            found.append(Party(client=client, codes=codes, contracts=ours, billing=theirs))
    strangers = (Party(client=None, codes=(code,), billing=(billed,)) for code, billed in by_code.items())
    return [*found, *strangers]


def reconcile(bench: Bench, both_sides: Iterable[Party]) -> list[Line]:
    """The judged lines, the greatest divergence first."""
    lines = [_line(bench, party) for party in both_sides]
    return sorted(lines, key=lambda line: (-abs(line.divergence), line.name, line.key))


def _line(bench: Bench, party: Party) -> Line:
    contracts = [Contract(record) for record in party.contracts]
    expected = _sum(contract.expected_in(bench.period) for contract in contracts)
    billed = _sum(billing.billed for billing in party.billing)
    allowed = tolerance(bench.rule, expected)
    verdict, kind = _judge(bench, party, contracts, billed - expected, allowed)
    return Line(
        period=bench.period,
        basis=bench.basis,
        source=bench.source,
        client=party.client,
        codes=party.codes,
        mrr=_sum(contract.mrr_in(bench.period) for contract in contracts),
        expected=expected,
        billed=billed,
        divergence=billed - expected,
        tolerance=allowed,
        verdict=verdict,
        kind=kind,
    )


def _judge(
    bench: Bench, party: Party, contracts: Sequence[Contract], divergence: Money, allowed: Money
) -> tuple[Verdict, DivergenceKind | None]:
    """In the order of the public contract: first whether it can be judged at all."""
    if unfit := _unfit(bench, party):
        return Verdict.NOT_EVALUATED, unfit
    if abs(divergence) <= allowed:
        return Verdict.OK, None
    if divergence < ZERO and -divergence <= _not_yet_due(bench, contracts) + allowed:
        return Verdict.NOT_DUE, None
    return Verdict.DIVERGENT, _kind(party, divergence)


def _unfit(bench: Bench, party: Party) -> DivergenceKind | None:
    if not bench.fresh:
        return DivergenceKind.STALE_DATA
    if not party.codes:
        return DivergenceKind.NOT_LINKED
    if any(billing.incomplete for billing in party.billing):
        return DivergenceKind.INCOMPLETE_DATA
    return None


def _not_yet_due(bench: Bench, contracts: Sequence[Contract]) -> Money:
    return _sum(
        contract.expected_in(bench.period)
        for contract in contracts
        if bench.today <= contract.due_by(bench.period, bench.grace)
    )


def _kind(party: Party, divergence: Money) -> DivergenceKind:
    if not party.contracts:
        return DivergenceKind.NO_CONTRACT
    if divergence > ZERO:
        return DivergenceKind.OVER_BILLED
    billed = _sum(billing.billed for billing in party.billing)
    return DivergenceKind.UNDER_BILLED if billed else DivergenceKind.NOT_BILLED


def _sum(amounts: Iterable[Money]) -> Money:
    return sum(amounts, ZERO)
