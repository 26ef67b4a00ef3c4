"""Acknowledged divergences: kept, replaced, moved with their client, told by the trail."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.demo import DEMO, clear_demo
from bootstrap import Assembly
from core.acknowledgement import acknowledged
from core.audit import FieldChange, changes
from core.use_cases.acknowledge_divergence import AcknowledgeDivergence, Seen
from core.use_cases.link_client import LinkClient
from core.use_cases.withdraw_acknowledgement import WithdrawAcknowledgement
from ports.acknowledgements import AcknowledgementReason, AcknowledgementRecord, Remark, acknowledgement_id
from ports.audit import AuditEntry
from ports.calendar import Period
from ports.clients import ClientRecord, ErpLink
from ports.errors import Refused, Stale
from ports.ids import new_id
from ports.paging import PageRequest
from ports.reconciliations import LineRef, PartyKey
from ports.titles import BillingBasis
from ports.work import OpenWork
from tests.builders import a_line, named
from tests.integration.acknowledging import SOURCE, UNBILLED, acknowledge, of, ref_of, unbilled
from tests.integration.records import (
    NOVEMBER,
    NOW,
    PERSON,
    add_clients,
    client,
    contract,
    sql,
    until_somebody_waits,
)

TIMING, DISPUTED = AcknowledgementReason.TIMING, AcknowledgementReason.DISPUTED


async def history(app: Assembly, ref: LineRef) -> list[AuditEntry]:
    """Oldest first."""
    key = ("line", acknowledgement_id(SOURCE, ref))
    async with app.get(OpenWork)() as work:
        page = await work.audit.page(*key, PageRequest(100))
        assert await work.audit.count(*key) == len(page.items)
    return list(page.items)[::-1]


async def test_what_goes_in_comes_out(assembly: Assembly) -> None:
    one, other = await unbilled(assembly, 2)
    seen = [Seen(ref_of(one), UNBILLED)]
    (line,) = await assembly.get(AcknowledgeDivergence)(seen, DISPUTED, "não é nosso", "Rui", by=PERSON)
    kept, none = await of(assembly, one, other)
    assert kept is not None
    assert none is None
    assert (line.ref, kept.ref, kept.divergence) == (ref_of(one), ref_of(one), UNBILLED)
    assert (kept.reason, kept.note, kept.owner) == (DISPUTED, "não é nosso", "Rui")
    assert (kept.source, kept.by) == (SOURCE, PERSON.subject)


async def test_again_replaces_and_the_trail_tells(assembly: Assembly) -> None:
    (one,) = await unbilled(assembly, 1)
    await acknowledge(assembly, one, note="first")
    await acknowledge(assembly, one, note="second")
    await assembly.get(WithdrawAcknowledgement)([ref_of(one)], by=replace(PERSON, subject="rui"))
    assert await of(assembly, one) == [None]
    first, second, third = await history(assembly, ref_of(one))
    assert [(entry.by, entry.action) for entry in (first, second, third)] == [
        (PERSON.subject, "acknowledgeDivergence"),
        (PERSON.subject, "acknowledgeDivergence"),
        ("rui", "withdrawAcknowledgement"),
    ]
    assert changes(first) == [
        FieldChange("by", None, PERSON.subject),
        FieldChange("divergence", None, "-100.00"),
        FieldChange("note", None, "first"),
        FieldChange("reason", None, "TIMING"),
    ]
    assert changes(second) == [FieldChange("note", "first", "second")]
    assert changes(third)[2] == FieldChange("note", "second", None)
    assert third.personal is not None
    assert "second" not in third.facts


async def test_all_or_nothing_and_each_fault_named(assembly: Assembly) -> None:
    sound, moved, *_ = owners = await unbilled(assembly, 3)
    seen = [
        Seen(ref_of(sound), UNBILLED),
        Seen(ref_of(moved), Decimal("-99.99")),
        Seen(ref_of(client()), UNBILLED),
        Seen(None, UNBILLED),
        Seen(ref_of(sound), UNBILLED),
    ]
    with pytest.raises(Refused) as refusal:
        await assembly.get(AcknowledgeDivergence)(seen, TIMING, by=PERSON)
    assert named(refusal.value.faults) == [
        ("INVALID", "lines.4.line_id"),
        ("NOT_FOUND", "lines.2.line_id"),
        ("NOT_FOUND", "lines.3.line_id"),
        ("STALE_VERSION", "lines.1.expected_divergence"),
    ]
    assert await of(assembly, *owners) == [None, None, None]
    with pytest.raises(Stale) as stale:
        await assembly.get(AcknowledgeDivergence)(seen[1:2], TIMING, by=PERSON)
    assert getattr(stale.value.current, "ref", None) == ref_of(moved)


async def test_how_many(assembly: Assembly) -> None:
    (one,) = await unbilled(assembly, 1)
    seen = Seen(ref_of(one), UNBILLED)
    for number, code in ((0, "MISSING"), (1001, "TOO_MANY")):
        with pytest.raises(Refused, match=code):
            await assembly.get(AcknowledgeDivergence)([seen] * number, TIMING, by=PERSON)
        with pytest.raises(Refused, match=code):
            await assembly.get(WithdrawAcknowledgement)([ref_of(one)] * number, by=PERSON)


async def test_many_at_once(assembly: Assembly) -> None:
    owners = await unbilled(assembly, 200)
    await acknowledge(assembly, *owners)
    assert None not in await of(assembly, *owners)
    await assembly.get(WithdrawAcknowledgement)([ref_of(owner) for owner in owners], by=PERSON)
    assert set(await of(assembly, *owners)) == {None}


async def test_only_what_is_acknowledged_is_withdrawn(assembly: Assembly) -> None:
    one, other = await unbilled(assembly, 2)
    await acknowledge(assembly, one)
    refs = [ref_of(one), ref_of(other), ref_of(one), None]
    with pytest.raises(Refused) as refusal:
        await assembly.get(WithdrawAcknowledgement)(refs, by=PERSON)
    assert named(refusal.value.faults) == [
        ("INVALID", "line_ids.2"),
        ("NOT_FOUND", "line_ids.1"),
        ("NOT_FOUND", "line_ids.3"),
    ]
    assert None not in await of(assembly, one)


async def test_many_who_acknowledge_and_withdraw_the_same_at_once(assembly: Assembly) -> None:
    owners = await unbilled(assembly, 5)
    withdraw = assembly.get(WithdrawAcknowledgement)

    refs = [ref_of(owner) for owner in owners]
    await acknowledge(assembly, *owners)
    answers = await asyncio.gather(
        *(acknowledge(assembly, *owners[::way], note=str(n)) for n, way in enumerate((1, -1, 2, -2))),
        *(withdraw(refs[::way], by=PERSON) for way in (1, -1)),
        return_exceptions=True,
    )
    refusals = [answer for answer in answers if isinstance(answer, BaseException)]
    assert {str(refusal) for refusal in refusals} <= {"NOT_FOUND" + ", NOT_FOUND" * n for n in range(5)}
    await acknowledge(assembly, *owners, note="last")
    assert {kept.note for kept in await of(assembly, *owners) if kept} == {"last"}


async def test_a_sync_that_holds_the_clients_meanwhile(assembly: Assembly, engine: AsyncEngine) -> None:
    low, high = sorted(await unbilled(assembly, 2), key=lambda owner: owner.id)
    async with assembly.get(OpenWork)() as sync:
        await sync.clients.for_update(low.id)
        acknowledging = asyncio.create_task(acknowledge(assembly, high, low))
        await until_somebody_waits(engine)
        await sync.clients.for_update(high.id)
    await acknowledging
    assert None not in await of(assembly, low, high)


def record_of(owner: ClientRecord, period: Period, note: str) -> AcknowledgementRecord:
    ref = LineRef(period, BillingBasis.DUE_DATE, PartyKey(owner.id))
    line = a_line(source=SOURCE, period=period, client=owner, divergence=UNBILLED)
    return replace(acknowledged(line, Remark(TIMING, note), "ana", NOW), id=acknowledgement_id(SOURCE, ref))


async def test_a_merged_clients_move_and_the_survivors_own_win(
    assembly: Assembly, engine: AsyncEngine
) -> None:
    theirs, ours = client(source=SOURCE, links=(ErpLink(SOURCE, "7"),)), client(id=new_id(), name="Ours")
    await add_clients(assembly.get(OpenWork), theirs, ours)
    october, december = NOVEMBER.plus(-1), NOVEMBER.plus(1)
    async with assembly.get(OpenWork)() as work:
        await work.acknowledgements.put(
            [
                record_of(theirs, october, "moves"),
                record_of(theirs, NOVEMBER, "gives way"),
                record_of(ours, NOVEMBER, "stays"),
                record_of(ours, december, "stays"),
            ]
        )
        await work.commit()
    await assembly.get(LinkClient)(ours.id, "7", by=PERSON)
    kept = "SELECT client_id, period, note FROM acknowledgements ORDER BY period"
    assert await sql(engine, kept) == [
        (ours.id, october.first_day, "moves"),
        (ours.id, NOVEMBER.first_day, "stays"),
        (ours.id, december.first_day, "stays"),
    ]
    moved = record_of(ours, october, "moves")
    async with assembly.get(OpenWork)() as work:
        assert await work.acknowledgements.by_ids([moved.id]) == {moved.id: moved}
    before = LineRef(october, BillingBasis.DUE_DATE, PartyKey(theirs.id))
    assert [entry.action for entry in await history(assembly, moved.ref)] == ["linkClient"]
    assert [entry.action for entry in await history(assembly, before)] == ["insert", "linkClient"]


async def test_a_client_that_is_merged_at_that_moment(assembly: Assembly) -> None:
    (ours,) = await unbilled(assembly, 1)
    for code in map(str, range(1, 7)):
        theirs = client(id=new_id(), source=SOURCE, links=(ErpLink(SOURCE, code),))
        await add_clients(assembly.get(OpenWork), theirs)
        async with assembly.get(OpenWork)() as work:
            await work.contracts.add(contract(client_id=theirs.id))
            await work.commit()
        linked, said = await asyncio.gather(
            assembly.get(LinkClient)(ours.id, code, by=PERSON),
            acknowledge(assembly, theirs),
            return_exceptions=True,
        )
        assert not isinstance(linked, BaseException)
        assert said is None or (isinstance(said, Refused) and "NOT_FOUND" in str(said))
        assert await of(assembly, theirs) == [None]


async def test_clearing_the_demo_takes_its_acknowledgements(engine: AsyncEngine, open_work: OpenWork) -> None:
    theirs, ours = client(id=new_id(), source=DEMO), client(id=new_id())
    await add_clients(open_work, theirs, ours)
    async with open_work() as work:
        elsewhere = replace(record_of(ours, NOVEMBER, "stays"), source="omie", id=new_id())
        nowhere = replace(record_of(theirs, NOVEMBER, "goes"), source=None, id=new_id())
        await work.acknowledgements.put([record_of(ours, NOVEMBER, "goes"), elsewhere, nowhere])
        await work.commit()
    await clear_demo(engine)
    assert await sql(engine, "SELECT note FROM acknowledgements") == [("stays",)]
