from uuid import UUID

from core.use_cases.change_payment import change_payment
from ports.audit import Act
from ports.clock import Clock
from ports.identity import Identity
from ports.payments import PaymentRecord
from ports.work import OpenWork


class UnsettlePayment:
    """Take a settlement back."""

    def __init__(self, open_work: OpenWork, clock: Clock) -> None:
        self._open_work = open_work
        self._clock = clock

    async def __call__(
        self, payment_id: UUID, expected_version: int | None, *, by: Identity
    ) -> PaymentRecord:
        act, now = Act(by.subject, "unsettlePayment"), self._clock.now()
        return await change_payment(
            self._open_work, act, payment_id, expected_version, lambda payment: payment.unsettle(now)
        )
