"""Workbooks of a month on the real store: many lines, two senders at once, what breaks off."""

import asyncio
import io
from collections import Counter

import pytest
from openpyxl.reader.excel import load_workbook
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.files import sent_lines
from bootstrap import Assembly
from core.line_rows import RowOutcome
from core.use_cases import import_reconciliation
from core.use_cases.export_reconciliation import ExportReconciliation
from core.use_cases.import_reconciliation import ImportReconciliation
from ports.imports import UnreadableFile
from ports.titles import BillingBasis
from tests.integration.acknowledging import acknowledge, of, unbilled
from tests.integration.records import NOVEMBER, PERSON, sql
from tests.workbooks import filled, rows_of

ENTRIES = "SELECT count(*), count(DISTINCT record_id) FROM audit_entries WHERE kind = 'line'"

ODD = ("=1+1", "<r>a</r>", "_x0041_", "a\tb", "'x", "https://a.example", "007", "1,5")


async def exported(app: Assembly) -> bytes:
    pieces = app.get(ExportReconciliation)(NOVEMBER, BillingBasis.DUE_DATE)
    return b"".join([piece async for piece in pieces])


async def sent(app: Assembly, body: bytes) -> Counter[str]:
    """How many rows had which result."""
    results: Counter[str] = Counter()

    def told(outcome: RowOutcome) -> str:
        results[outcome.result.name] += 1
        return outcome.result.name

    pieces = app.get(ImportReconciliation)(NOVEMBER, body, told, by=PERSON)
    content = b"".join([piece async for piece in pieces])
    assert Counter(row["message"] for row in rows_of(content)) == results
    return results


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few rows make several transactions."""
    monkeypatch.setattr(import_reconciliation, "AT_ONCE", 7)


@pytest.mark.usefixtures("small")
async def test_several_batches_and_one_entry_a_change(assembly: Assembly, engine: AsyncEngine) -> None:
    owners = await unbilled(assembly, 20)
    body = filled(await exported(assembly), lambda _: {"reason": "TIMING", "note": "agreed"})
    assert await sent(assembly, body) == {"ACKNOWLEDGED": 20}
    assert await sent(assembly, body) == {"UNCHANGED": 20}
    assert {kept.note for kept in await of(assembly, *owners) if kept} == {"agreed"}
    assert await sql(engine, ENTRIES) == [(20, 20)]
    shown = rows_of(await exported(assembly))
    assert [(row["reason"], row["since"]) for row in shown] == [("TIMING", None)] * 20


@pytest.mark.usefixtures("small")
async def test_two_who_send_at_once(assembly: Assembly, engine: AsyncEngine) -> None:
    await unbilled(assembly, 20)
    body = await exported(assembly)
    ours = filled(body, lambda _: {"reason": "TIMING"})
    theirs = filled(body, lambda _: {"reason": "DISPUTED"})
    three = await asyncio.gather(*(sent(assembly, body) for body in (ours, ours, theirs)))
    total = sum(three, Counter())
    assert total["ACKNOWLEDGED"] == 20
    assert total["REFUSED"] + total["UNCHANGED"] == 40
    assert await sql(engine, ENTRIES) == [(20, 20)]


async def test_what_is_too_large_changes_nothing(assembly: Assembly, monkeypatch: pytest.MonkeyPatch) -> None:
    owners = await unbilled(assembly, 3)
    body = filled(await exported(assembly), lambda _: {"reason": "TIMING"})
    for limit, small in (("MOST_ROWS", 2), ("LARGEST", 5000)):
        with monkeypatch.context() as patch:
            patch.setattr(sent_lines, limit, small)
            with pytest.raises(UnreadableFile):
                await sent(assembly, body)
    book = load_workbook(io.BytesIO(body))
    book.worksheets[0].cell(1_000_000, 1).value = "far down"
    book.save(far := io.BytesIO())
    with pytest.raises(UnreadableFile):
        await sent(assembly, far.getvalue())
    assert await of(assembly, *owners) == [None, None, None]
    assert await sent(assembly, body) == {"ACKNOWLEDGED": 3}


async def test_texts_come_back_as_they_went(assembly: Assembly) -> None:
    """Else rows that nobody touched would ask for a change."""
    notes = [*ODD, "  a\r\nb  c\r", "🏢 ção", "a\ufffeb", "_xD800_"]
    for owner, note in zip(await unbilled(assembly, len(notes)), notes, strict=True):
        await acknowledge(assembly, owner, note=note)
    assert await sent(assembly, await exported(assembly)) == {"UNCHANGED": len(notes)}
