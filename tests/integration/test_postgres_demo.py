"""What of the database belongs to the demo."""

from decimal import Decimal

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.demo import clear_demo, has_demo, is_empty
from adapters.postgres.engine import open_engine
from ports.clients import ErpLink
from ports.contracts import ContractFilter
from ports.errors import Problem
from ports.paging import PageRequest
from ports.payments import PaymentFilter
from ports.titles import BillingBasis
from ports.work import Duty, OpenWork
from tests.integration.records import (
    NOVEMBER,
    NOW,
    TODAY,
    add_clients,
    add_payments,
    client,
    contract,
    payment,
    run,
    title,
)


async def add(open_work: OpenWork, source: str) -> None:
    """One of everything; the contract is of the client."""
    owner = client(source=source, links=(ErpLink(source, "1"),))
    await add_clients(open_work, owner)
    await add_payments(open_work, payment(source=source))
    async with open_work(duty=Duty.SYNC) as work:
        await work.contracts.add(contract(client_id=owner.id, source=source))
        await work.rules.add(Decimal(3), Decimal(1), owner.id, NOW, "somebody")
        await work.titles.keep(source, [title("1")], NOW)
        await work.runs.start(run(source=source))
        await work.commit()


async def test_an_empty_database(engine: AsyncEngine) -> None:
    assert await is_empty(engine)
    assert not await has_demo(engine)
    assert await clear_demo(engine) == 0


@pytest.mark.parametrize(("source", "demo"), [("demo", True), ("omie", False), ("concilia", False)])
async def test_any_row_makes_it_full(
    engine: AsyncEngine, open_work: OpenWork, source: str, demo: bool
) -> None:
    await add_payments(open_work, payment(source=source))
    assert not await is_empty(engine)
    assert await has_demo(engine) is demo


async def test_a_tolerance_rule_alone_leaves_it_empty(engine: AsyncEngine, open_work: OpenWork) -> None:
    async with open_work(duty=Duty.SYNC) as work:
        await work.rules.add_first(Decimal("5.00"), Decimal("50.00"), NOW, "configuration")
        await work.commit()
    assert await is_empty(engine)


async def test_clearing_takes_the_demo_and_nothing_else(engine: AsyncEngine, open_work: OpenWork) -> None:
    await add(open_work, "demo")
    await add(open_work, "omie")
    assert await has_demo(engine)
    assert await clear_demo(engine) == 6
    assert not await has_demo(engine)
    assert not await is_empty(engine)
    async with open_work(duty=Duty.SYNC) as work:
        assert await work.payments.count(PaymentFilter(), TODAY) == 1
        assert await work.contracts.count(ContractFilter()) == 1
        assert len(await work.rules.overrides()) == 1
        assert await work.titles.count("omie", ["10"], NOVEMBER, BillingBasis.DUE_DATE) == 1
        assert await work.titles.count("demo", ["10"], NOVEMBER, BillingBasis.DUE_DATE) == 0
        assert len(await work.runs.running(None)) == 1


async def test_a_client_of_ours_that_the_demo_linked_stays(engine: AsyncEngine, open_work: OpenWork) -> None:
    ours = client(links=(ErpLink("demo", "1"), ErpLink("omie", "2")))
    theirs = client(source="demo")
    await add_clients(open_work, ours, theirs)
    async with open_work(duty=Duty.SYNC) as work:
        await work.contracts.add(contract(client_id=ours.id))
        await work.contracts.add(contract(client_id=theirs.id))
        await work.commit()
    await clear_demo(engine)
    async with open_work(duty=Duty.SYNC) as work:
        found = await work.clients.by_ids([ours.id, theirs.id])
        assert {record.omie_codigos for record in found.values()} == {("2",)}
        kept = await work.contracts.page(ContractFilter(), PageRequest())
    assert [record.client_id for record in kept.items] == [ours.id]


async def test_nothing_foreign_escapes(empty_database_url: str) -> None:
    engine = open_engine(empty_database_url)
    for ask in (is_empty, has_demo, clear_demo):
        with pytest.raises(Problem):
            await ask(engine)
    await engine.dispose()
