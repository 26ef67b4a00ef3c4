"""What was received or paid of titles; they travel with their title."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Dialect,
    Label,
    Subquery,
    Table,
    Text,
    any_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeDecorator

from adapters.postgres.erp_titles import ReceiptRow
from adapters.postgres.rows import Batch
from adapters.postgres.tables import table_of
from ports.calendar import Period
from ports.erp import ErpSettlement, Receipt, Side

RECEIPTS = table_of(ReceiptRow)
C = RECEIPTS.c
FORGET = delete(RECEIPTS).where(
    C.source == bindparam("of"),
    C.side == bindparam("on_side"),
    C.title_id == any_(bindparam("titles", type_=ARRAY(Text))),
)
FRESH = Batch(RECEIPTS, *C.keys())
KEEP = insert(RECEIPTS).from_select([*C.keys()], select(FRESH.rows))


class _Receipts(TypeDecorator[tuple[Receipt, ...]]):
    impl = JSONB
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[Receipt, ...]:
        return tuple(
            Receipt(
                external_id=external_id,
                on=date.fromisoformat(on),
                amount=Decimal(amount),
                discount=Decimal(discount),
                interest=Decimal(interest),
                fine=Decimal(fine),
            )
            for external_id, on, amount, discount, interest, fine in value or ()
        )


def receipts_of(titles: Table | Subquery, side: Side) -> Label[Any]:
    """The receipts of each title, oldest first; those of one day as the ERP numbers them."""
    # As text: a JSON number would pass a float.
    amounts = (amount.cast(Text) for amount in (C.amount, C.discount, C.interest, C.fine))
    parts = func.jsonb_build_array(C.external_id, C.on, *amounts)
    # Numbers are told as text, where 10 would come before 9.
    order = (C.on, func.length(C.external_id), C.external_id)
    theirs = (C.source == titles.c.source, C.side == side, C.title_id == titles.c.external_id)
    return (
        select(func.jsonb_agg(aggregate_order_by(parts, *order), type_=_Receipts))
        .where(*theirs)
        .correlate(titles)
        .scalar_subquery()
        .label("receipts")
    )


def received_in(month: Period, titles: Table, side: Side) -> ColumnElement[bool]:
    """Titles of which something was received in the month."""
    theirs = (C.source == titles.c.source, C.side == side, C.title_id == titles.c.external_id)
    in_month = C.on.between(month.first_day, month.last_day)
    return exists().where(*theirs, in_month).correlate(titles)


async def keep_receipts(
    connection: AsyncConnection, source: str, side: Side, settlements: Sequence[ErpSettlement]
) -> None:
    """The receipts of these titles are those, and no others."""
    of = {"of": source, "on_side": side, "titles": [settlement.title_id for settlement in settlements]}
    await connection.execute(FORGET, of)
    rows = [
        {"source": source, "side": side, "title_id": settlement.title_id, **asdict(receipt)}
        for settlement in settlements
        for receipt in {each.external_id: each for each in settlement.receipts}.values()
    ]
    if rows:
        await connection.execute(KEEP, FRESH.of(rows))
