"""Twenty writers, one record: one may win, and nobody's write is lost."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from bootstrap import Assembly
from core.client import Client
from core.use_cases.create_client import CreateClient
from core.use_cases.create_contract import CreateContract
from core.use_cases.create_payment import CreatePayment
from core.use_cases.delete_contract import DeleteContract
from core.use_cases.delete_payment import DeletePayment
from core.use_cases.restore_payment import RestorePayment
from core.use_cases.settle_payment import SettlePayment
from core.use_cases.unsettle_payment import UnsettlePayment
from core.use_cases.update_client import UpdateClient
from core.use_cases.update_contract import UpdateContract
from core.use_cases.update_payment import UpdatePayment
from ports.calendar import Period
from ports.clients import ErpLink
from ports.contracts import Cadence, ContractPrice
from ports.errors import Missing, Refused, Stale
from ports.ids import new_id
from ports.work import OpenWork
from tests.integration.records import NOW, PERSON, TODAY, register, sent_payment, until_somebody_waits

DAY = date(2026, 11, 1)
Change = Callable[[Assembly, UUID, int | None], Awaitable[Any]]

PAYMENT_CHANGES: dict[str, Change] = {
    "settle": lambda app, key, version: app.get(SettlePayment)(key, DAY, version, by=PERSON),
    "update": lambda app, key, version: app.get(UpdatePayment)(key, {"codigo": "1"}, version, by=PERSON),
    "delete": lambda app, key, version: app.get(DeletePayment)(key, version, by=PERSON),
}
CLIENT_CHANGES: dict[str, Change] = {
    "update": lambda app, key, version: app.get(UpdateClient)(
        key, {"name": "Outro nome"}, version, by=PERSON
    ),
}
CONTRACT_CHANGES: dict[str, Change] = {
    "update": lambda app, key, version: app.get(UpdateContract)(
        key, {"mrr": Decimal("2.00")}, version, by=PERSON
    ),
    "delete": lambda app, key, version: app.get(DeleteContract)(key, version, by=PERSON),
}


async def new_payment(app: Assembly) -> UUID:
    return (await app.get(CreatePayment)(sent_payment(), by=PERSON)).id


async def new_client(app: Assembly) -> UUID:
    return (await app.get(CreateClient)({"name": "Padaria"}, omie_codigo=None, by=PERSON)).id


async def new_contract(app: Assembly) -> UUID:
    sent = {"title": "Assinatura", "starts_on": DAY, "mrr": Decimal("1.00"), "cadence": Cadence.MONTHLY}
    return (await app.get(CreateContract)({**sent, "client_id": await new_client(app)}, by=PERSON)).id


New = Callable[[Assembly], Awaitable[UUID]]
RACES: dict[str, tuple[New, Change]] = {
    **{f"{name} payment": (new_payment, change) for name, change in PAYMENT_CHANGES.items()},
    **{f"{name} client": (new_client, change) for name, change in CLIENT_CHANGES.items()},
    **{f"{name} contract": (new_contract, change) for name, change in CONTRACT_CHANGES.items()},
}


@pytest.mark.parametrize(("new", "change"), RACES.values(), ids=RACES)
async def test_one_of_twenty_wins(assembly: Assembly, new: New, change: Change) -> None:
    key = await new(assembly)
    outcomes = await asyncio.gather(*(change(assembly, key, 1) for _ in range(20)), return_exceptions=True)
    stale = [outcome for outcome in outcomes if isinstance(outcome, Stale)]
    won = [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
    assert Counter(type(outcome).__name__ for outcome in outcomes)["Stale"] == 19
    assert [record.version for record in won] == [2]
    assert all(refusal.current == won[0] for refusal in stale)


@pytest.mark.parametrize(("new", "change"), RACES.values(), ids=RACES)
async def test_an_unknown_record_or_version(assembly: Assembly, new: New, change: Change) -> None:
    with pytest.raises(Missing):
        await change(assembly, new_id(), None)
    key = await new(assembly)
    for version in (0, 2):
        with pytest.raises(Stale):
            await change(assembly, key, version)
    assert (await change(assembly, key, None)).version == 2


async def test_updates_without_a_version_come_one_after_the_other(assembly: Assembly) -> None:
    key = await new_payment(assembly)
    names = [
        f"{stem}_{end}" for stem in ("plano_contas", "centro_custo", "loja") for end in ("id", "external_id")
    ]
    update = assembly.get(UpdatePayment)
    await asyncio.gather(*(update(key, {name: name}, None, by=PERSON) for name in names))
    async with assembly.get(OpenWork)() as work:
        payment = await work.payments.for_update(key)
    assert payment.version == 1 + len(names)
    assert [getattr(payment, name) for name in names] == names


async def test_prices_set_at_once_are_all_kept(assembly: Assembly) -> None:
    key = await new_contract(assembly)
    update = assembly.get(UpdateContract)
    months = [Period(2027, month) for month in range(1, 9)]
    await asyncio.gather(
        *(update(key, {"mrr": Decimal(month.month), "mrr_from": month}, None, by=PERSON) for month in months)
    )
    async with assembly.get(OpenWork)() as work:
        contract = await work.contracts.for_update(key)
    assert contract.version == 9
    assert contract.prices[1:] == tuple(ContractPrice(Decimal(month.month), month) for month in months)


async def test_a_client_linked_meanwhile_belongs_to_the_erp(assembly: Assembly) -> None:
    key, link = await new_client(assembly), ErpLink("demo", "1")
    open_work = assembly.get(OpenWork)
    async with open_work() as work:
        client = Client(await work.clients.for_update(key))
        client.follow_erp(register("1", name="Padaria do ERP"), link, NOW)
        await work.clients.save(client.record)
        waiting = asyncio.create_task(
            assembly.get(UpdateClient)(key, {"name": "Outro nome"}, None, by=PERSON)
        )
        await until_somebody_waits(assembly.engine)
        await work.commit()
    with pytest.raises(Refused, match="OWNED_BY_ERP"):
        await waiting
    async with open_work() as work:
        assert await work.clients.for_update(key) == client.record


async def test_a_payment_through_its_life(assembly: Assembly) -> None:
    key = await new_payment(assembly)
    steps: list[Awaitable[Any]] = [
        assembly.get(SettlePayment)(key, TODAY, 1, by=PERSON),
        assembly.get(UnsettlePayment)(key, 2, by=PERSON),
        assembly.get(DeletePayment)(key, 3, by=PERSON),
        assembly.get(RestorePayment)(key, 4, by=PERSON),
        assembly.get(UpdatePayment)(key, {"juros": Decimal("0.50")}, 5, by=PERSON),
    ]
    records = [await step for step in steps]
    assert [record.version for record in records] == [2, 3, 4, 5, 6]
    assert [record.liquidado for record in records] == [True, False, False, False, False]
    assert records[-1].valor_total == Decimal("100.50")
    async with assembly.get(OpenWork)() as work:
        assert await work.payments.get(key) == records[-1]
