"""Books as they are kept in life: a client billed over two years, and what goes wrong now and then."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from core.contract import Contract
from ports.calendar import Period
from ports.contracts import Cadence, ContractPrice, ContractRecord
from ports.erp import Receipt
from ports.money import CENT, ZERO, Money
from ports.titles import TitleRecord
from tests.builders import a_contract, a_title

MONTHS = [Period(2025, 1).plus(number) for number in range(24)]
TAXES = Decimal("0.0615")
"""PIS, COFINS, CSLL and IR, as a payer keeps them back."""

Accident = Callable[[Random, TitleRecord], list[TitleRecord]]
"""What becomes of a title that was to be."""


def a_book(random: Random) -> tuple[list[ContractRecord], list[TitleRecord]]:
    """One to three contracts of a client, and their titles: three in four without an accident."""
    contracts = [_contract(random) for _ in range(random.choice((1, 1, 2, 3)))]
    bills = [bill for contract in contracts for bill in _bills(random, contract)]
    titles = []
    for bill in bills:
        accident = random.choice(ACCIDENTS) if random.random() < 0.25 else _as_planned
        titles += accident(random, bill)
    return contracts, [replace(title, external_id=f"{n:04}") for n, title in enumerate(titles)]


def _contract(random: Random) -> ContractRecord:
    start = random.choice(MONTHS[:6]) if random.random() < 0.5 else MONTHS[0].plus(-5)
    end = random.choice(MONTHS[12:]) if random.random() < 0.3 else None
    price = _some(random, 500, 9000)
    prices = [ContractPrice(price, start)]
    if random.random() < 0.5:
        prices.append(ContractPrice(_part(price, Decimal("1.047")), random.choice(MONTHS[6:])))
    return a_contract(
        prices=tuple(prices),
        starts_on=start.day(random.choice((1, 1, 10, 16))),
        ends_on=end and end.day(random.choice((31, 31, 15))),
        cadence=random.choice((*[Cadence.MONTHLY] * 4, Cadence.QUARTERLY, Cadence.YEARLY)),
        pro_rata=random.random() < 0.3,
        billing_day=random.randint(1, 28),
    )


def _bills(random: Random, record: ContractRecord) -> Iterator[TitleRecord]:
    """What is expected, with a month too many before or after it, and first months billed by days."""
    contract, by_days = Contract(record), random.random() < 0.5
    too_early, too_late = random.random() < 0.2, random.random() < 0.5
    for month in MONTHS:
        amount = contract.expected_in(month) if contract.is_in_force(month) else ZERO
        if amount and by_days and record.cadence is Cadence.MONTHLY:
            amount = contract.by_days_in(month)
        begins_next = Period.of(record.starts_on) == month.plus(1)
        ended_just_now = record.ends_on is not None and Period.of(record.ends_on) == month.plus(-1)
        if (too_early and begins_next) or (too_late and ended_just_now):
            amount = contract.mrr_in(month)
        if amount:
            yield a_bill(month, amount, record.billing_day or 10)


def a_bill(month: Period, amount: Money, day: int) -> TitleRecord:
    """Issued on the first, due on the contract's day, paid at once."""
    due_on = month.day(day)
    return _paid(a_title(amount=amount, due_on=due_on, issued_on=month.first_day, settled=True))


def _paid(title: TitleRecord, days: int = 0, **extras: Money) -> TitleRecord:
    figures = {"discount": ZERO, "interest": ZERO, "fine": ZERO, **extras}
    amount = title.amount - title.withheld
    receipt = Receipt(external_id="1", on=title.due_on + timedelta(days), amount=amount, **figures)
    return replace(title, receipts=(receipt,))


def _due(title: TitleRecord, months: int) -> TitleRecord:
    due_on = Period.of(title.due_on).plus(months).day(title.due_on.day)
    return _paid(replace(title, due_on=due_on))


def _as_planned(random: Random, bill: TitleRecord) -> list[TitleRecord]:
    return [bill]


def late(random: Random, bill: TitleRecord) -> list[TitleRecord]:
    return [_due(bill, random.choice((1, 1, 2)))]


def early(random: Random, bill: TitleRecord) -> list[TitleRecord]:
    return [_due(bill, -1)]


def split(random: Random, bill: TitleRecord) -> list[TitleRecord]:
    of = random.choice((2, 3))
    each = _part(bill.amount, Decimal(1) / of)
    amounts = [*[each] * (of - 1), bill.amount - each * (of - 1)]
    document = str(random.randrange(10**6))
    return [
        _due(replace(bill, amount=amount, document_number=document, installment=f"{n + 1:03}/{of:03}"), n)
        for n, amount in enumerate(amounts)
    ]


def duplicated(random: Random, bill: TitleRecord) -> list[TitleRecord]:
    return [bill, bill]


def cancelled(random: Random, bill: TitleRecord) -> list[TitleRecord]:
    return [replace(bill, cancelled=True, receipts=())]


def reissued(random: Random, bill: TitleRecord) -> list[TitleRecord]:
    return [*cancelled(random, bill), _due(bill, random.choice((0, 1)))]


def deleted(random: Random, bill: TitleRecord) -> list[TitleRecord]:
    return [replace(bill, gone=True)]


def never_billed(random: Random, bill: TitleRecord) -> list[TitleRecord]:
    return []


def with_an_extra(random: Random, bill: TitleRecord) -> list[TitleRecord]:
    return [bill, _paid(replace(bill, amount=_some(random, 50, 400)))]


def half_paid(random: Random, bill: TitleRecord) -> list[TitleRecord]:
    (receipt,) = bill.receipts
    part = replace(receipt, amount=_part(bill.amount, Decimal("0.4")))
    return [replace(bill, receipts=(part,), settled=False)]


def unpaid(random: Random, bill: TitleRecord) -> list[TitleRecord]:
    return [replace(bill, receipts=(), settled=False)]


def taxed(random: Random, bill: TitleRecord) -> list[TitleRecord]:
    return [_paid(replace(bill, withheld=_part(bill.amount, TAXES)), random.choice((0, 20)))]


def paid_in_two(random: Random, bill: TitleRecord) -> list[TitleRecord]:
    (receipt,) = taxed(random, bill)[0].receipts
    first = _part(receipt.amount, Decimal("0.5"))
    later = replace(receipt, external_id="2", on=receipt.on + timedelta(30), amount=receipt.amount - first)
    parts = (replace(receipt, amount=first), later)
    return [replace(bill, withheld=_part(bill.amount, TAXES), receipts=parts)]


def discounted(random: Random, bill: TitleRecord) -> list[TitleRecord]:
    return [_paid(bill, discount=_part(bill.amount, Decimal("0.05")))]


def overdue(random: Random, bill: TitleRecord) -> list[TitleRecord]:
    fine, interest = _part(bill.amount, Decimal("0.02")), _part(bill.amount, Decimal("0.01"))
    return [_paid(bill, 30, fine=fine, interest=interest)]


ACCIDENTS: tuple[Accident, ...] = (
    *(late, early, split, duplicated, cancelled, reissued, deleted, never_billed, with_an_extra),
    *(half_paid, unpaid, taxed, paid_in_two, discounted, overdue),
)


def _some(random: Random, least: int, most: int) -> Money:
    return random.randrange(least * 100, most * 100) * CENT


def _part(amount: Money, share: Decimal) -> Money:
    return (amount * share).quantize(CENT, ROUND_HALF_UP)
