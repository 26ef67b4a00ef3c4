from collections.abc import Callable, Mapping
from typing import Any, TypeAlias
from uuid import UUID

from core.payment import Payment
from core.register import named, unpaired
from core.use_cases.admit_payments import admit
from core.use_cases.once import Key, digest_of, first_outcomes
from core.use_cases.payment_references import client_key
from ports.audit import Act
from ports.clock import Clock
from ports.errors import Missing, Refused
from ports.idempotency import Claim
from ports.identity import Identity
from ports.ids import OURS, new_id
from ports.new_payments import NewPayments
from ports.payments import PaymentRecord
from ports.work import OpenWork, Work

MUTATION = "createPayment"

Sent: TypeAlias = Mapping[str, Any]
Make: TypeAlias = Callable[[Sent], PaymentRecord]


class CreatePayment:
    """Keep a new payment, once per idempotency key."""

    def __init__(self, open_work: OpenWork, new_payments: NewPayments, clock: Clock) -> None:
        self._open_work = open_work
        self._new_payments = new_payments
        self._clock = clock

    async def __call__(
        self, sent: Sent, *, by: Identity, source: str = OURS, idempotency_key: str | None = None
    ) -> PaymentRecord:
        """The payment; with a key used before for the same input, that payment as it stands now."""
        key, now, made = Key.of(MUTATION, by, idempotency_key), self._clock.now(), new_id()
        act, digest = Act(by.subject, MUTATION), digest_of([sent]) if key else ""

        def make(values: Sent) -> PaymentRecord:
            return Payment.create(values, key=made, by=by, now=now, source=source).record

        if payment := _complete(sent, make):
            entries, claim = [*named([payment]).values()], Claim(*key, digest) if key else None
            if await self._new_payments.keep(act, payment, entries, claim):
                return payment
        async with self._open_work(act) as work:
            if before := await first_outcomes(work, key, digest, [made]):
                return await _as_it_stands(work, before[0])
            (outcome,) = (await admit(work, [sent], make, all_or_nothing=True)).outcomes
            if not isinstance(outcome, PaymentRecord):
                raise Refused(outcome)
            await work.commit()
            return outcome


def _complete(sent: Sent, make: Make) -> PaymentRecord | None:
    """The payment, if it is sound and nothing on file has a say in it."""
    if any(unpaired(sent)) or client_key(sent.get("cliente_id")):
        return None
    try:
        return make(sent)
    except Refused:
        return None


async def _as_it_stands(work: Work, created: object) -> PaymentRecord:
    if isinstance(created, UUID) and (payment := await work.payments.get(created)):
        return payment
    raise Missing
