"""Many payments at once: COPY into a table of the transaction's own, from there into payments."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select, text, tuple_
from sqlalchemy import column as named_column
from sqlalchemy import table as named_table
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.payment_copy import PART, as_csv, copy_texts, in_order
from adapters.postgres.payments import PAYMENTS, ROWS, C
from ports.imports import PaymentImports, PreparedPayments, Upserted
from ports.payments import PaymentRecord

NAMES = tuple(part.name for part in ROWS.columns)
OURS = ("id", "version", "deletado_em", "cadastrado_em", "modificado_em")
STATED = [name for name in NAMES if name not in OURS]
"""What a row replaces whenever it differs."""

INCOMING = named_table("incoming", *(named_column(part.name, part.type) for part in ROWS.columns))
IN = INCOMING.c
PREPARE = [
    text("DROP TABLE IF EXISTS incoming"),
    text("CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS TABLE payments WITH NO DATA"),
]
# What a crash may lose of the last chunks, running the import again brings back: none waits for its commit.
ANY_ON_FILE = text(
    """
    SELECT set_config('synchronous_commit', 'off', true),
        EXISTS (SELECT FROM payments WHERE external_id = ANY (:named) AND deletado_em IS NULL)
        OR EXISTS (SELECT FROM payments WHERE id = ANY (:unnamed)) AS found
    """
)


async def prepared(payments: Sequence[PaymentRecord]) -> PreparedPayments:
    ordered, parts = in_order(payments), list[str]()
    for first in range(0, len(ordered), PART):
        parts.append(as_csv(ordered[first : first + PART]))
        # The chunk before is on its way to the database meanwhile.
        await asyncio.sleep(0)
    return PreparedPayments(ordered, "".join(parts))


class PostgresPaymentImports(PaymentImports):
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def on_file(self, payments: Sequence[PaymentRecord]) -> Mapping[str | UUID, PaymentRecord]:
        named = [payment.external_id for payment in payments if payment.external_id]
        unnamed = [payment.id for payment in payments if not payment.external_id]
        meant = or_(C.external_id.in_(named), C.id.in_(unnamed))
        query = select(*ROWS.columns).where(C.deletado_em.is_(None), meant)
        found = [ROWS.to_record(row) for row in await self._connection.execute(query)]
        return {key: payment for payment in found for key in (payment.external_id, payment.id) if key}

    async def upsert(self, prepared: PreparedPayments, moment: datetime) -> Upserted:
        if await self._added(prepared):
            return Upserted(len(prepared.payments), 0, frozenset())
        return await self._merged(prepared, moment)

    async def _added(self, prepared: PreparedPayments) -> bool:
        """Whether all were new, and are kept now. COPY alone costs half of a merge."""
        keys = {
            "named": [payment.external_id for payment in prepared.payments if payment.external_id],
            "unnamed": [payment.id for payment in prepared.payments if not payment.external_id],
        }
        if (await self._connection.execute(ANY_ON_FILE, keys)).one().found:
            return False
        try:
            async with self._connection.begin_nested():
                await copy_texts(self._connection, "payments", [prepared.text])
        except psycopg.errors.UniqueViolation:
            # Somebody else has added one of them just now.
            return False
        return True

    async def _merged(self, prepared: PreparedPayments, moment: datetime) -> Upserted:
        for statement in PREPARE:
            await self._connection.execute(statement)
        await copy_texts(self._connection, "incoming", [prepared.text])
        named = (await self._connection.execute(BY_EXTERNAL_ID, {"moment": moment})).one()
        unnamed = (await self._connection.execute(BY_ID, {"moment": moment})).one()
        deleted = (await self._connection.execute(DELETED)).scalars()
        return Upserted(named.created + unnamed.created, named.updated + unnamed.updated, frozenset(deleted))


def _upsert(key: str, which: ColumnElement[bool], **index: Any) -> Select[int, int]:
    """Insert, or replace what differs; counts both. In the order of the key, so that two never deadlock."""
    rows = select(*(IN[name] for name in NAMES)).where(which).order_by(IN[key])
    statement = insert(PAYMENTS).from_select(NAMES, rows)
    new, moment = statement.excluded, bindparam("moment", type_=C.modificado_em.type)
    kept = (
        statement.on_conflict_do_update(
            index_elements=[C[key]],
            **index,
            set_={
                **{name: new[name] for name in STATED},
                "cadastrado_em": case(
                    (new.cadastrado_em == moment, C.cadastrado_em), else_=new.cadastrado_em
                ),
                "modificado_em": new.modificado_em,
                "version": C.version + 1,
            },
            where=and_(
                C.deletado_em.is_(None),
                or_(
                    tuple_(*(C[name] for name in STATED)).is_distinct_from(
                        tuple_(*(new[name] for name in STATED))
                    ),
                    new.cadastrado_em.not_in([C.cadastrado_em, moment]),
                    new.modificado_em.not_in([C.modificado_em, moment]),
                ),
            ),
        )
        .returning(C.version)
        .cte("kept")
    )
    return select(
        func.count().filter(kept.c.version == 1).label("created"),
        func.count().filter(kept.c.version > 1).label("updated"),
    ).select_from(kept)


BY_EXTERNAL_ID = _upsert("external_id", IN.external_id.is_not(None), index_where=C.deletado_em.is_(None))
BY_ID = _upsert("id", IN.external_id.is_(None))
DELETED = (
    select(C.id).join(INCOMING, IN.id == C.id).where(IN.external_id.is_(None), C.deletado_em.is_not(None))
)
