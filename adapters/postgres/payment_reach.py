"""How far due days can reach when a filter asks for other days: lists start there, not at the first payment.

Payments of a few months' competence all fall due within a few months, but Postgres, which takes the two days
to be strangers, would walk from the first due day of the table to find them.
"""

from typing import Any

from sqlalchemy import ColumnElement, func, lateral, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.payment_conditions import within
from adapters.postgres.tables import PaymentRow, table_of
from ports.payments import PaymentFilter, PaymentOrderField

C = table_of(PaymentRow).c


async def reach(
    connection: AsyncConnection, where: PaymentFilter, leading: PaymentOrderField
) -> list[ColumnElement[bool]]:
    """What the filter implies for due days. Asked beforehand, so that Postgres plans knowing the days."""
    if leading is not PaymentOrderField.DATA_VENCIMENTO or where.deleted:
        return []
    implied: list[ColumnElement[bool]] = []
    for name in ("data_competencia", "data_liquidacao"):
        between = getattr(where, name)
        if between is not None and (between.start, between.end) != (None, None):
            asked = [C.deletado_em.is_(None), *within(C[name], between.start, between.end)]
            ends = select(_end(C[name], asked, last=False), _end(C[name], asked, last=True))
            first, last = (await connection.execute(ends)).one()
            implied.append(C.data_vencimento.between(first, last))
    return implied


def _end(day: ColumnElement[Any], asked: list[ColumnElement[bool]], *, last: bool) -> ColumnElement[Any]:
    """The first or last due day, by one look into the index for each different `day`."""
    keys = (day, C.data_vencimento)
    query = select(day.label("day"), C.data_vencimento.label("due")).where(*asked).limit(1)
    query = query.order_by(*(key.desc() if last else key.asc() for key in keys))
    walk = select(query.subquery()).cte(recursive=True)
    beyond = day < walk.c.day if last else day > walk.c.day
    step = lateral(query.where(beyond).correlate(walk))
    walk = walk.union_all(select(step.c.day, step.c.due).select_from(walk).join(step, true()))
    found = func.max(walk.c.due) if last else func.min(walk.c.due)
    return select(found).scalar_subquery()
