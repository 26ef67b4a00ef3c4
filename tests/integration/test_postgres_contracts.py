"""Contracts and their prices."""

from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.contracts import PRICES
from ports.calendar import Period
from ports.clients import ClientRecord
from ports.contracts import Cadence, ContractFilter, ContractPrice, ContractRecord
from ports.errors import Missing, Refused
from ports.ids import new_id
from ports.paging import PageRequest
from ports.work import OpenWork
from tests.integration.records import NOW, add_clients, client, contract, sql

EXACT = (
    ContractPrice(Decimal("0.00"), Period(1, 1)),
    ContractPrice(Decimal("0.10"), Period(999, 12)),
    ContractPrice(Decimal("1234567.89"), Period(2026, 1)),
    ContractPrice(Decimal("9999999999999.99"), Period(2026, 2)),
    ContractPrice(Decimal("0.01"), Period(9999, 12)),
)


async def add(open_work: OpenWork, *records: ContractRecord) -> None:
    async with open_work() as work:
        for record in records:
            await work.contracts.add(record)
        await work.commit()


async def kept(open_work: OpenWork, record: ContractRecord) -> ContractRecord:
    async with open_work() as work:
        found = await work.contracts.get(record.id)
    assert found is not None
    return found


@pytest.fixture
async def owner(open_work: OpenWork) -> ClientRecord:
    record = client()
    await add_clients(open_work, record)
    return record


def full_contract(owner: ClientRecord) -> ContractRecord:
    return contract(
        client_id=owner.id,
        external_id="CTR-1",
        title="Assinatura — “Ouro” & ção",
        prices=EXACT,
        ends_on=date(9999, 12, 31),
        cadence=Cadence.QUARTERLY,
        pro_rata=True,
        billing_day=31,
        source="demo",
        version=4,
        updated_at=NOW + timedelta(seconds=1),
        deleted_at=NOW + timedelta(seconds=2),
    )


async def test_every_field_comes_back(open_work: OpenWork, owner: ClientRecord) -> None:
    full, bare = full_contract(owner), contract(client_id=owner.id)
    assert not [field.name for field in fields(full) if getattr(full, field.name) is None]
    await add(open_work, full, bare)
    assert await kept(open_work, full) == full
    assert await kept(open_work, bare) == bare
    async with open_work() as work:
        assert await work.contracts.for_update(full.id) == full
        assert await work.contracts.get(new_id()) is None
        with pytest.raises(Missing):
            await work.contracts.for_update(new_id())


async def test_prices_are_exact(open_work: OpenWork, owner: ClientRecord) -> None:
    record = full_contract(owner)
    await add(open_work, record)
    found = (await kept(open_work, record)).prices
    assert [str(price.mrr) for price in found] == [str(price.mrr) for price in EXACT]
    assert [str(price.since) for price in found] == [str(price.since) for price in EXACT]


async def test_prices_lie_under_their_months(
    open_work: OpenWork, owner: ClientRecord, engine: AsyncEngine
) -> None:
    await add(open_work, contract(client_id=owner.id, prices=EXACT))
    async with engine.connect() as connection:
        months = (await connection.execute(select(PRICES.c.since).order_by(PRICES.c.since))).scalars().all()
    assert list(months) == [price.since for price in EXACT]


async def test_prices_come_oldest_first(open_work: OpenWork, owner: ClientRecord) -> None:
    record = contract(client_id=owner.id, prices=EXACT[::-1])
    await add(open_work, record)
    assert (await kept(open_work, record)).prices == EXACT


async def test_save_writes_every_field_and_all_prices(open_work: OpenWork, owner: ClientRecord) -> None:
    before, another = contract(client_id=owner.id, prices=EXACT[1:4]), contract(client_id=owner.id)
    await add(open_work, before, another)
    changed = replace(full_contract(owner), id=before.id, prices=(EXACT[0], EXACT[4]))
    async with open_work() as work:
        await work.contracts.save(changed)
        await work.commit()
    assert await kept(open_work, before) == changed
    assert await kept(open_work, another) == another


async def test_an_external_id_is_taken_by_a_live_contract_only(
    open_work: OpenWork, owner: ClientRecord
) -> None:
    first = contract(client_id=owner.id, external_id="E1", deleted_at=NOW)
    second = contract(client_id=owner.id, external_id="E1")
    await add(open_work, first, second)
    with pytest.raises(Refused, match="DUPLICATE_EXTERNAL_ID"):
        await add(open_work, contract(client_id=owner.id, external_id="E1"))
    with pytest.raises(Refused, match="DUPLICATE_EXTERNAL_ID"):
        async with open_work() as work:
            await work.contracts.save(replace(first, deleted_at=None))
    assert await kept(open_work, first) == first


IN_FORCE = {
    "before": (date(2026, 3, 9), False),
    "first day": (date(2026, 3, 10), True),
    "within": (date(2026, 4, 15), True),
    "last day": (date(2026, 5, 20), True),
    "after": (date(2026, 5, 21), False),
}


@pytest.mark.parametrize(("day", "holds"), IN_FORCE.values(), ids=IN_FORCE)
async def test_in_force_on_a_day(open_work: OpenWork, owner: ClientRecord, day: date, holds: bool) -> None:
    record = contract(client_id=owner.id, starts_on=date(2026, 3, 10), ends_on=date(2026, 5, 20))
    await add(open_work, record, replace(record, id=new_id(), deleted_at=NOW))
    async with open_work() as work:
        page = await work.contracts.page(ContractFilter(in_force_on=day), PageRequest())
        theirs = await work.contracts.of_clients([owner.id, new_id()], day)
    assert list(page.items) == ([record] if holds else [])
    assert dict(theirs) == ({owner.id: [record]} if holds else {})


async def test_filters_and_order(open_work: OpenWork, owner: ClientRecord) -> None:
    other = client()
    await add_clients(open_work, other)
    old = contract(client_id=owner.id, external_id="A", starts_on=date(2025, 1, 1))
    new = contract(client_id=owner.id, external_id="B", starts_on=date(2026, 6, 1))
    twin = contract(client_id=other.id, external_id="C", starts_on=date(2026, 6, 1))
    await add(open_work, old, new, twin, contract(client_id=owner.id, external_id="A", deleted_at=NOW))
    cases = {
        ContractFilter(): [twin, new, old],
        ContractFilter(client_id=owner.id): [new, old],
        ContractFilter(external_id=("A", "C", "x")): [twin, old],
        ContractFilter(external_id=()): [],
        ContractFilter(client_id=owner.id, external_id=("A",), in_force_on=date(2025, 1, 1)): [old],
        ContractFilter(client_id=other.id, external_id=("A",)): [],
    }
    async with open_work() as work:
        for where, expected in cases.items():
            assert list((await work.contracts.page(where, PageRequest())).items) == expected
            assert await work.contracts.count(where) == len(expected)
        first = await work.contracts.page(ContractFilter(), PageRequest(2))
        rest = await work.contracts.page(ContractFilter(), PageRequest(2, after=first.cursors[-1]))
    assert [*first.items, *rest.items] == [twin, new, old]


BAD_ROWS = {
    "an end before the start": ("contracts", "ends_on = starts_on - 1", "contracts_days"),
    "a billing day too early": ("contracts", "billing_day = 0", "contracts_billing_day"),
    "a billing day too late": ("contracts", "billing_day = 32", "contracts_billing_day"),
    "an unknown cadence": ("contracts", "cadence = 'WEEKLY'", "cadence"),
    "an unknown client": ("contracts", "client_id = gen_random_uuid()", "contracts_client_id_fkey"),
    "a negative price": ("contract_prices", "mrr = -0.01", "contract_prices_mrr"),
}


@pytest.mark.parametrize(("table", "change", "constraint"), BAD_ROWS.values(), ids=BAD_ROWS)
async def test_the_database_refuses_by_itself(
    shared_engine: AsyncEngine, shared_work: OpenWork, table: str, change: str, constraint: str
) -> None:
    owner = client()
    await add_clients(shared_work, owner)
    await add(shared_work, contract(client_id=owner.id))
    with pytest.raises(IntegrityError, match=constraint):
        await sql(shared_engine, f"UPDATE {table} SET {change}")
