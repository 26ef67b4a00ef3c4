"""The frame of every change to one payment: load it, check the version, decide, keep it."""

from collections.abc import Callable
from uuid import UUID

from core.payment import Payment
from core.use_cases.payment_client import refuse_two_clients
from ports.payments import PaymentRecord
from ports.work import OpenWork


async def change_payment(
    open_work: OpenWork, payment_id: UUID, expected_version: int | None, decide: Callable[[Payment], None]
) -> PaymentRecord:
    """The payment after `decide`; Missing, Stale or Refused and unchanged otherwise."""
    async with open_work() as work:
        payment = Payment(await work.payments.for_update(payment_id))
        payment.expect(expected_version)
        decide(payment)
        await refuse_two_clients(work, payment.record)
        await work.payments.save(payment.record)
        await work.commit()
        return payment.record
