from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from core.payment import Payment
from core.register import Familiar
from core.text import is_absent
from core.use_cases.import_rows import Kept, import_rows, row_key
from core.use_cases.payment_references import completed_in_order, fill_registers, two_clients
from ports.audit import Act
from ports.clock import Clock
from ports.errors import Fault, RefusalCode, refused
from ports.ids import OURS, new_id
from ports.imports import FileRow, KeysSeen, RefusedRows, RowFile, Tally, Tell
from ports.payments import PaymentRecord
from ports.work import OpenWork


class ImportPayments:
    """Keep the payments of a file, by their external ids. Doing it again changes nothing."""

    def __init__(self, open_work: OpenWork, clock: Clock) -> None:
        self._open_work = open_work
        self._clock = clock

    async def __call__(
        self, file: RowFile, seen: KeysSeen, refusals: RefusedRows, tell: Tell, *, by: str
    ) -> Tally:
        familiar = Familiar()
        act, now = Act(by, "importPayments"), self._clock.now()

        async def keep(sound: Sequence[tuple[FileRow, PaymentRecord]]) -> Kept:
            async with self._open_work(act) as work:
                payments = await completed_in_order(work, [(row.values, payment) for row, payment in sound])
                faults = await two_clients(work, payments)
                single = [payment for payment, fault in zip(payments, faults, strict=True) if not fault]
                done = await work.payment_imports.upsert(single, now)
                kept = [payment for payment in single if payment.id not in done.deleted]
                await fill_registers(work, familiar.news(kept))
                await work.commit()
            result = Kept(done.created, done.updated)
            for (row, payment), fault in zip(sound, faults, strict=True):
                if fault or payment.id in done.deleted:
                    result.refused.append((row, [fault] if fault else DELETED))
            result.unchanged = len(sound) - done.created - done.updated - len(result.refused)
            return result

        return await import_rows(file, refusals, tell, _judge(file, seen, now), keep)


DELETED: Sequence[Fault] = (Fault(RefusalCode.DELETED),)


def _judge(file: RowFile, seen: KeysSeen, now: datetime) -> Callable[[FileRow], PaymentRecord]:
    def judge(row: FileRow) -> PaymentRecord:
        payment = Payment.imported(row.values, row.unread, key=_key(file, row), now=now, source=OURS).record
        # The second of two rows is refused rather than obeyed: which of them is right is not ours to say,
        # and a run repeated would write one over the other again and again.
        if payment.external_id is not None and not seen.take(payment.external_id):
            raise refused(RefusalCode.DUPLICATE_EXTERNAL_ID, "external_id")
        return payment

    return judge


def _key(file: RowFile, row: FileRow) -> UUID:
    return row_key(file, row) if is_absent(row.values.get("external_id")) else new_id()
