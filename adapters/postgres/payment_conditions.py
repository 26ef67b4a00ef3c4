"""A filter of payments as SQL, said in the words of the index that the order asked for will walk along."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, and_, false, func, literal_column, or_

from adapters.postgres.payment_search import found
from adapters.postgres.tables import PaymentRow, table_of
from ports.payments import PaymentFilter, PaymentOrderField, Situacao

C = table_of(PaymentRow).c

RANGES = ("data_vencimento", "data_liquidacao", "data_competencia", "valor_total")
LISTS = (
    "entidade",
    "external_id",
    "codigo",
    "cliente_id",
    "fornecedor_id",
    "plano_contas_id",
    "centro_custo_id",
    "conta_bancaria_id",
    "forma_pagamento_id",
    "loja_id",
)

Day: TypeAlias = date | ColumnElement[date]

NEVER: ColumnElement[date] = literal_column("'9999-12-31'::date")
SETTLEMENT: ColumnElement[Any] = func.coalesce(C.data_liquidacao, NEVER)
"""The day of settlement; an unsettled payment stands after all others."""


def conditions(
    where: PaymentFilter, today: Day, leading: PaymentOrderField | None = None
) -> Iterator[ColumnElement[bool]]:
    """What holds for the payments asked for; `leading` is what they are ordered by in the first place."""
    yield C.deletado_em.is_not(None) if where.deleted else C.deletado_em.is_(None)
    by_settlement = leading is PaymentOrderField.DATA_LIQUIDACAO
    paid = SETTLEMENT < NEVER if by_settlement else C.liquidado
    unpaid = SETTLEMENT >= NEVER if by_settlement else ~C.liquidado
    yield from _states(where, today, paid, unpaid)
    if where.search:
        yield found(where.search)
    for name in LISTS:
        if (values := getattr(where, name)) is not None:
            yield C[name].in_(values)
    for name in RANGES:
        if (between := getattr(where, name)) is not None:
            column: ColumnElement[Any] = C[name]
            if name == "data_liquidacao" and by_settlement:
                column = SETTLEMENT
                if between.start is not None or between.end is not None:
                    yield paid
            yield from within(column, between.start, between.end)


def within(column: ColumnElement[Any], start: object, end: object) -> Iterator[ColumnElement[bool]]:
    """Both inclusive; an open side is None."""
    if start is not None:
        yield column >= start
    if end is not None:
        yield column <= end


def _states(
    where: PaymentFilter, today: Day, paid: ColumnElement[bool], unpaid: ColumnElement[bool]
) -> Iterator[ColumnElement[bool]]:
    if where.liquidado is not None:
        yield paid if where.liquidado else unpaid
    if where.situacao is not None:
        parts = [paid] if Situacao.LIQUIDADO in where.situacao else []
        if set(where.situacao) - {Situacao.LIQUIDADO}:
            parts.append(and_(unpaid, *_due(where.situacao, today)))
        yield or_(false(), *parts)


def _due(asked: Sequence[Situacao], today: Day) -> Iterator[ColumnElement[bool]]:
    """What the situations of open payments leave of the due days, as one stretch of them where possible."""
    if Situacao.VENCIDO not in asked:
        yield C.data_vencimento >= today
    if Situacao.A_VENCER not in asked:
        yield C.data_vencimento <= today
    if Situacao.VENCE_HOJE not in asked:
        yield C.data_vencimento != today
