"""Clients that were merged into others, and the listing of payables."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.demo import DEMO, clear_demo
from bootstrap import Assembly
from core.use_cases.link_client import LinkClient
from ports.calendar import Period
from ports.clients import ClientRecord, ErpLink
from ports.clock import Clock
from ports.contracts import ContractFilter
from ports.erp import Entity
from ports.errors import Missing, RefusalCode, Refused
from ports.ids import new_id, public_id
from ports.paging import PageRequest
from ports.payment_sums import PaymentGroup
from ports.payments import Entidade, PaymentFilter
from ports.work import OpenWork
from tests.integration.records import (
    GENUINE,
    NOW,
    PERSON,
    TODAY,
    add_clients,
    add_payments,
    client,
    contract,
    payment,
    sql,
    title,
)

LATER = NOW + timedelta(hours=1)
ONE = client(source="fake", document=GENUINE[0], links=(ErpLink("fake", "1"),))
OTHER = client(name="Ours")


async def merged(open_work: OpenWork, one: ClientRecord, into: ClientRecord) -> None:
    async with open_work() as work:
        await work.clients.merge(one, into.id, LATER)
        await work.commit()


async def test_the_old_id_finds_the_other_client(open_work: OpenWork) -> None:
    await add_clients(open_work, ONE, OTHER)
    await merged(open_work, ONE, OTHER)
    stranger = new_id()
    async with open_work() as work:
        assert await work.clients.by_ids([ONE.id]) == {ONE.id: OTHER}
        found = await work.clients.by_ids([ONE.id, OTHER.id, stranger])
        assert found == {ONE.id: OTHER, OTHER.id: OTHER}
        assert await work.clients.for_update(ONE.id) == OTHER
        assert await work.clients.by_codes("fake", ["1"]) == {}
        assert await work.clients.by_documents([GENUINE[0]]) == {}
        with pytest.raises(Missing):
            await work.clients.for_update(stranger)


async def test_payments_are_found_by_both_ids(open_work: OpenWork) -> None:
    stranger = client(name="A stranger")
    await add_clients(open_work, ONE, OTHER, stranger)
    paid = [
        payment(entidade=Entidade.CLIENTE, cliente_id=public_id("client", one.id), cliente_external_id="X")
        for one in (ONE, OTHER, stranger)
    ]
    await add_payments(open_work, *paid)
    await merged(open_work, ONE, OTHER)
    for name in (ONE, OTHER):
        where = PaymentFilter(cliente_id=[public_id("client", name.id)])
        async with open_work() as work:
            page = await work.payments.page(where, [], PageRequest(), TODAY)
            each = [one.id async for one in work.payments.each(where, TODAY)]
            (total,) = await work.payments.summary(where, PaymentGroup.ENTIDADE, TODAY)
            assert {one.id for one in page.items} == set(each) == {paid[0].id, paid[1].id}
            assert await work.payments.count(where, TODAY) == total.count == 2


async def test_who_holds_it_by_the_old_id_holds_the_other(open_work: OpenWork, engine: AsyncEngine) -> None:
    await add_clients(open_work, ONE, OTHER)
    await merged(open_work, ONE, OTHER)
    skip = "SELECT id FROM clients FOR UPDATE SKIP LOCKED"
    async with open_work() as work:
        await work.clients.for_update(ONE.id)
        assert await sql(engine, skip) == []
    assert len(await sql(engine, skip)) == 1


async def test_contracts_move_the_deleted_ones_too(open_work: OpenWork, engine: AsyncEngine) -> None:
    await add_clients(open_work, ONE, OTHER)
    live, deleted = contract(client_id=ONE.id), contract(client_id=ONE.id, deleted_at=NOW, version=4)
    async with open_work() as work:
        for each in (live, deleted):
            await work.contracts.add(each)
        await work.commit()
    await merged(open_work, ONE, OTHER)
    async with open_work() as work:
        for each in (live, deleted):
            after = replace(each, client_id=OTHER.id, version=each.version + 1, updated_at=LATER)
            assert await work.contracts.get(each.id) == after
    assert await sql(engine, "SELECT id FROM clients") == [(OTHER.id,)]


async def test_a_client_that_came_with_contracts_is_not_dissolved(faked: Assembly) -> None:
    """As those of the demo, whose source is that of its ERP: the sync brings no contracts."""
    open_work = faked.get(OpenWork)
    await add_clients(open_work, ONE, OTHER)
    async with open_work() as work:
        await work.contracts.add(contract(client_id=ONE.id, source="fake"))
        await work.commit()
    with pytest.raises(Refused) as refusal:
        await faked.get(LinkClient)(OTHER.id, "1", by=PERSON)
    assert [fault.code for fault in refusal.value.faults] == [RefusalCode.DUPLICATE_OMIE_CODE]
    async with open_work() as work:
        assert await work.clients.by_ids([ONE.id, OTHER.id]) == {ONE.id: ONE, OTHER.id: OTHER}
        assert await work.contracts.count(ContractFilter(client_id=ONE.id)) == 1


async def test_the_register_is_to_be_read_again(faked: Assembly) -> None:
    open_work = faked.get(OpenWork)
    await add_clients(open_work, ONE, OTHER)
    linked = await faked.get(LinkClient)(OTHER.id, "1", by=PERSON)
    async with open_work() as work:
        assert (await work.clients.by_codes("fake", ["1"]))["1"] == linked
        now = faked.get(Clock).now()
        reread = await work.rereads.take("fake", now, now + timedelta(hours=1))
    assert reread is not None
    assert (reread.entity, reread.external_id) == (Entity.CLIENT, "1")


async def test_clearing_the_demo_takes_what_was_merged_into_its_clients(
    engine: AsyncEngine, open_work: OpenWork
) -> None:
    theirs = client(source=DEMO)
    await add_clients(open_work, ONE, theirs)
    await merged(open_work, ONE, theirs)
    async with open_work() as work:
        await work.payables.keep(DEMO, [title("1")], NOW)
        await work.payables.keep("omie", [title("1")], NOW)
        await work.commit()
    assert await clear_demo(engine) == 2
    assert await sql(engine, "SELECT merged_id FROM client_merges") == []
    assert await sql(engine, "SELECT source FROM erp_payables") == [("omie",)]


DAYS = {"a": date(2026, 10, 31), "b": date(2026, 11, 1), "c": date(2026, 11, 30), "d": date(2026, 12, 1)}


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        (None, ["a", "b", "c", "d"]),
        (Period(2026, 11), ["b", "c"]),
        (Period(2026, 12), ["d"]),
        (Period(2027, 1), []),
    ],
)
async def test_payables_of_a_month(
    open_work: OpenWork, period: Period | None, expected: Sequence[str]
) -> None:
    async with open_work() as work:
        await work.payables.keep("omie", [title(name, due_on=day) for name, day in DAYS.items()], NOW)
        await work.payables.keep("demo", [title("e", due_on=DAYS["b"])], NOW)
        await work.titles.keep("omie", [title("f", due_on=DAYS["b"])], NOW)
        page = await work.payables.listing("omie", period, PageRequest())
        assert [item.external_id for item in page.items] == expected
        assert await work.payables.count_listing("omie", period) == len(expected)


async def test_payables_are_read_along_an_index(open_work: OpenWork, database_url: str) -> None:
    first = date(2020, 1, 1)
    async with open_work() as work:
        for part in range(5):
            days = (first + timedelta(days=number) for number in range(part * 400, part * 400 + 400))
            await work.payables.keep("omie", [title(str(day), due_on=day) for day in days], NOW)
        await work.commit()
    listing = "SELECT id FROM erp_payables WHERE source = 'omie' AND (due_on, id) > (%s, %s)"
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("ANALYZE erp_payables")
        query = f"EXPLAIN {listing} ORDER BY due_on, id LIMIT 21"
        plan = "\n".join(row[0] for row in connection.execute(query.encode(), [date(2024, 1, 1), new_id()]))
    assert "erp_payables_by_due_on" in plan
    assert "Sort" not in plan
