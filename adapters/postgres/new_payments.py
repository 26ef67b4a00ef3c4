"""A payment and all that comes with it in one message, whose statements the database knows already."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec
from psycopg import DataError, IntegrityError, InternalError, NotSupportedError, ProgrammingError
from sqlalchemy import Select, bindparam, exists, func, select, true
from sqlalchemy.dialects.postgresql import insert

from adapters.postgres.engine import APPLICATION, PATIENCE
from adapters.postgres.errors import translated
from adapters.postgres.idempotency import CLAIM
from adapters.postgres.lines import Busy
from adapters.postgres.payments import PAYMENTS
from adapters.postgres.payments import ROWS as PAYMENT_ROWS
from adapters.postgres.registers import ROWS as REGISTER_ROWS
from adapters.postgres.registers import filling
from adapters.postgres.statements import Statements
from adapters.postgres.strokes import Strokes
from ports.audit import Act
from ports.idempotency import Claim
from ports.new_payments import NewPayments
from ports.payments import PaymentRecord
from ports.registers import ReferenceRecord

NOTHING_KEPT = (Busy, DataError, IntegrityError, InternalError, NotSupportedError, ProgrammingError)
"""What of it can still be done, or why not, is for a unit of work to say."""

_encode = msgspec.json.Encoder().encode


class PostgresNewPayments(NewPayments):
    def __init__(self, database_url: str, *, pooled: bool) -> None:
        """Behind a `pooled` address connections are shared, and remember nothing."""
        self._statements = Statements(named=not pooled)
        self.strokes = Strokes(database_url)

    async def keep(
        self, act: Act, payment: PaymentRecord, entries: Sequence[ReferenceRecord], claim: Claim | None
    ) -> bool:
        once = claim is not None
        with translated():
            try:
                values = {"payments": _json([payment]), "register_entries": _json(entries)}
                if claim:
                    values |= claim._asdict() | {"outcomes": _json([payment.id])}
                said = self._statements.question("said", _said, act._asdict())
                asked = self._statements.question(("kept", once), partial(_kept, once=once), values)
                _, kept = await self.strokes.write(said, asked)
            except NOTHING_KEPT:
                return False
        return bool(kept)


def _json(rows: Sequence[object]) -> str:
    return _encode(rows).decode()


def _said() -> Select[Any]:
    """What holds until the end of the message: the role, the patience, who is at work."""
    settings = {
        "role": APPLICATION,
        "statement_timeout": PATIENCE,
        "concilia.by": bindparam("by"),
        "concilia.action": bindparam("action"),
    }
    return select(*(func.set_config(name, value, true()) for name, value in settings.items()))


def _kept(*, once: bool) -> Select[Any]:
    """A key that was used before quietly stops all of it. Where there is a key, a payment that is not to be
    kept has to fail, so that the key is not kept either."""
    payments = PAYMENT_ROWS.as_json()
    names = [*payments.c.keys()]
    if once:
        key = CLAIM.values({name: bindparam(name) for name in (*Claim._fields, "outcomes")}).cte("claimed")
        kept = insert(PAYMENTS).from_select(names, select(payments).where(exists(select(key))))
    else:
        kept = insert(PAYMENTS).from_select(names, select(payments)).on_conflict_do_nothing()
    found = kept.returning(PAYMENTS.c.id).cte("kept")
    filled = filling(REGISTER_ROWS.as_json(), exists(select(found))).cte("filled")
    return select(found).add_cte(filled)
