from collections.abc import AsyncGenerator
from contextlib import aclosing

from ports.calendar import local_day
from ports.clock import Clock
from ports.exports import ExportFormat, PaymentExports
from ports.payments import PaymentFilter, PaymentRecord
from ports.work import OpenWork


class ExportPayments:
    """Payments as a file, all of them as they stood at one moment."""

    def __init__(self, open_work: OpenWork, exports: PaymentExports, clock: Clock) -> None:
        self._open_work = open_work
        self._exports = exports
        self._clock = clock

    async def __call__(self, format: ExportFormat, where: PaymentFilter) -> AsyncGenerator[bytes, None]:
        """The file in pieces; whoever stops early closes it, and with it the question to the database."""
        async with (
            aclosing(self._payments(where)) as payments,
            aclosing(self._exports.pieces(format, payments)) as pieces,
        ):
            async for piece in pieces:
                yield piece

    async def _payments(self, where: PaymentFilter) -> AsyncGenerator[PaymentRecord, None]:
        """The work ends with the last payment, not with the last piece of the file."""
        today = local_day(self._clock.now())
        async with self._open_work() as work, aclosing(work.payments.each(where, today)) as payments:
            async for payment in payments:
                yield payment
