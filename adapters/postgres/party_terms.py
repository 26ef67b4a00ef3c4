"""The contracts of each client as one JSON text, which is read at once."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

import msgspec
from sqlalchemy import Subquery, Text, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from adapters.postgres import contracts
from adapters.postgres.rows import among
from ports.calendar import Period
from ports.contracts import Cadence, ContractPrice, ContractTerms
from ports.money import Money
from ports.titles import MonthsOfTitles

C, P = contracts.C, contracts.P
_Terms = tuple[UUID, date, date | None, str, bool, int | None, list[tuple[str, Money]]]
_DECODER = msgspec.json.Decoder(list[_Terms])


def terms_of(of: MonthsOfTitles, chosen: Collection[UUID] | None) -> Subquery:
    """`owner` and the `terms` of what is in force in some of the months, or between. chosen: of no others."""
    in_force = contracts.in_force(min(of.periods).first_day, max(of.periods).last_day)
    # Amounts travel as text: a JSON number would pass through a float.
    price = func.json_build_array(func.to_char(P.since, "YYYY-MM"), P.mrr.cast(Text))
    priced = (
        select(
            C.client_id,
            C.id,
            func.json_build_array(
                C.id,
                C.starts_on,
                C.ends_on,
                C.cadence,
                C.pro_rata,
                C.billing_day,
                func.json_agg(aggregate_order_by(price, P.since)),
            ).label("terms"),
        )
        .outerjoin(contracts.PRICES, P.contract_id == C.id)
        .where(*in_force, among(C.client_id, chosen))
        .group_by(C.id)
        .subquery()
    )
    each = func.json_agg(aggregate_order_by(priced.c.terms, priced.c.id)).cast(Text).label("terms")
    return select(priced.c.client_id.label("owner"), each).group_by(priced.c.client_id).subquery()


def read_terms(text: str | None) -> list[ContractTerms]:
    return [
        ContractTerms(
            id=key,
            prices=tuple([ContractPrice(mrr, Period.parse(since)) for since, mrr in prices]),
            starts_on=starts_on,
            ends_on=ends_on,
            cadence=Cadence[cadence],
            pro_rata=pro_rata,
            billing_day=billing_day,
        )
        for key, starts_on, ends_on, cadence, pro_rata, billing_day, prices in _DECODER.decode(text or "[]")
    ]
