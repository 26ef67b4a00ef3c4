"""What may be said of a divergence, and for how long it holds."""

import pytest

from core.acknowledgement import acknowledged, divergence_faults, in_force, remark
from ports.acknowledgements import AcknowledgementReason, Remark, acknowledgement_id
from ports.calendar import Period
from ports.ids import new_id
from ports.reconciliations import LineRef, PartyKey
from ports.titles import BillingBasis
from tests.builders import NOVEMBER, NOW, a_client, a_line, money, named, refusal

TIMING = AcknowledgementReason.TIMING


def test_texts_are_kept_as_a_spreadsheet_gives_them_back() -> None:
    said = remark(TIMING, "  billed on the 1st\r\nof December\r ", "\t")
    assert said == Remark(TIMING, "billed on the 1st\nof December", None)
    assert remark(TIMING, None, " ana ") == Remark(TIMING, None, "ana")


@pytest.mark.parametrize(
    ("note", "owner", "faults"),
    [
        ("n" * 1000, "o" * 200, []),
        ("n" * 1001, None, [("TOO_LONG", "note")]),
        (None, "o" * 201, [("TOO_LONG", "owner")]),
        ("a\0b", "\ud800", [("INVALID", "note"), ("INVALID", "owner")]),
    ],
)
def test_texts_have_limits(note: str | None, owner: str | None, faults: list[tuple[str, str]]) -> None:
    if faults:
        assert refusal(lambda: remark(TIMING, note, owner)) == faults
    else:
        assert remark(TIMING, note, owner) == Remark(TIMING, note, owner)


def test_it_holds_until_the_figures_change() -> None:
    line = a_line(client=a_client("7001"), divergence=money("-940.00"))
    said = Remark(TIMING, "in December", "ana")
    record = acknowledged(line, said, "rui", NOW)
    assert (record.ref, record.remark, record.divergence) == (line.ref, said, money("-940.00"))
    assert in_force(record, line) == said
    assert in_force(None, line) is None
    assert in_force(record, a_line(client=line.client, divergence=money("-940.01"))) is None


@pytest.mark.parametrize(
    ("divergence", "expected", "faults"),
    [
        ("-940.00", "-940.00", []),
        ("0.01", "0.01", []),
        ("-940.00", "-940.01", [("STALE_VERSION", "expected_divergence")]),
        ("0.00", "-940.00", [("STALE_VERSION", "expected_divergence")]),
        ("0.00", "0.00", [("INVALID", "line_id")]),
    ],
)
def test_only_the_divergence_that_was_seen(
    divergence: str, expected: str, faults: list[tuple[str, str]]
) -> None:
    assert named(divergence_faults(a_line(divergence=money(divergence)), money(expected))) == faults


KEYS = [PartyKey(new_id()), PartyKey(None, "7001"), PartyKey(None, "a.b_c code-1")]


@pytest.mark.parametrize("key", KEYS, ids=["client", "code", "odd code"])
def test_a_line_is_found_by_what_names_it(key: PartyKey) -> None:
    ref = LineRef(NOVEMBER, BillingBasis.RECEIVED, key)
    assert LineRef.of_public_id(ref.public_id) == ref


NO_LINES = ["", "line_", "line_2026-11", "payment_1"]
NO_CODES = ["line_2026-13.DUE_DATE.code-1", "line_2026-11.X.code-1", "line_2026-11.DUE_DATE.1"]
UNFIT = ["line_2026-11.DUE_DATE.code-\0", "line_2026-11.DUE_DATE.code-\ud800"]


@pytest.mark.parametrize("text", [*NO_LINES, *NO_CODES, *UNFIT])
def test_what_names_no_line(text: str) -> None:
    assert LineRef.of_public_id(text) is None


def test_a_line_has_one_id_for_the_trail() -> None:
    refs = [
        LineRef(period, basis, key)
        for period in (NOVEMBER, Period(2026, 12))
        for basis in BillingBasis
        for key in KEYS
    ]
    ids = {acknowledgement_id(source, ref) for ref in refs for source in (None, "demo", "omie")}
    assert len(ids) == 3 * len(refs)
    assert acknowledgement_id("demo", refs[0]) in ids
