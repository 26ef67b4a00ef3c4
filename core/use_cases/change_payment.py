"""The frame of every change to one payment: load it, check the version, decide, keep it."""

from collections.abc import Callable
from uuid import UUID

from core.payment import Payment
from core.use_cases.payment_references import fill_registers, two_clients
from ports.audit import Act
from ports.errors import Refused
from ports.payments import PaymentRecord
from ports.work import OpenWork, Work


async def change_payment(
    open_work: OpenWork,
    act: Act,
    payment_id: UUID,
    expected_version: int | None,
    decide: Callable[[Payment], None],
) -> PaymentRecord:
    """The payment after `decide`; Missing, Stale or Refused and unchanged otherwise."""
    async with open_work(act) as work:
        payment = await expected_payment(work, payment_id, expected_version)
        decide(payment)
        return await keep_changed(work, payment)


async def expected_payment(work: Work, payment_id: UUID, version: int | None) -> Payment:
    """The payment, held; Stale unless it stands as the caller read it."""
    payment = Payment(await work.payments.for_update(payment_id))
    payment.expect(version)
    return payment


async def keep_changed(work: Work, payment: Payment) -> PaymentRecord:
    (fault,) = await two_clients(work, [payment.record])
    if fault:
        raise Refused([fault])
    await work.payments.save(payment.record)
    await fill_registers(work, [payment.record])
    await work.commit()
    return payment.record
