"""Books for the bridge: titles in one line each, and causes as text that a table can state."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from core.bridge import explain
from ports.calendar import Period
from ports.causes import Cause
from ports.contracts import Cadence, ContractRecord
from ports.erp import Receipt
from ports.titles import BillingBasis, TitleRecord
from tests.builders import a_contract, a_title, money

SINCE_LONG = date(2024, 1, 1)


def a_deal(mrr: str = "1000.00", /, **changes: Any) -> ContractRecord:
    """A contract that runs since long, so that no month next door is a special one."""
    return a_contract(mrr, **{"starts_on": SINCE_LONG, **changes})


def billed(name: str, day: str, amount: str = "1000.00", /, **changes: Any) -> TitleRecord:
    """A title due on that day; `name` is its external id."""
    return a_title(external_id=name, due_on=date.fromisoformat(day), amount=money(amount), **changes)


def paid(
    day: str, amount: str, discount: str = "0.00", interest: str = "0.00", fine: str = "0.00"
) -> Receipt:
    return Receipt(
        external_id=day,
        on=date.fromisoformat(day),
        amount=money(amount),
        discount=money(discount),
        interest=money(interest),
        fine=money(fine),
    )


def as_text(cause: Cause) -> str:
    """`KIND +amount` and the titles."""
    names = "".join(f" {title.external_id}" for title in cause.titles)
    return f"{cause.kind.value} {cause.amount:+}{names}"


def causes(
    month: str,
    contracts: Iterable[ContractRecord],
    titles: Iterable[TitleRecord],
    basis: BillingBasis = BillingBasis.DUE_DATE,
) -> list[str]:
    return [as_text(cause) for cause in explain(Period.parse(month), basis, contracts, titles)]


def a_quarter(**changes: Any) -> ContractRecord:
    """3000.00 in November, February, May and August."""
    return a_deal(**{"starts_on": date(2024, 11, 1), "cadence": Cadence.QUARTERLY, **changes})


A_YEAR = a_deal(starts_on=date(2024, 11, 1), cadence=Cadence.YEARLY)
"""12000.00 each November."""
OCTOBER_TITLE = billed("oct", "2026-10-10")
NOVEMBER_TITLE = billed("nov", "2026-11-10")
DECEMBER_TITLE = billed("dec", "2026-12-10")
