"""What becomes of a row that was filled in, given how its line is by now."""

from dataclasses import replace

import pytest

from core.acknowledgement import acknowledged
from core.line_rows import RowOutcome, RowResult, fingerprint, outcome, row_out
from ports.acknowledgements import AcknowledgementReason, AcknowledgementRecord, Remark
from ports.calendar import Period
from ports.line_files import SentRow
from ports.reconciliations import Line
from tests.builders import NOW, a_client, a_line, money, named

REASON = AcknowledgementReason
TIMING, DISPUTED = Remark(REASON.TIMING, "in\nDecember", "ana"), Remark(REASON.DISPUTED)
CLIENT = a_client("7001")
ACKNOWLEDGED, WITHDRAWN, UNCHANGED, REFUSED = RowResult


def line(divergence: str = "-940.00") -> Line:
    return a_line(client=CLIENT, divergence=money(divergence))


def record(said: Remark | None, divergence: str = "-940.00") -> AcknowledgementRecord | None:
    return acknowledged(line(divergence), said, "rui", NOW) if said else None


def sent(
    exported: Remark | None, reason: str = "", owner: str = "", note: str = "", divergence: str = "-940.00"
) -> SentRow:
    """A row that went out with this remark, and came back with these cells."""
    out = row_out(line(divergence), None, record(exported, divergence))
    key = {"id": out.line.ref.public_id, "fingerprint": out.fingerprint}
    return SentRow(cells=(), reason=reason, owner=owner, note=note, **key)


def judged(row: SentRow, said: Remark | None = None, divergence: str = "-940.00") -> RowOutcome:
    """With this said of the line, of the divergence as it is by now."""
    return outcome(row, line(divergence), record(said, divergence))


@pytest.mark.parametrize(
    ("exported", "cells", "now", "result"),
    [
        (None, (), None, UNCHANGED),
        (None, ("TIMING", "ana", "in\nDecember"), None, ACKNOWLEDGED),
        (None, (" timing ", " ana", "in\r\nDecember "), None, ACKNOWLEDGED),
        (TIMING, ("TIMING", "ana", "in\nDecember"), TIMING, UNCHANGED),
        (TIMING, ("TIMING", "ana ", "in December"), TIMING, UNCHANGED),
        (TIMING, ("TIMING", "rui", "in\nDecember"), TIMING, ACKNOWLEDGED),
        (TIMING, ("", "ana", "in\nDecember"), TIMING, WITHDRAWN),
        (TIMING, (), TIMING, WITHDRAWN),
        # Sent again: what it asks for is so already.
        (None, ("TIMING", "ana", "in\nDecember"), TIMING, UNCHANGED),
        (TIMING, (), None, UNCHANGED),
        # Somebody else spoke meanwhile: nobody is overwritten unawares.
        (None, (), TIMING, UNCHANGED),
        (TIMING, ("TIMING", "ana", "in\nDecember"), DISPUTED, UNCHANGED),
        (TIMING, ("TIMING", "ana", "in\nDecember"), None, UNCHANGED),
        (None, ("DISPUTED",), TIMING, REFUSED),
        (TIMING, ("WRITTEN_OFF",), DISPUTED, REFUSED),
        (TIMING, ("WRITTEN_OFF",), None, REFUSED),
        (TIMING, (), DISPUTED, REFUSED),
    ],
)
def test_what_becomes_of_a_row(
    exported: Remark | None, cells: tuple[str, ...], now: Remark | None, result: RowResult
) -> None:
    found = judged(sent(exported, *cells), now)
    assert found.result is result
    assert (found.said is not None) is (result is ACKNOWLEDGED)
    if result is REFUSED:
        assert named(found.faults) == [("STALE_VERSION", "reason")]


@pytest.mark.parametrize(
    ("exported", "cells", "result"),
    [
        (None, (), UNCHANGED),
        (None, ("TIMING",), REFUSED),
        (TIMING, ("DISPUTED",), REFUSED),
        (TIMING, (), UNCHANGED),
    ],
)
def test_a_divergence_that_has_moved(
    exported: Remark | None, cells: tuple[str, ...], result: RowResult
) -> None:
    row = sent(exported, *cells)
    found = outcome(row, line("-950.00"), record(exported))
    assert found.result is result
    if result is REFUSED:
        (fault,) = found.faults
        assert named(found.faults) == [("STALE_VERSION", "divergence")]
        assert fault.params == {"was": money("-940.00"), "now": money("-950.00")}
        assert found.fingerprint == row.fingerprint


@pytest.mark.parametrize(
    ("cells", "faults"),
    [
        (("LATE",), [("INVALID", "reason")]),
        (("", "ana"), [("MISSING", "reason")]),
        (("", "", "a note"), [("MISSING", "reason")]),
        (("TIMING", "o" * 201, "n" * 1001), [("TOO_LONG", "note"), ("TOO_LONG", "owner")]),
    ],
)
def test_what_cannot_be_said(cells: tuple[str, ...], faults: list[tuple[str, str]]) -> None:
    found = judged(sent(None, *cells))
    assert (found.result, named(found.faults)) == (REFUSED, faults)


def test_where_nothing_diverges_there_is_nothing_to_say() -> None:
    found = judged(sent(None, "TIMING", divergence="0.00"), divergence="0.00")
    assert (found.result, named(found.faults)) == (REFUSED, [("INVALID", "divergence")])


@pytest.mark.parametrize("text", ["", "-940.00", "-940 -", "-940.0 -", "x", "-940.00 - "])
def test_a_fingerprint_that_was_touched(text: str) -> None:
    found = judged(replace(sent(None, "TIMING"), fingerprint=text))
    assert (found.result, named(found.faults)) == (REFUSED, [("INVALID", "fingerprint")])


def test_an_answer_can_be_worked_on() -> None:
    """Its fingerprint is of what the row has brought about."""
    row = sent(None, "TIMING", "ana", "in\nDecember")
    found = judged(row)
    assert found.said == TIMING
    assert found.fingerprint == fingerprint(money("-940.00"), TIMING) != row.fingerprint
    answered = replace(row, fingerprint=found.fingerprint)
    assert judged(answered, TIMING).result is UNCHANGED
    assert judged(replace(answered, reason=""), TIMING).result is WITHDRAWN


def test_a_line_that_is_open_again_goes_out_with_what_was_said() -> None:
    since = Period(2026, 8)
    now = row_out(line(), since, record(TIMING))
    assert (now.said, now.lapsed, now.since) == (TIMING, None, since)
    back = row_out(line("-950.00"), since, record(TIMING))
    assert (back.said, back.lapsed) == (None, "TIMING; -940.00; ana; in\nDecember")
    assert back.fingerprint == fingerprint(money("-950.00"), None)
