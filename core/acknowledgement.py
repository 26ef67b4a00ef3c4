"""A divergence is acknowledged as it stands: once its figures change, it is open again."""

import re
from collections.abc import Iterator
from datetime import datetime

from core.text import text_faults
from ports.acknowledgements import AcknowledgementReason, AcknowledgementRecord, Remark, acknowledgement_id
from ports.errors import Fault, RefusalCode, Refused
from ports.money import ZERO, Money
from ports.reconciliations import Line

LONGEST_NOTE, LONGEST_OWNER = 1000, 200
_LINE_END = re.compile("\r\n?")


def remark(reason: AcknowledgementReason, note: str | None, owner: str | None) -> Remark:
    """Texts without blanks around them, lines ended one way, so that a spreadsheet gives back the same."""
    made = Remark(reason, _plain(note), _plain(owner))
    faults = [
        *text_faults(made.note, "note", most=LONGEST_NOTE),
        *text_faults(made.owner, "owner", most=LONGEST_OWNER),
    ]
    if faults:
        raise Refused(faults)
    return made


def _plain(text: str | None) -> str | None:
    plain = None if text is None else _LINE_END.sub("\n", text).strip()
    return plain or None


def acknowledged(line: Line, said: Remark, by: str, at: datetime) -> AcknowledgementRecord:
    return AcknowledgementRecord(
        id=acknowledgement_id(line.source, line.ref),
        source=line.source,
        period=line.period,
        basis=line.basis,
        client_id=line.client.id if line.client else None,
        code=line.key.code,
        by=by,
        at=at,
        divergence=line.divergence,
        **said._asdict(),
    )


def in_force(record: AcknowledgementRecord | None, line: Line) -> Remark | None:
    """What is said of the divergence as it stands; None when there is none, or it was of another figure."""
    return record.remark if record and record.divergence == line.divergence else None


def divergence_faults(line: Line, expected: Money) -> Iterator[Fault]:
    """Whether somebody who saw this divergence may acknowledge what the line has now."""
    if line.divergence != expected:
        figures = {"was": expected, "now": line.divergence}
        yield Fault(RefusalCode.STALE_VERSION, ("expected_divergence",), figures)
    elif line.divergence == ZERO:
        yield Fault(RefusalCode.INVALID, ("line_id",), {"allowed": "≠ 0.00"})
