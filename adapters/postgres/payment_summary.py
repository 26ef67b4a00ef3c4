"""Sums of payments, group by group, in one statement."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, String, and_, case, cast, collate, func, null, select

from adapters.postgres.payment_conditions import conditions
from adapters.postgres.tables import PaymentRow, table_of
from ports.money import ZERO
from ports.payments import REFERENCES, Entidade, PaymentFilter, PaymentGroup, Reference, Situacao

C = table_of(PaymentRow).c

REGISTERS: Mapping[str, Reference] = {reference.stem.upper(): reference for reference in REFERENCES}
"""A group of a register has the name of its fields."""


def totals(where: PaymentFilter, group: PaymentGroup, today: date) -> Select[Any]:
    """A row for each group, with the columns of `PaymentSummary` in their order."""
    overdue = and_(~C.liquidado, C.data_vencimento < today)
    sums = (
        select(
            _raw_key(group, today).label("raw_key"),
            _label(group).label("label"),
            func.count().label("count"),
            _sum().label("total"),
            _sum(C.liquidado).label("settled"),
            _sum(~C.liquidado).label("open"),
            _sum(overdue).label("overdue"),
        )
        .where(*conditions(where, today))
        .group_by("raw_key")
        .subquery()
    )
    key = _key(group, sums.c.raw_key)
    shown = (column for column in sums.c if column.name != "raw_key")
    return select(key.label("key"), *shown).order_by(collate(key, "C"))


def _sum(*conditions: ColumnElement[bool]) -> ColumnElement[Any]:
    amounts = func.sum(C.valor_total)
    return func.coalesce(amounts.filter(*conditions) if conditions else amounts, ZERO)


def _raw_key(group: PaymentGroup, today: date) -> ColumnElement[Any]:
    """What tells the groups apart; it is worked out for each payment."""
    match group:
        case PaymentGroup.MONTH:
            return cast(func.date_trunc("month", C.data_vencimento), Date)
        case PaymentGroup.SITUACAO:
            return case(
                (C.liquidado, Situacao.LIQUIDADO.name),
                (C.data_vencimento < today, Situacao.VENCIDO.name),
                (C.data_vencimento == today, Situacao.VENCE_HOJE.name),
                else_=Situacao.A_VENCER.name,
            )
        case PaymentGroup.ENTIDADE:
            return C.entidade
        case _:
            return C[REGISTERS[group.name].id]


def _key(group: PaymentGroup, raw: ColumnElement[Any]) -> ColumnElement[str]:
    """How the outside writes it; worked out for each group."""
    match group:
        case PaymentGroup.MONTH:
            return func.to_char(raw, "YYYY-MM")
        case PaymentGroup.SITUACAO:
            return raw
        case PaymentGroup.ENTIDADE:
            return case(*((raw == entidade, entidade.name) for entidade in Entidade))
        case _:
            return func.coalesce(raw, "")


def _label(group: PaymentGroup) -> ColumnElement[Any]:
    """One of the names that payments give an id; bytes are compared, being quicker than words."""
    if (register := REGISTERS.get(group.name)) is None:
        return cast(null(), String)
    return func.max(collate(C[register.nome], "C"))
