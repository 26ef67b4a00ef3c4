"""The titles with withheld taxes of each client of which something was received, as one JSON text."""

from collections.abc import Collection
from datetime import date

import msgspec
from sqlalchemy import Subquery, Text, and_, exists, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from adapters.postgres.billing import TITLES, C, R, counts, in_months, of_receipts
from adapters.postgres.clients import LINKS
from adapters.postgres.receipts import receipts_of
from adapters.postgres.rows import among
from ports.calendar import Period
from ports.erp import Receipt, Side
from ports.money import Money
from ports.titles import BillingBasis, MonthsOfTitles, Withholding

_Receipt = tuple[str, date, Money, Money, Money, Money]
_Title = tuple[str, Money, Money, bool, Money | None, bool, list[_Receipt]]
_DECODER = msgspec.json.Decoder(list[_Title])


def withholding_of(of: MonthsOfTitles, codes: Collection[str] | None) -> Subquery:
    """`owner` and their `titles`: on RECEIVED alone, those of which something was received in the months."""
    asked = literal(of.basis is BillingBasis.RECEIVED)
    received = exists().where(of_receipts(), in_months(R.on, of)).correlate(TITLES)
    linked = and_(LINKS.c.source == of.source, LINKS.c.code == C.client_code)
    amounts = (C.amount.cast(Text), C.withheld.cast(Text))
    receipts = receipts_of(TITLES, Side.RECEIVABLE)
    each = func.json_build_array(
        C.external_id, *amounts, C.settled, C.remaining.cast(Text), C.cancelled, receipts.element
    )
    return (
        select(
            LINKS.c.client_id.label("owner"),
            func.json_agg(aggregate_order_by(each, C.id)).cast(Text).label("titles"),
        )
        .select_from(TITLES.join(LINKS, linked))
        .where(
            asked, C.source == of.source, C.withheld > 0, counts(of), received, among(C.client_code, codes)
        )
        .group_by(LINKS.c.client_id)
        .subquery()
    )


class PartyTaxes:
    """One client's."""

    def __init__(self, text: str | None) -> None:
        self._months: dict[Period, list[Withholding]] = {}
        for external_id, amount, withheld, settled, remaining, cancelled, told in _DECODER.decode(
            text or "[]"
        ):
            receipts = tuple([_receipt(*each) for each in told])
            title = Withholding(external_id, amount, withheld, settled, remaining, cancelled, receipts)
            for month in dict.fromkeys(Period.of(receipt.on) for receipt in title.receipts):
                self._months.setdefault(month, []).append(title)

    def of(self, period: Period) -> tuple[Withholding, ...]:
        """Those of which something was received in the month."""
        return tuple(self._months.get(period, ()))


def _receipt(
    external_id: str, on: date, amount: Money, discount: Money, interest: Money, fine: Money
) -> Receipt:
    return Receipt(
        external_id=external_id, on=on, amount=amount, discount=discount, interest=interest, fine=fine
    )
