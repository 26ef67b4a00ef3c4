"""What each party was billed, code by code and month by month, as one JSON text."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import NamedTuple

import msgspec
from sqlalchemy import CTE, Subquery, Text, and_, case, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from adapters.postgres.billing import PARTS, billing_of
from adapters.postgres.clients import LINKS
from ports.money import Money
from ports.reconciliations import Billing
from ports.titles import MonthsOfTitles


class _Sum(NamedTuple):
    code: str
    month: str | None
    amount: Money
    discount: Money
    interest: Money
    fine: Money
    incomplete: int


_DECODER = msgspec.json.Decoder(list[_Sum])


def sums_of(of: MonthsOfTitles, received: CTE, codes: Collection[str] | None) -> Subquery:
    """`owner`, or else the `stranger`'s code, and their `sums`. codes: of no others."""
    sums = billing_of(of, received, codes)
    owner = LINKS.c.client_id
    stranger = case((owner.is_(None), sums.c.code))
    # Amounts travel as text: a JSON number would pass through a float.
    parts = (sums.c[name].cast(Text) for name in PARTS[:4])
    each = func.json_build_array(sums.c.code, sums.c.month, *parts, sums.c.incomplete)
    linked = and_(LINKS.c.source == of.source, LINKS.c.code == sums.c.code)
    return (
        select(
            owner.label("owner"),
            stranger.label("stranger"),
            func.json_agg(aggregate_order_by(each, sums.c.code)).cast(Text).label("sums"),
        )
        .select_from(sums.outerjoin(LINKS, linked))
        .group_by(owner, stranger)
        .subquery()
    )


class PartyBilling:
    """One party's."""

    def __init__(self, text: str | None) -> None:
        self._months: dict[str | None, list[_Sum]] = {}
        for each in _DECODER.decode(text or "[]"):
            self._months.setdefault(each.month, []).append(each)
        self._whenever = Counter[str]()
        for each in self._months.get(None, ()):
            self._whenever[each.code] += each.incomplete

    def of(self, month: str) -> tuple[Billing, ...]:
        """One a code, in their order. month: its first day."""
        found = [
            Billing(code=code, amount=amount, discount=discount, interest=interest, fine=fine)
            for code, _, amount, discount, interest, fine, _ in self._months.get(month, ())
        ]
        return self._completed(found) if self._whenever else tuple(found)

    def _completed(self, found: Sequence[Billing]) -> tuple[Billing, ...]:
        bills = {billing.code: billing for billing in found}
        for code, incomplete in self._whenever.items():
            bills[code] = replace(bills.get(code, Billing(code=code)), incomplete=incomplete)
        return tuple(bills[code] for code in sorted(bills))
