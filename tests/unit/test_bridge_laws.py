"""What holds of the bridge for any book of contracts and titles."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from core.bridge import WINDOW, explain
from core.cash import cash
from core.contract import Contract
from ports.calendar import Period
from ports.causes import CauseKind
from ports.contracts import Cadence, ContractPrice, ContractRecord
from ports.erp import Receipt
from ports.money import CENT, ZERO, Money
from ports.titles import BillingBasis, TitleRecord
from tests.builders import NOVEMBER, a_contract, a_title, money

Book = tuple[list[ContractRecord], list[TitleRecord]]

PLUS = {
    *(CauseKind.DUPLICATED, CauseKind.CONTRACT_ENDED, CauseKind.CONTRACT_NOT_STARTED),
    *(CauseKind.INTEREST, CauseKind.EXTRA),
}
MINUS = {
    *(CauseKind.CANCELLED, CauseKind.WITHHELD, CauseKind.DISCOUNT),
    *(CauseKind.OPEN, CauseKind.PRO_RATA, CauseKind.NOT_BILLED),
}
MOVED = {CauseKind.BILLED_EARLIER, CauseKind.BILLED_LATER, CauseKind.INSTALMENT_SPLIT}
OF_RECEIPTS = {CauseKind.WITHHELD, CauseKind.DISCOUNT, CauseKind.INTEREST, CauseKind.OPEN}
TITLE_BASES = [BillingBasis.DUE_DATE, BillingBasis.ISSUE_DATE, BillingBasis.REGISTRATION_DATE]

# Few figures, so that they meet often.
FIGURES = st.sampled_from(["100.00", "200.00", "300.00", "500.00", "600.00", "1200.00"]).map(money)
AMOUNTS = (
    FIGURES
    | st.sampled_from(["0.00", "50.00", "0.01"]).map(money)
    | st.integers(1, 10**8).map(lambda c: c * CENT)
)
NUMBERS = st.sampled_from([None, None, "K1", "K2"])


def days(first: int, last: int) -> st.SearchStrategy[date]:
    """Days from the month so many before or after November up to another."""
    return st.dates(NOVEMBER.plus(first).first_day, NOVEMBER.plus(last).last_day)


@st.composite
def contracts(draw: st.DrawFn, starts: st.SearchStrategy[date], *, may_end: bool) -> ContractRecord:
    starts_on = draw(starts)
    since = Period.of(starts_on)
    prices = [ContractPrice(draw(FIGURES), since)]
    if draw(st.booleans()):
        prices.append(ContractPrice(draw(FIGURES), since.plus(draw(st.integers(1, 12)))))
    ends_on = starts_on + timedelta(draw(st.integers(0, 500))) if may_end and draw(st.booleans()) else None
    return a_contract(
        prices=tuple(prices),
        starts_on=starts_on,
        ends_on=ends_on,
        cadence=draw(st.sampled_from(Cadence)),
        pro_rata=draw(st.booleans()),
        external_id=draw(NUMBERS),
    )


@st.composite
def receipts(draw: st.DrawFn, amount: Money, due_on: date) -> tuple[Receipt, ...]:
    parts = draw(st.lists(st.integers(1, 110), max_size=3))
    dates = sorted(due_on + timedelta(draw(st.integers(-40, 70))) for _ in parts)
    return tuple(
        Receipt(
            external_id=str(number),
            on=on,
            amount=(amount * percent / 100).quantize(CENT),
            discount=draw(st.sampled_from([ZERO, ZERO, CENT, amount / 4])).quantize(CENT),
            interest=draw(st.sampled_from([ZERO, ZERO, money("3.33")])),
            fine=draw(st.sampled_from([ZERO, ZERO, money("2.00")])),
        )
        for number, (on, percent) in enumerate(zip(dates, parts, strict=True))
    )


@st.composite
def titles(draw: st.DrawFn, dues: st.SearchStrategy[date], *, may_die: bool) -> TitleRecord:
    amount, due_on = draw(AMOUNTS), draw(dues)
    near = st.none() | st.integers(-40, 20).map(lambda number: due_on + timedelta(number))
    return a_title(
        external_id=draw(st.sampled_from("ABCDEF")),
        amount=amount,
        withheld=draw(st.sampled_from([ZERO, ZERO, amount / 16, amount])).quantize(CENT),
        due_on=due_on,
        issued_on=draw(near),
        registered_on=draw(near),
        document_number=draw(st.sampled_from([None, None, "412"])),
        installment=draw(st.sampled_from([None, None, "001/003", "002/003", "003/003", "1/1"])),
        contract_number=draw(NUMBERS),
        cancelled=may_die and draw(st.integers(0, 5)) == 0,
        gone=may_die and draw(st.integers(0, 8)) == 0,
        settled=draw(st.booleans()),
        receipts=draw(receipts(amount, due_on)),
    )


@st.composite
def books(draw: st.DrawFn) -> Book:
    owned = st.lists(contracts(days(-15, 5), may_end=True), max_size=3)
    return draw(owned), draw(st.lists(titles(days(-5, 5), may_die=True), max_size=12))


def expected(period: Period, owned: Iterable[ContractRecord]) -> Money:
    running = (contract for contract in map(Contract, owned) if contract.is_in_force(period))
    return sum((contract.expected_in(period) for contract in running), ZERO)


def billed(period: Period, basis: BillingBasis, all_titles: Iterable[TitleRecord]) -> Money:
    live = [title for title in all_titles if not title.cancelled and not title.gone]
    if basis is BillingBasis.RECEIVED:
        theirs = [each for title in live for each in title.receipts if Period.of(each.on) == period]
        return sum((cash(each.amount, each.discount, each.interest, each.fine) for each in theirs), ZERO)
    name = dict(zip(TITLE_BASES, ("due_on", "issued_on", "registered_on"), strict=True))[basis]
    dated = [title for title in live if getattr(title, name) is not None]
    return sum((title.amount for title in dated if Period.of(getattr(title, name)) == period), ZERO)


@settings(max_examples=100, deadline=None)
@given(books(), st.sampled_from(BillingBasis))
def test_the_causes_add_up_to_the_divergence(book: Book, basis: BillingBasis) -> None:
    causes = explain(NOVEMBER, basis, *book)
    divergence = billed(NOVEMBER, basis, book[1]) - expected(NOVEMBER, book[0])
    assert sum((cause.amount for cause in causes), ZERO) == divergence
    assert (causes == []) == (divergence == ZERO)
    assert all(cause.amount != ZERO for cause in causes)


@settings(max_examples=100, deadline=None)
@given(books(), st.sampled_from(BillingBasis))
def test_each_kind_has_its_sign_and_its_basis(book: Book, basis: BillingBasis) -> None:
    for cause in explain(NOVEMBER, basis, *book):
        assert cause.kind not in PLUS or cause.amount > ZERO
        assert cause.kind not in MINUS or cause.amount < ZERO
        assert cause.kind not in OF_RECEIPTS or basis is BillingBasis.RECEIVED


@settings(max_examples=60, deadline=None)
@given(books(), st.sampled_from(BillingBasis), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(book: Book, basis: BillingBasis, random: Random) -> None:
    told = explain(NOVEMBER, basis, *book)
    for records in book:
        random.shuffle(records)
    assert explain(NOVEMBER, basis, *book) == told


@settings(max_examples=60, deadline=None)
@given(books(), st.sampled_from(TITLE_BASES))
def test_a_title_is_one_thing_in_a_month(book: Book, basis: BillingBasis) -> None:
    causes = explain(NOVEMBER, basis, *book)
    told = [
        title.id
        for cause in causes
        if cause.kind not in (CauseKind.RESIDUE, CauseKind.PRO_RATA)
        for title in cause.titles
    ]
    assert len(told) == len(set(told))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(contracts(days(0, 0), may_end=False), min_size=1, max_size=2),
    st.lists(titles(days(0, 7), may_die=False), max_size=10),
    st.sampled_from([BillingBasis.DUE_DATE, BillingBasis.RECEIVED]),
)
def test_what_one_month_lacks_another_has(
    owned: list[ContractRecord], all_titles: list[TitleRecord], basis: BillingBasis
) -> None:
    # One that is never billed, because a month in which all is even in the end tells nothing.
    owned = [a_contract("98765432.10", starts_on=NOVEMBER.first_day), *owned]
    owned = [replace(contract, starts_on=NOVEMBER.first_day) for contract in owned]
    moved = defaultdict[tuple[object, CauseKind], Decimal](Decimal)
    for number in range(-3, WINDOW + 1):
        period = NOVEMBER.plus(number)
        for cause in explain(period, basis, owned, all_titles):
            if cause.kind in MOVED:
                moved[cause.titles[0].id, cause.kind] += cause.amount
    assert all(amount == ZERO for amount in moved.values()), moved
