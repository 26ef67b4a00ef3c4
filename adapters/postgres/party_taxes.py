"""The titles with withheld taxes of each client of which something was received, as one JSON text."""

from datetime import date

import msgspec
from sqlalchemy import CTE, Subquery, Text, and_, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from adapters.postgres.billing import OF_TITLES
from adapters.postgres.clients import LINKS
from adapters.postgres.receipts import receipts_of
from ports.calendar import Period
from ports.erp import Receipt, Side
from ports.money import Money
from ports.titles import BillingBasis, MonthsOfTitles, Withholding

_Receipt = tuple[str, date, Money, Money, Money, Money]
_Title = tuple[str, Money, Money, bool, Money | None, bool, list[_Receipt]]
_DECODER = msgspec.json.Decoder(list[_Title])


def withholding_of(of: MonthsOfTitles, received: CTE) -> Subquery:
    """`owner` and their `titles`: on RECEIVED alone, those of which something was received in the months."""
    c = received.c
    asked = literal(of.basis is BillingBasis.RECEIVED)
    names = [c[name] for name in OF_TITLES]
    taxed = select(*names).where(asked, c.withheld > 0).distinct().subquery()
    linked = and_(LINKS.c.source == of.source, LINKS.c.code == taxed.c.client_code)
    # Amounts travel as text: a JSON number would pass through a float.
    each = func.json_build_array(
        taxed.c.external_id,
        taxed.c.amount.cast(Text),
        taxed.c.withheld.cast(Text),
        taxed.c.settled,
        taxed.c.remaining.cast(Text),
        taxed.c.cancelled,
        receipts_of(taxed, Side.RECEIVABLE).element,
    )
    titles = func.json_agg(aggregate_order_by(each, taxed.c.id)).cast(Text)
    return (
        select(LINKS.c.client_id.label("owner"), titles.label("titles"))
        .select_from(taxed.join(LINKS, linked))
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
        return tuple(self._months.get(period, ())) if self._months else ()


def _receipt(
    external_id: str, on: date, amount: Money, discount: Money, interest: Money, fine: Money
) -> Receipt:
    return Receipt(
        external_id=external_id, on=on, amount=amount, discount=discount, interest=interest, fine=fine
    )
