"""Sums of payments, group by group, in one statement."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    String,
    Subquery,
    and_,
    cast,
    collate,
    func,
    null,
    select,
)

from adapters.postgres.payment_conditions import conditions
from adapters.postgres.tables import PaymentRow, RegisterEntryRow, table_of
from adapters.postgres.wire import named, situacao
from ports.money import ZERO
from ports.payment_sums import PaymentGroup
from ports.payments import REFERENCES, Entidade, PaymentFilter, Reference
from ports.registers import ReferenceKind

C = table_of(PaymentRow).c
ENTRY = table_of(RegisterEntryRow).c

REFERENCE: Mapping[str, Reference] = {reference.stem.upper(): reference for reference in REFERENCES}
"""A group of a register has the name of its fields."""


def totals(where: PaymentFilter, group: PaymentGroup, today: date) -> Select[Any]:
    """A row for each group, with the columns of `PaymentSummary` in their order."""
    overdue = and_(~C.liquidado, C.data_vencimento < today)
    sums = (
        select(
            _raw_key(group, today).label("raw_key"),
            _snapshot(group).label("snapshot"),
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
    figures = [column for column in sums.c if column.name not in ("raw_key", "snapshot")]
    return select(key.label("key"), _label(group, sums).label("label"), *figures).order_by(collate(key, "C"))


def _sum(*conditions: ColumnElement[bool]) -> ColumnElement[Any]:
    amounts = func.sum(C.valor_total)
    return func.coalesce(amounts.filter(*conditions) if conditions else amounts, ZERO)


def _raw_key(group: PaymentGroup, today: date) -> ColumnElement[Any]:
    """What tells the groups apart; it is worked out for each payment."""
    match group:
        case PaymentGroup.MONTH:
            return cast(func.date_trunc("month", C.data_vencimento), Date)
        case PaymentGroup.SITUACAO:
            return situacao(today)
        case PaymentGroup.ENTIDADE:
            return C.entidade
        case _:
            return C[REFERENCE[group.name].id]


def _key(group: PaymentGroup, raw: ColumnElement[Any]) -> ColumnElement[str]:
    """How the outside writes it; worked out for each group."""
    match group:
        case PaymentGroup.MONTH:
            return func.to_char(raw, "YYYY-MM")
        case PaymentGroup.SITUACAO:
            return raw
        case PaymentGroup.ENTIDADE:
            return named(raw, Entidade)
        case _:
            return func.coalesce(raw, "")


def _snapshot(group: PaymentGroup) -> ColumnElement[Any]:
    """One of the names that the payments give the id; bytes are compared, being quicker than words."""
    if (reference := REFERENCE.get(group.name)) is None:
        return cast(null(), String)
    return func.max(collate(C[reference.nome], "C"))


def _label(group: PaymentGroup, sums: Subquery) -> ColumnElement[Any]:
    """The register's name goes before those that payments were sent with."""
    if group.name not in REFERENCE:
        return sums.c.snapshot
    entry = (ENTRY.kind == ReferenceKind[group.name], ENTRY.code == sums.c.raw_key)
    return func.coalesce(select(ENTRY.name).where(*entry).scalar_subquery(), sums.c.snapshot)
