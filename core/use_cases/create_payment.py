from collections.abc import Mapping
from typing import Any
from uuid import UUID

from core.payment import Payment
from core.use_cases.admit_payments import admit
from core.use_cases.once import Key, digest_of, first_outcomes
from ports.audit import Act
from ports.clock import Clock
from ports.errors import Missing, Refused
from ports.identity import Identity
from ports.ids import OURS, new_id
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
        key, now, made = Key.of(MUTATION, by, idempotency_key), self._clock.now(), new_id()

        def make(values: Mapping[str, Any]) -> PaymentRecord:
            return Payment.create(values, key=made, by=by, now=now, source=source).record

        async with self._open_work(Act(by.subject, MUTATION)) as work:
            if before := await first_outcomes(work, key, digest_of([sent]), [made]):
                return await _as_it_stands(work, before[0])
            (outcome,) = (await admit(work, [sent], make, all_or_nothing=True)).outcomes
            if not isinstance(outcome, PaymentRecord):
                raise Refused(outcome)
            await work.commit()
            return outcome


async def _as_it_stands(work: Work, created: object) -> PaymentRecord:
    if isinstance(created, UUID) and (payment := await work.payments.get(created)):
        return payment
    raise Missing
