from collections.abc import AsyncGenerator, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.keyset import Key, Keyset
from adapters.postgres.rows import RowMapper, count_rows
from adapters.postgres.search import matches
from adapters.postgres.tables import PaymentRow, table_of
from ports.errors import Missing
from ports.paging import Page, PageRequest
from ports.payments import (
    PaymentFilter,
    PaymentOrder,
    PaymentOrderField,
    PaymentRecord,
    PaymentStore,
    Situacao,
)

PAYMENTS = table_of(PaymentRow)
C = PAYMENTS.c
ROWS = RowMapper(PaymentRecord, PAYMENTS)

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

FETCHED = 1000
"""How many rows a cursor hands over at once."""

ORDER_KINDS: Mapping[PaymentOrderField, type] = {
    PaymentOrderField.DATA_VENCIMENTO: date,
    PaymentOrderField.DATA_LIQUIDACAO: date,
    PaymentOrderField.VALOR_TOTAL: Decimal,
    PaymentOrderField.CADASTRADO_EM: datetime,
    PaymentOrderField.MODIFICADO_EM: datetime,
    PaymentOrderField.DESCRICAO: str,
}

NEVER = date(9999, 12, 31)
"""Where an unsettled payment stands in the order of settlement days: after all others."""


class PostgresPayments(PaymentStore):
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add_all(self, payments: Sequence[PaymentRecord]) -> Collection[UUID]:
        if not payments:
            return ()
        kept = insert(PAYMENTS).on_conflict_do_nothing().returning(C.id)
        rows = [ROWS.to_row(payment) for payment in payments]
        ids = (await self._connection.execute(kept, rows)).scalars().all()
        return {payment.id for payment in payments}.difference(ids)

    async def save(self, payment: PaymentRecord) -> None:
        row = ROWS.to_row(payment)
        await self._connection.execute(update(PAYMENTS).where(C.id == payment.id).values(row))

    async def get(self, payment_id: UUID) -> PaymentRecord | None:
        return await ROWS.find(self._connection, select(*ROWS.columns).where(C.id == payment_id))

    async def by_ids(self, ids: Collection[UUID]) -> Mapping[UUID, PaymentRecord]:
        found = await self._connection.execute(select(*ROWS.columns).where(C.id.in_(ids)))
        return {row.id: ROWS.to_record(row) for row in found}

    async def for_update(self, payment_id: UUID) -> PaymentRecord:
        query = select(*ROWS.columns).where(C.id == payment_id).with_for_update()
        if (payment := await ROWS.find(self._connection, query)) is None:
            raise Missing
        return payment

    async def page(
        self, where: PaymentFilter, order: Sequence[PaymentOrder], page: PageRequest, today: date
    ) -> Page[PaymentRecord]:
        query = select(*ROWS.columns).where(*_conditions(where, today))
        return await _keyset(order).page(self._connection, query, page, ROWS.to_record)

    async def count(self, where: PaymentFilter, today: date) -> int:
        return await count_rows(self._connection, PAYMENTS, *_conditions(where, today))

    async def each(self, where: PaymentFilter, today: date) -> AsyncGenerator[PaymentRecord, None]:
        query = select(*ROWS.columns).where(*_conditions(where, today)).order_by(C.data_vencimento, C.id)
        # A cursor of the server: one statement, hence one snapshot.
        found = await self._connection.stream(query, execution_options={"yield_per": FETCHED})
        try:
            async for rows in found.partitions():
                for row in rows:
                    yield ROWS.to_record(row)
        finally:
            await found.close()


def _keyset(order: Sequence[PaymentOrder]) -> Keyset:
    """The order asked for (by due date when none is), made total by the id."""
    asked = list(order) or [PaymentOrder(PaymentOrderField.DATA_VENCIMENTO)]
    keys = [_key(part) for part in asked]
    return Keyset(*keys, Key("id", C.id, UUID, keys[-1].descending))


def _key(part: PaymentOrder) -> Key:
    column: ColumnElement[Any] = C[part.field.value]
    if part.field is PaymentOrderField.DATA_LIQUIDACAO:
        column = func.coalesce(column, NEVER)
    return Key(part.field.value, column, ORDER_KINDS[part.field], part.descending)


def _conditions(where: PaymentFilter, today: date) -> Iterator[ColumnElement[bool]]:
    yield C.deletado_em.is_not(None) if where.deleted else C.deletado_em.is_(None)
    if where.search:
        yield matches(C.search, where.search)
    if where.liquidado is not None:
        yield C.liquidado.is_(where.liquidado)
    if where.situacao is not None:
        yield or_(false(), *(_situacao(situacao, today) for situacao in where.situacao))
    for name in LISTS:
        if (values := getattr(where, name)) is not None:
            yield C[name].in_(values)
    for name in RANGES:
        if (between := getattr(where, name)) is not None:
            if between.start is not None:
                yield C[name] >= between.start
            if between.end is not None:
                yield C[name] <= between.end


def _situacao(situacao: Situacao, today: date) -> ColumnElement[bool]:
    due = C.data_vencimento
    open_ones = {
        Situacao.A_VENCER: due > today,
        Situacao.VENCE_HOJE: due == today,
        Situacao.VENCIDO: due < today,
    }
    if situacao is Situacao.LIQUIDADO:
        return C.liquidado.is_(True)
    return and_(C.liquidado.is_(False), open_ones[situacao])
