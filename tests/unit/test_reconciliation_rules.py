"""What the verdict takes into account besides the plain figures: own rules, other rules, kept-back taxes."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.agreement import Agreement
from core.reconciliation import judged_by, reconcile
from ports.calendar import Period
from ports.reconciliations import DivergenceKind, Verdict
from ports.titles import BillingBasis, Withholding
from tests.builders import a_bench, a_billing, a_contract, a_receipt, a_rule, money
from tests.unit.test_reconciliation import DIVERGENT, NOT_EVALUATED, OK, ONE, OVER, UNDER, a_side


def test_a_client_with_a_rule_of_its_own_is_judged_by_it() -> None:
    party = a_side("900.00", contracts=ONE)
    assert party.client is not None
    own = a_rule("10.00", "0.00", client_id=party.client.id)
    line = reconcile(a_bench(overrides={party.client.id: own}), party)
    assert (line.verdict, line.tolerance, line.rule) == (Verdict.OK, money("100.00"), own)
    other = a_side("900.00", contracts=ONE)
    assert reconcile(a_bench(overrides={party.client.id: own}), other).verdict is DIVERGENT


@pytest.mark.parametrize(
    ("parts", "withheld", "verdict"),
    [
        pytest.param({"amount": "938.50"}, "61.50", OK, id="received but for the taxes"),
        pytest.param({"amount": "938.50"}, None, UNDER, id="as much missing, and no taxes"),
        pytest.param({"amount": "938.50", "discount": "50.01"}, "61.50", UNDER, id="and a discount beyond"),
        pytest.param(
            {"amount": "1000.00", "interest": "30.00", "fine": "20.01"}, None, OVER, id="with interest"
        ),
        pytest.param({"amount": "1000.00", "interest": "30.00", "fine": "20.00"}, None, OK, id="within it"),
    ],
)
def test_cash_after_the_taxes_that_the_payer_kept_back(
    parts: dict[str, str], withheld: str | None, verdict: tuple[Verdict, DivergenceKind | None]
) -> None:
    billing = replace(a_billing(), **{name: money(amount) for name, amount in parts.items()})  # type: ignore[arg-type]
    paid = a_receipt("938.50", on=date(2026, 11, 20))
    taxes = money(withheld or "0.00")
    title = Withholding("9001", money("1000.00"), taxes, True, None, False, (paid,))
    party = replace(a_side("0.00", contracts=ONE), billing=(billing,), withholding=(title,))
    line = reconcile(a_bench(basis=BillingBasis.RECEIVED), party)
    assert (line.verdict, line.kind) == verdict


def test_another_rule_says() -> None:
    line = reconcile(a_bench(), a_side("900.00", contracts=ONE))
    assert line.verdict is DIVERGENT
    assert judged_by(line, a_rule("10.00", "0.00")) is Verdict.OK
    assert judged_by(line, a_rule("9.99", "0.00")) is DIVERGENT
    stale = reconcile(a_bench(fresh=False), a_side("900.00", contracts=ONE))
    assert judged_by(stale, a_rule("10.00", "0.00")) is NOT_EVALUATED


WORLDS = st.lists(st.integers(0, 10**7), min_size=1, max_size=6)


@settings(max_examples=50, deadline=None)
@given(cents=WORLDS, chance=st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(cents: list[int], chance: Random) -> None:
    prices = [Decimal(amount).scaleb(-2) for amount in cents]
    contracts = [a_contract(str(price), pro_rata=True, starts_on=date(2026, 11, 9)) for price in prices]
    party = replace(a_side(*map(str, prices)), contracts=tuple(contracts))
    bench = a_bench()
    line = reconcile(bench, party)
    assert line.billed == sum(prices)
    assert line.divergence == line.billed - line.expected
    chance.shuffle(contracts)
    billing = chance.sample(party.billing, len(party.billing))
    assert reconcile(bench, replace(party, contracts=tuple(contracts), billing=tuple(billing))) == line


@given(
    month=st.dates().map(Period.of),
    today=st.dates(),
    ago=st.integers(-70, 70),
    grace=st.integers(0, 60).map(timedelta),
    billing_day=st.none() | st.integers(1, 31),
)
def test_when_all_is_due_no_contract_may_still_come(
    month: Period, today: date, ago: int, grace: timedelta, billing_day: int | None
) -> None:
    near = date.fromordinal(min(max(month.last_day.toordinal() + ago, 1), date.max.toordinal()))
    due = Agreement(a_contract(billing_day=billing_day)).due_by(month, grace)
    for day in (today, near):
        bench = a_bench(period=month, today=day, grace=grace)
        assert not bench.all_due or day > due
        assert bench.all_due or day <= Agreement(a_contract()).due_by(month, grace)
