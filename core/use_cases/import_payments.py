from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TypeAlias
from uuid import UUID

from core.payment import Payment
from core.register import Familiar, named
from core.text import is_absent
from core.use_cases.import_rows import Kept, Write, import_rows, row_key
from core.use_cases.payment_references import completed_in_order, say_all, two_clients
from ports.audit import Act
from ports.clock import Clock
from ports.errors import Fault, RefusalCode, refused
from ports.ids import OURS, new_id
from ports.imports import (
    FileRow,
    KeysSeen,
    PreparedPayments,
    PreparePayments,
    RefusedRows,
    RowFile,
    Tally,
    Tell,
)
from ports.payments import PaymentRecord
from ports.work import OpenWork, Work


class ImportPayments:
    """Keep the payments of a file, by their external ids. Doing it again changes nothing."""

    def __init__(self, open_work: OpenWork, clock: Clock, prepare: PreparePayments) -> None:
        self._open_work = open_work
        self._clock = clock
        self._prepare = prepare

    async def __call__(
        self, file: RowFile, seen: KeysSeen, refusals: RefusedRows, tell: Tell, *, by: str
    ) -> Tally:
        act, now = Act(by, "importPayments"), self._clock.now()
        keeping = _Keeping(self._open_work, self._prepare, act, now)
        return await import_rows(file, refusals, tell, _judge(file, seen, now), keeping.prepare)


DELETED: Sequence[Fault] = (Fault(RefusalCode.DELETED),)
Sound: TypeAlias = Sequence[tuple[FileRow, PaymentRecord]]
Fill: TypeAlias = Callable[[Work, Sequence[PaymentRecord]], Awaitable[None]]


class _Keeping:
    """Of the chunks of one file: each is prepared while the one before is written."""

    def __init__(self, open_work: OpenWork, prepare: PreparePayments, act: Act, now: datetime) -> None:
        self._open_work, self._prepare = open_work, prepare
        self._act, self._now = act, now
        self._familiar = Familiar()

    async def prepare(self, sound: Sound) -> Write:
        stated = [payment for _, payment in sound]
        prepared, familiar = await self._prepare(stated), self._familiar
        entries = [*named(familiar.news(stated)).values()]

        async def fill(work: Work, kept: Sequence[PaymentRecord]) -> None:
            known = familiar is self._familiar and kept == stated
            await work.registers.fill(entries if known else [*named(kept).values()])

        return partial(self._write, sound, prepared, fill, alone=say_all(stated))

    async def _write(self, sound: Sound, prepared: PreparedPayments, fill: Fill, *, alone: bool) -> Kept:
        """`alone`: nothing on file has a say in what the rows mean."""
        wrong: dict[UUID, Sequence[Fault]] = {}
        single = stated = [payment for _, payment in sound]
        async with self._open_work(self._act) as work:
            if not alone:
                single, wrong = await _beside_others(work, sound)
            if single != stated:
                prepared = await self._prepare(single)
            done = await work.payment_imports.upsert(prepared, self._now)
            kept = [payment for payment in single if payment.id not in done.deleted]
            await fill(work, kept)
            await work.commit()
        if len(kept) < len(sound):
            # What only the others named was never filled in.
            self._familiar = Familiar()
        wrong |= dict.fromkeys(done.deleted, DELETED)
        refused = [(row, wrong[payment.id]) for row, payment in sound if payment.id in wrong]
        unchanged = len(sound) - done.created - done.updated - len(refused)
        return Kept(done.created, done.updated, unchanged, refused)


async def _beside_others(work: Work, sound: Sound) -> tuple[list[PaymentRecord], dict[UUID, Sequence[Fault]]]:
    """The payments as the registers complete them, without those that name two clients on file."""
    payments = await completed_in_order(work, [(row.values, payment) for row, payment in sound])
    faults = await two_clients(work, payments)
    wrong: dict[UUID, Sequence[Fault]] = {
        payment.id: [fault] for payment, fault in zip(payments, faults, strict=True) if fault
    }
    return [payment for payment in payments if payment.id not in wrong], wrong


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
