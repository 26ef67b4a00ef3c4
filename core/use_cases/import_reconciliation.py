from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from uuid import UUID

from core.acknowledgement import acknowledged
from core.line_rows import RowOutcome, RowResult, outcome, refusal
from core.use_cases.find_lines import FindLines
from core.use_cases.lines_held import lines_held
from ports.acknowledgements import AcknowledgementRecord, acknowledgement_id
from ports.audit import Act
from ports.calendar import Period
from ports.clock import Clock
from ports.errors import Fault, RefusalCode
from ports.identity import Identity
from ports.line_files import AnsweredRow, LineFiles, SentRow
from ports.reconciliations import Line, LineRef
from ports.work import OpenWork, Work

Explain = Callable[[RowOutcome], str]

AT_ONCE = 500
"""Rows of a transaction."""


class ImportReconciliation:
    """Apply the remarks of a workbook that was filled in, row by row: one faulty row hinders no other.

    Some rows at a time are a transaction. What was broken off is sent again, and goes on where it ended: rows
    that are as they should be stay untouched.
    """

    def __init__(self, open_work: OpenWork, clock: Clock, find_lines: FindLines, files: LineFiles) -> None:
        self._open_work = open_work
        self._clock = clock
        self._find_lines = find_lines
        self._files = files

    async def __call__(
        self, period: Period, body: bytes, explain: Explain, *, by: Identity
    ) -> AsyncGenerator[bytes, None]:
        """The same workbook in pieces, each row with what `explain` says of its outcome."""
        sent = await self._files.read(body)
        async with (
            aclosing(self._answers(period, sent.rows, explain, by)) as answers,
            aclosing(self._files.answered(sent.titles, answers)) as pieces,
        ):
            async for piece in pieces:
                yield piece

    async def _answers(
        self, period: Period, sent: Sequence[SentRow], explain: Explain, by: Identity
    ) -> AsyncGenerator[AnsweredRow, None]:
        taken: set[LineRef] = set()
        for first in range(0, len(sent), AT_ONCE):
            rows = sent[first : first + AT_ONCE]
            refs = [_ref(row, period, taken) for row in rows]
            outcomes = await self._applied(rows, refs, by)
            for row, one in zip(rows, outcomes, strict=True):
                yield AnsweredRow(row, one.fingerprint, explain(one))

    async def _applied(
        self, rows: Sequence[SentRow], refs: Sequence[LineRef | Fault], by: Identity
    ) -> Sequence[RowOutcome]:
        found = await self._find_lines([ref for ref in refs if isinstance(ref, LineRef)])
        async with self._open_work(Act(by.subject, "importReconciliation")) as work:
            lines = await lines_held(work, found)
            ids = [acknowledgement_id(line.source, line.ref) for line in lines.values()]
            records = await work.acknowledgements.by_ids(ids)
            outcomes = [_judged(row, ref, lines, records) for row, ref in zip(rows, refs, strict=True)]
            judged = zip(refs, outcomes, strict=True)
            sound = [(lines[ref], one) for ref, one in judged if isinstance(ref, LineRef) and ref in lines]
            await self._write(work, sound, by)
            await work.commit()
        return outcomes

    async def _write(self, work: Work, outcomes: Sequence[tuple[Line, RowOutcome]], by: Identity) -> None:
        now = self._clock.now()
        said = [acknowledged(line, one.said, by.subject, now) for line, one in outcomes if one.said]
        await work.acknowledgements.put(said)
        gone = [line for line, one in outcomes if one.result is RowResult.WITHDRAWN]
        await work.acknowledgements.remove([acknowledgement_id(line.source, line.ref) for line in gone])


def _ref(row: SentRow, period: Period, taken: set[LineRef]) -> LineRef | Fault:
    """The line that a row means, which no row before it may mean too."""
    ref = LineRef.of_public_id(row.id.strip())
    if ref is None:
        return Fault(RefusalCode.NOT_FOUND, ("id",))
    if ref.period != period:
        return Fault(RefusalCode.INVALID, ("id",), {"allowed": f"line_{period}.…"})
    if ref in taken:
        return Fault(RefusalCode.INVALID, ("id",))
    taken.add(ref)
    return ref


def _judged(
    row: SentRow,
    ref: LineRef | Fault,
    lines: Mapping[LineRef, Line],
    records: Mapping[UUID, AcknowledgementRecord],
) -> RowOutcome:
    if isinstance(ref, Fault):
        return refusal(row, ref)
    if (line := lines.get(ref)) is None:
        return refusal(row, Fault(RefusalCode.NOT_FOUND, ("id",)))
    return outcome(row, line, records.get(acknowledgement_id(line.source, ref)))
