"""One line judged: the verdict in the order of the public contract, and its figures."""

from datetime import date, timedelta
from typing import Any

import pytest

from core.reconciliation import reconcile
from ports.calendar import Period
from ports.contracts import Cadence, ContractPrice, ContractRecord
from ports.reconciliations import DivergenceKind, Party, Verdict
from tests.builders import (
    a_bench,
    a_billing,
    a_client,
    a_contract,
    a_rule,
    money,
)

OK, DIVERGENT = (Verdict.OK, None), Verdict.DIVERGENT
NOT_DUE, NOT_EVALUATED = (Verdict.NOT_DUE, None), Verdict.NOT_EVALUATED
STALE = (NOT_EVALUATED, DivergenceKind.STALE_DATA)
NOT_LINKED = (NOT_EVALUATED, DivergenceKind.NOT_LINKED)
INCOMPLETE = (NOT_EVALUATED, DivergenceKind.INCOMPLETE_DATA)
OVER = (DIVERGENT, DivergenceKind.OVER_BILLED)
UNDER = (DIVERGENT, DivergenceKind.UNDER_BILLED)
NOT_BILLED = (DIVERGENT, DivergenceKind.NOT_BILLED)
NO_CONTRACT = (DIVERGENT, DivergenceKind.NO_CONTRACT)


def a_side(
    *billed: str, contracts: tuple[ContractRecord, ...] = (), linked: bool = True, incomplete: int = 0
) -> Party:
    """A client with one code per amount billed; one code and nothing billed when none is given."""
    codes = tuple(str(7001 + place) for place in range(len(billed) or 1)) if linked else ()
    billing = [a_billing(code, amount) for code, amount in zip(codes, billed, strict=False)]
    if incomplete:
        billing.append(a_billing(codes[-1], incomplete=incomplete))
    return Party(client=a_client(*codes), codes=codes, contracts=contracts, billing=tuple(billing))


def judged(party: Party, **bench: Any) -> tuple[Verdict, DivergenceKind | None]:
    line = reconcile(a_bench(**bench), party)
    return line.verdict, line.kind


ONE = (a_contract("1000.00", billing_day=10),)
"""Due by 13 November, three days of grace included."""


@pytest.mark.parametrize(
    ("party", "bench", "verdict"),
    [
        pytest.param(a_side("1000.00", contracts=ONE), {"fresh": False}, STALE, id="stale though it fits"),
        pytest.param(a_side("1.00"), {"fresh": False}, STALE, id="stale before no contract"),
        pytest.param(
            a_side(contracts=ONE, linked=False), {"fresh": False}, STALE, id="stale before not linked"
        ),
        pytest.param(a_side("1.00", incomplete=1), {"fresh": False}, STALE, id="stale before incomplete"),
        pytest.param(a_side(contracts=ONE, linked=False), {}, NOT_LINKED, id="not linked"),
        pytest.param(
            a_side(contracts=(a_contract("0.00"),), linked=False),
            {},
            NOT_LINKED,
            id="not linked though it fits",
        ),
        pytest.param(
            a_side(contracts=ONE, linked=False),
            {"today": date(2026, 11, 1)},
            NOT_LINKED,
            id="not linked, early",
        ),
        pytest.param(
            a_side("1000.00", contracts=ONE, incomplete=1), {}, INCOMPLETE, id="incomplete though it fits"
        ),
        pytest.param(
            a_side("9.00", "1.00", contracts=ONE, incomplete=2), {}, INCOMPLETE, id="one code incomplete"
        ),
        pytest.param(
            a_side(contracts=ONE, incomplete=1),
            {"today": date(2026, 11, 1)},
            INCOMPLETE,
            id="incomplete, early",
        ),
        pytest.param(a_side(incomplete=1), {}, INCOMPLETE, id="incomplete without a contract"),
    ],
)
def test_first_whether_it_can_be_judged(
    party: Party, bench: dict[str, Any], verdict: tuple[Verdict, DivergenceKind]
) -> None:
    assert judged(party, **bench) == verdict


@pytest.mark.parametrize(
    ("party", "verdict"),
    [
        pytest.param(a_side("1000.00", contracts=ONE), OK, id="to the cent"),
        pytest.param(a_side("950.00", contracts=ONE), OK, id="under by the tolerance"),
        pytest.param(a_side("949.99", contracts=ONE), UNDER, id="under by a cent more"),
        pytest.param(a_side("1050.00", contracts=ONE), OK, id="over by the tolerance"),
        pytest.param(a_side("1050.01", contracts=ONE), OVER, id="over by a cent more"),
        pytest.param(a_side("0.01", contracts=ONE), UNDER, id="a cent was billed"),
        pytest.param(a_side("0.00", contracts=ONE), NOT_BILLED, id="titles of nothing"),
        pytest.param(a_side(contracts=ONE), NOT_BILLED, id="no title"),
        pytest.param(a_side(contracts=(a_contract("50.00"),)), OK, id="nothing billed, within the minimum"),
        pytest.param(a_side("50.00"), OK, id="no contract, within the minimum"),
        pytest.param(a_side("50.01"), NO_CONTRACT, id="no contract"),
        pytest.param(a_side("400.00", "600.00", contracts=ONE), OK, id="codes are summed"),
        pytest.param(a_side("1000.00", "1000.00", contracts=ONE), OVER, id="billed under both codes"),
        pytest.param(
            a_side("3000.00", contracts=(*ONE, a_contract("2000.00"))), OK, id="contracts are summed"
        ),
        pytest.param(
            a_side("1000.00", contracts=(*ONE, a_contract("2000.00"))), UNDER, id="one of two billed"
        ),
    ],
)
def test_then_what_is_billed_against_what_is_expected(
    party: Party, verdict: tuple[Verdict, DivergenceKind | None]
) -> None:
    assert judged(party) == verdict


@pytest.mark.parametrize(
    ("billed", "verdict"),
    [
        pytest.param("1950.00", OK, id="percent of all that is expected"),
        pytest.param("2000.01", OK, id="over within the tolerance"),
        pytest.param("1900.00", OK, id="at the percent"),
        pytest.param("1899.99", UNDER, id="beyond the percent"),
    ],
)
def test_tolerance_is_of_the_whole_line(billed: str, verdict: tuple[Verdict, DivergenceKind | None]) -> None:
    party = a_side(billed, contracts=(*ONE, a_contract("1000.00")))
    assert judged(party, rule=a_rule("5.00", "10.00")) == verdict


QUARTERLY = (a_contract("1000.00", starts_on=date(2026, 10, 1), cadence=Cadence.QUARTERLY),)


@pytest.mark.parametrize(
    ("month", "billed", "verdict"),
    [
        pytest.param("2026-10", ["3000.00"], OK, id="the month it falls due"),
        pytest.param("2026-10", ["1000.00"], UNDER, id="a month's share only"),
        pytest.param("2026-11", [], OK, id="a month between"),
        pytest.param("2026-11", ["1000.00"], OVER, id="billed between: there is a contract"),
    ],
)
def test_quarterly(month: str, billed: list[str], verdict: tuple[Verdict, DivergenceKind | None]) -> None:
    party = a_side(*billed, contracts=QUARTERLY)
    assert judged(party, period=Period.parse(month)) == verdict


TWO = (a_contract("1000.00", billing_day=5), a_contract("2000.00", billing_day=25))
"""Due by 8 and by 28 November."""


@pytest.mark.parametrize(
    ("contracts", "billed", "today", "verdict"),
    [
        pytest.param(ONE, [], "2026-11-01", NOT_DUE, id="before the day"),
        pytest.param(ONE, [], "2026-11-10", NOT_DUE, id="on the day"),
        pytest.param(ONE, [], "2026-11-13", NOT_DUE, id="last day of grace"),
        pytest.param(ONE, [], "2026-11-14", NOT_BILLED, id="the day after"),
        pytest.param(ONE, ["400.00"], "2026-11-13", NOT_DUE, id="part of it, in time"),
        pytest.param(ONE, ["400.00"], "2026-11-14", UNDER, id="part of it, too late"),
        pytest.param(ONE, ["1000.00"], "2026-11-01", OK, id="billed early"),
        pytest.param(ONE, ["1050.01"], "2026-11-01", OVER, id="over-billed early"),
        pytest.param((), ["1000.00"], "2026-11-01", NO_CONTRACT, id="no contract, early"),
        pytest.param(TWO, [], "2026-11-08", NOT_DUE, id="neither due"),
        pytest.param(TWO, [], "2026-11-09", NOT_BILLED, id="one due and not billed"),
        pytest.param(TWO, ["1000.00"], "2026-11-09", NOT_DUE, id="the one due is billed"),
        pytest.param(TWO, ["850.00"], "2026-11-09", NOT_DUE, id="but for the tolerance"),
        pytest.param(TWO, ["849.99"], "2026-11-09", UNDER, id="a cent beyond the tolerance"),
        pytest.param(TWO, ["1000.00"], "2026-11-28", NOT_DUE, id="last day of the second"),
        pytest.param(TWO, ["1000.00"], "2026-11-29", UNDER, id="both due"),
        pytest.param(TWO, ["3150.01"], "2026-11-09", OVER, id="over-billed while one is not due"),
        pytest.param((a_contract(),), [], "2026-12-03", NOT_DUE, id="no day: grace over the month's end"),
        pytest.param((a_contract(),), [], "2026-12-04", NOT_BILLED, id="no day: over"),
        pytest.param(
            (a_contract(billing_day=29),), [], "2026-12-02", NOT_DUE, id="day 29: over the month's end"
        ),
        pytest.param((a_contract(billing_day=31),), [], "2026-12-03", NOT_DUE, id="day 31 of a month of 30"),
    ],
)
def test_then_whether_it_may_still_come(
    contracts: tuple[ContractRecord, ...],
    billed: list[str],
    today: str,
    verdict: tuple[Verdict, DivergenceKind | None],
) -> None:
    party = a_side(*billed, contracts=contracts)
    assert judged(party, today=date.fromisoformat(today)) == verdict


@pytest.mark.parametrize("month", ["2026-12", "2027-02", "2099-01", "9999-11", "9999-12"])
def test_future_months_are_not_due(month: str) -> None:
    party = a_side(contracts=(a_contract(billing_day=1), a_contract()))
    assert judged(party, period=Period.parse(month), today=date(2026, 11, 30)) == NOT_DUE


def test_grace_may_be_nothing() -> None:
    verdicts = [
        judged(a_side(contracts=ONE), grace=timedelta(), today=date(2026, 11, day)) for day in (10, 11)
    ]
    assert verdicts == [NOT_DUE, NOT_BILLED]


def test_a_line_states_its_figures() -> None:
    price = ContractPrice(money("500.00"), Period(2026, 1))
    yearly = a_contract(prices=(price,), starts_on=date(2026, 11, 1), cadence=Cadence.YEARLY)
    party = a_side("1000.00", "4900.00", contracts=(*ONE, yearly))
    line = reconcile(a_bench(), party)
    month = a_bench().month
    assert (line.period, line.basis, line.source) == (month.period, month.basis, month.source)
    assert (line.client, line.codes, line.omie_codigo) == (party.client, ("7001", "7002"), "7001")
    figures = (line.mrr, line.expected, line.billed, line.divergence, line.tolerance)
    assert [str(figure) for figure in figures] == ["1500.00", "7000.00", "5900.00", "-1100.00", "350.00"]
