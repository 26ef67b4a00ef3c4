from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from core.register import completions, unpaired
from core.use_cases.change_payment import expected_payment, keep_changed
from ports.audit import Act
from ports.clock import Clock
from ports.identity import Identity
from ports.payments import PaymentRecord
from ports.work import OpenWork


class UpdatePayment:
    """Change fields of a payment; what is left out stays."""

    def __init__(self, open_work: OpenWork, clock: Clock) -> None:
        self._open_work = open_work
        self._clock = clock

    async def __call__(
        self, payment_id: UUID, changes: Mapping[str, Any], expected_version: int | None, *, by: Identity
    ) -> PaymentRecord:
        async with self._open_work(Act(by.subject, "updatePayment")) as work:
            payment = await expected_payment(work, payment_id, expected_version)
            meant = {**asdict(payment.record), **changes}
            known = await work.registers.known({key for _, key in unpaired(meant)})
            payment.update({**changes, **completions(meant, known)}, self._clock.now())
            return await keep_changed(work, payment)
