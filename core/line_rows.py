"""Rows of a workbook that was filled in: what each asks for, and whether it may."""

import hashlib
import re
from dataclasses import dataclass
from enum import Enum

from core.acknowledgement import in_force, remark
from ports.acknowledgements import AcknowledgementReason, AcknowledgementRecord, Remark
from ports.calendar import Period
from ports.errors import Fault, RefusalCode, Refused, refused
from ports.line_files import LineRow, SentRow
from ports.money import ZERO, Money
from ports.reconciliations import Line

_FINGERPRINT = re.compile(r"(-?[0-9]{1,13}\.[0-9]{2}) (-|[0-9a-f]{16})")
NOTHING_SAID = "-"


class RowResult(Enum):
    ACKNOWLEDGED = "ACKNOWLEDGED"
    WITHDRAWN = "WITHDRAWN"
    UNCHANGED = "UNCHANGED"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOutcome:
    result: RowResult
    fingerprint: str
    """The row's, to be judged by when it is sent again."""
    said: Remark | None = None
    faults: tuple[Fault, ...] = ()


def fingerprint(divergence: Money, said: Remark | None) -> str:
    """What a filler sees: the divergence, and what is said of it already."""
    return f"{divergence:.2f} {_mark(*_texts(said))}"


def row_out(line: Line, since: Period | None, record: AcknowledgementRecord | None) -> LineRow:
    said = in_force(record, line)
    return LineRow(
        line=line,
        since=since,
        said=said,
        lapsed=_lapsed(record) if record and not said else None,
        fingerprint=fingerprint(line.divergence, said),
    )


def refusal(row: SentRow, *faults: Fault) -> RowOutcome:
    return RowOutcome(result=RowResult.REFUSED, fingerprint=row.fingerprint, faults=faults)


def outcome(row: SentRow, line: Line, record: AcknowledgementRecord | None) -> RowOutcome:
    """What becomes of a row, given its line and what is said of that as both are now."""
    try:
        return _outcome(row, line, in_force(record, line))
    except Refused as no:
        return refusal(row, *no.faults)


def _outcome(row: SentRow, line: Line, now: Remark | None) -> RowOutcome:
    seen = _FINGERPRINT.fullmatch(row.fingerprint)
    if seen is None:
        raise refused(RefusalCode.INVALID, "fingerprint")
    divergence, mark = Money(seen[1]), seen[2]
    if _mark(row.reason, row.owner, row.note) == mark:
        return RowOutcome(result=RowResult.UNCHANGED, fingerprint=row.fingerprint)
    wanted = _wanted(row, now)
    as_it_will_be = fingerprint(line.divergence, wanted)
    if wanted == now:
        return RowOutcome(result=RowResult.UNCHANGED, fingerprint=as_it_will_be)
    if divergence != line.divergence:
        raise refused(RefusalCode.STALE_VERSION, "divergence", was=divergence, now=line.divergence)
    if mark != _mark(*_texts(now)):
        raise refused(RefusalCode.STALE_VERSION, "reason")
    if wanted is None:
        return RowOutcome(result=RowResult.WITHDRAWN, fingerprint=as_it_will_be)
    if line.divergence == ZERO:
        raise refused(RefusalCode.INVALID, "divergence", allowed="≠ 0.00")
    return RowOutcome(result=RowResult.ACKNOWLEDGED, fingerprint=as_it_will_be, said=wanted)


def _wanted(row: SentRow, now: Remark | None) -> Remark | None:
    reason = row.reason.strip().upper()
    if not reason:
        if now is None and (row.owner or row.note):
            raise refused(RefusalCode.MISSING, "reason")
        return None
    if reason not in AcknowledgementReason.__members__:
        names = ", ".join(AcknowledgementReason.__members__)
        raise refused(RefusalCode.INVALID, "reason", allowed=names)
    return remark(AcknowledgementReason[reason], row.note, row.owner)


def _texts(said: Remark | None) -> tuple[str, str, str]:
    return (said.reason.name, said.owner or "", said.note or "") if said else ("", "", "")


def _mark(*texts: str) -> str:
    """Of what a spreadsheet keeps of texts: blanks and what cannot be printed do not count."""
    kept = ["".join(filter(str.isprintable, " ".join(text.split()))) for text in texts]
    if not any(kept):
        return NOTHING_SAID
    return hashlib.sha256("\n".join(kept).encode()).hexdigest()[:16]


def _lapsed(record: AcknowledgementRecord) -> str:
    parts = (record.reason.name, f"{record.divergence:.2f}", record.owner, record.note)
    return "; ".join(part for part in parts if part)
