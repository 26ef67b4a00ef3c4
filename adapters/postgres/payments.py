from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import msgspec
from psycopg.errors import UniqueViolation
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.client_names import by_every_name
from adapters.postgres.keyset import Key, Keyset
from adapters.postgres.payment_conditions import SETTLEMENT, conditions
from adapters.postgres.payment_copy import copy, in_order
from adapters.postgres.payment_reach import reach
from adapters.postgres.payment_summary import totals
from adapters.postgres.rows import RowMapper, count_rows
from adapters.postgres.tables import PaymentRow, table_of
from ports.errors import Missing
from ports.paging import Page, PageRequest
from ports.payment_sums import PaymentGroup, PaymentSummary
from ports.payments import (
    PaymentFilter,
    PaymentOrder,
    PaymentOrderField,
    PaymentRecord,
    PaymentStore,
)

PAYMENTS = table_of(PaymentRow)
C = PAYMENTS.c
ROWS = RowMapper(PaymentRecord, PAYMENTS)

NAMES = ", ".join(column.name for column in ROWS.columns)
# One parameter, however many: making sixty of each payment costs the most of its way.
ADD = text(
    f"INSERT INTO payments ({NAMES}) "  # noqa: S608 - names of columns
    f"SELECT {NAMES} FROM jsonb_populate_recordset(CAST(NULL AS payments), CAST(:rows AS JSONB)) "
    "ON CONFLICT DO NOTHING RETURNING id"
)

FEW = 20
"""Payments that are not worth a COPY."""
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


class PostgresPayments(PaymentStore):
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add_all(self, payments: Sequence[PaymentRecord]) -> Collection[UUID]:
        payments = in_order(payments)
        if not payments or (len(payments) > FEW and await self._copied(payments)):
            return ()
        rows = msgspec.json.encode(payments).decode()
        ids = (await self._connection.execute(ADD, {"rows": rows})).scalars().all()
        return {payment.id for payment in payments}.difference(ids)

    async def _copied(self, payments: Sequence[PaymentRecord]) -> bool:
        """Whether all are kept; COPY knows no exceptions, but costs a fraction."""
        try:
            async with self._connection.begin_nested():
                await copy(self._connection, "payments", payments)
        except UniqueViolation:
            return False
        return True

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
        leading, where = leading_field(order), await by_every_name(self._connection, where)
        implied = await reach(self._connection, where, leading)
        query = select(*ROWS.columns).where(*conditions(where, today, leading), *implied)
        return await keyset_of(order).page(self._connection, query, page, ROWS.to_record)

    async def count(self, where: PaymentFilter, today: date) -> int:
        where = await by_every_name(self._connection, where)
        return await count_rows(self._connection, PAYMENTS, *conditions(where, today))

    async def summary(
        self, where: PaymentFilter, group: PaymentGroup, today: date
    ) -> Sequence[PaymentSummary]:
        where = await by_every_name(self._connection, where)
        found = await self._connection.execute(totals(where, group, today))
        return [PaymentSummary(*row) for row in found]

    async def each(self, where: PaymentFilter, today: date) -> AsyncGenerator[PaymentRecord, None]:
        where = await by_every_name(self._connection, where)
        query = select(*ROWS.columns).where(*conditions(where, today)).order_by(C.data_vencimento, C.id)
        # A cursor of the server: one statement, hence one snapshot.
        found = await self._connection.stream(query, execution_options={"yield_per": FETCHED})
        try:
            async for rows in found.partitions():
                for row in rows:
                    yield ROWS.to_record(row)
        finally:
            await found.close()


def leading_field(order: Sequence[PaymentOrder]) -> PaymentOrderField:
    return order[0].field if order else PaymentOrderField.DATA_VENCIMENTO


def keyset_of(order: Sequence[PaymentOrder]) -> Keyset:
    """The order asked for, made total by the id."""
    keys = [_key(part) for part in order or [PaymentOrder(leading_field(order))]]
    return Keyset(*keys, Key("id", C.id, UUID, keys[-1].descending))


def _key(part: PaymentOrder) -> Key:
    by_settlement = part.field is PaymentOrderField.DATA_LIQUIDACAO
    column = SETTLEMENT if by_settlement else C[part.field.value]
    return Key(part.field.value, column, ORDER_KINDS[part.field], part.descending)
