"""Many payments in one COPY."""

import csv
from collections.abc import Sequence
from dataclasses import fields
from io import StringIO
from operator import attrgetter

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from ports.payments import PaymentRecord

PLAIN = tuple(field.name for field in fields(PaymentRecord) if field.name != "atributos")
plain_values = attrgetter(*PLAIN)
attributes_json = msgspec.json.Encoder().encode

PART = 250
"""Payments that go at once: the database keeps them while the next are written down."""
COPY = f"COPY {{table}} ({', '.join((*PLAIN, 'atributos'))}) FROM STDIN WITH (FORMAT csv)"


async def copy(connection: AsyncConnection, table: str, payments: Sequence[PaymentRecord]) -> None:
    """Into a table that has the columns of payments."""
    raw = await connection.get_raw_connection()
    async with raw.driver_connection.cursor() as cursor, cursor.copy(COPY.format(table=table)) as copying:  # type: ignore[union-attr]
        for first in range(0, len(payments), PART):
            await copying.write(as_csv(payments[first : first + PART]))


async def copy_text(connection: AsyncConnection, table: str, text: str) -> None:
    """What `as_csv` made."""
    raw = await connection.get_raw_connection()
    async with raw.driver_connection.cursor() as cursor, cursor.copy(COPY.format(table=table)) as copying:  # type: ignore[union-attr]
        await copying.write(text)


def as_csv(payments: Sequence[PaymentRecord]) -> str:
    """CSV costs half of what COPY's own format does. No text of a payment is empty: empty is NULL."""
    rows = [(*plain_values(payment), attributes_json(payment.atributos).decode()) for payment in payments]
    text = StringIO(newline="")
    # msgspec turns amounts, days and keys into texts for less than Python's own str.
    csv.writer(text).writerows(msgspec.to_builtins(rows))
    return text.getvalue()
