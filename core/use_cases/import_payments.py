from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from core.payment import Payment
from core.text import is_absent
from core.use_cases.import_rows import Kept, import_rows, row_key
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

    async def __call__(self, file: RowFile, seen: KeysSeen, refusals: RefusedRows, tell: Tell) -> Tally:
        now = self._clock.now()

        async def keep(sound: Sequence[tuple[FileRow, PaymentRecord]]) -> Kept:
            async with self._open_work() as work:
                done = await work.payment_imports.upsert([payment for _, payment in sound], now)
                await work.commit()
            deleted = [(row, DELETED) for row, payment in sound if payment.id in done.deleted]
            unchanged = len(sound) - done.created - done.updated - len(deleted)
            return Kept(done.created, done.updated, unchanged, deleted)

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
