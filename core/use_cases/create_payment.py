import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from core.payment import Payment, normalised
from core.text import text_faults
from core.use_cases.payment_client import refuse_two_clients
from ports.clock import Clock
from ports.errors import Missing, RefusalCode, Refused, refused
from ports.idempotency import KeyUse
from ports.identity import Identity
from ports.ids import OURS
from ports.payments import PaymentRecord
from ports.work import OpenWork, Work

MUTATION = "createPayment"


class CreatePayment:
    """Keep a new payment, once per idempotency key."""

    def __init__(self, open_work: OpenWork, clock: Clock) -> None:
        self._open_work = open_work
        self._clock = clock

    async def __call__(
        self, sent: Mapping[str, Any], *, by: Identity, source: str = OURS, idempotency_key: str | None = None
    ) -> PaymentRecord:
        """The payment; with a key used before for the same input, that payment as it stands now."""
        if idempotency_key is not None and (
            bad := list(text_faults(idempotency_key, "idempotency_key", least=1))
        ):
            raise Refused(bad)
        payment = Payment.create(sent, by=by, now=self._clock.now(), source=source).record
        async with self._open_work() as work:
            if idempotency_key is not None:
                use = KeyUse(_digest(sent), payment.id)
                if first := await work.keys.claim(MUTATION, by.subject, idempotency_key, use):
                    return await _replay(work, first, use)
            await refuse_two_clients(work, payment)
            await work.payments.add(payment)
            await work.commit()
            return payment


async def _replay(work: Work, first: KeyUse, use: KeyUse) -> PaymentRecord:
    if first.digest != use.digest:
        raise refused(RefusalCode.IDEMPOTENCY_KEY_REUSED, "idempotency_key")
    if payment := await work.payments.get(first.record_id):
        return payment
    raise Missing


def _digest(sent: Mapping[str, Any]) -> str:
    """Equal for inputs that mean the same: 1.5 and 1.50, an absent field and an empty one."""
    values = normalised(sent) | {"valor_total": None}
    meant = [(name, _canonical(values[name])) for name in sorted(values)]
    return hashlib.sha256(repr(meant).encode()).hexdigest()


def _canonical(value: object) -> str:
    return str(value.normalize() if isinstance(value, Decimal) else value)
