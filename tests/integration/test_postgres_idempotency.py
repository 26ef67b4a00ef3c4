"""Keys by which a request may be repeated."""

import asyncio
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from core.use_cases.create_payment import CreatePayment
from core.use_cases.delete_payment import DeletePayment
from core.use_cases.forget_keys import ForgetKeys
from core.use_cases.update_payment import UpdatePayment
from ports.errors import Fault, Missing, RefusalCode, Refused
from ports.idempotency import KeyUse, Outcome
from ports.identity import Identity
from ports.ids import new_id
from ports.new_payments import NewPayments
from ports.payments import Atributo, Entidade
from ports.work import OpenWork
from tests.integration.records import PERSON, sent_payment, sql, until_somebody_waits
from tests.running import TestClock

COUNT = "SELECT (SELECT count(*) FROM payments), (SELECT count(*) FROM idempotency_keys)"


@pytest.fixture
def create(open_work: OpenWork, new_payments: NewPayments, clock: TestClock) -> CreatePayment:
    return CreatePayment(open_work, new_payments, clock)


async def counts(engine: AsyncEngine) -> tuple[int, int]:
    """Payments and keys."""
    payments, keys = (await sql(engine, COUNT))[0]
    return payments, keys


async def test_a_claim(open_work: OpenWork) -> None:
    refusal = (Fault(RefusalCode.TOO_LONG, ("codigo",), {"limit": "255"}),)
    outcomes: list[Outcome] = [new_id(), refusal, new_id()]
    async with open_work() as work:
        assert await work.keys.claim("createPayment", "ana", "k", "digest") is None
        await work.keys.decide("createPayment", "ana", "k", outcomes)
        assert await work.keys.claim("createPayment", "ana", "k", "another") == KeyUse("digest", outcomes)
        for elsewhere in (
            ("createClient", "ana", "k"),
            ("createPayment", "rui", "k"),
            ("createPayment", "ana", "l"),
        ):
            assert await work.keys.claim(*elsewhere, "digest") is None
    async with open_work() as work:
        assert await work.keys.claim("createPayment", "ana", "k", "another") is None


async def test_a_second_claim_waits_for_the_first(open_work: OpenWork, engine: AsyncEngine) -> None:
    made = [new_id()]

    async def claim() -> KeyUse | None:
        async with open_work() as work:
            return await work.keys.claim("createPayment", "ana", "k", "digest")

    async with open_work() as work:
        await work.keys.claim("createPayment", "ana", "k", "digest")
        second = asyncio.create_task(claim())
        await until_somebody_waits(engine)
    assert await second is None
    async with open_work() as work:
        await work.keys.claim("createPayment", "ana", "k", "digest")
        await work.keys.decide("createPayment", "ana", "k", made)
        third = asyncio.create_task(claim())
        await until_somebody_waits(engine)
        await work.commit()
    assert await third == KeyUse("digest", made)


async def test_the_same_key_and_input_give_the_same_payment(
    create: CreatePayment, engine: AsyncEngine
) -> None:
    first = await create(sent_payment(), by=PERSON, idempotency_key="k")
    assert await create(sent_payment(), by=PERSON, idempotency_key="k") == first
    assert await counts(engine) == (1, 1)
    assert (await create(sent_payment(), by=PERSON)).id != first.id
    assert (await create(sent_payment(), by=PERSON, idempotency_key="other")).id != first.id
    rui = Identity("rui", None, PERSON.roles)
    assert (await create(sent_payment(), by=rui, idempotency_key="k")).id != first.id
    assert await counts(engine) == (4, 3)


async def test_a_replay_is_the_payment_as_it_stands_now(
    create: CreatePayment, open_work: OpenWork, clock: TestClock
) -> None:
    first = await create(sent_payment(), by=PERSON, idempotency_key="k")
    changed = await UpdatePayment(open_work, clock)(first.id, {"descricao": "Outra coisa"}, 1, by=PERSON)
    assert await create(sent_payment(), by=PERSON, idempotency_key="k") == changed
    gone = await DeletePayment(open_work, clock)(first.id, None, by=PERSON)
    assert await create(sent_payment(), by=PERSON, idempotency_key="k") == gone


SAME: dict[str, dict[str, Any]] = {
    "decimals": {"valor": Decimal(100)},
    "absent as empty": {"codigo": "", "nome_fornecedor": "  ", "data_liquidacao": None},
    "defaults": {"juros": Decimal(0), "liquidado": False, "atributos": ()},
    "the total": {"valor_total": Decimal("100.0")},
}
OTHER: dict[str, dict[str, Any]] = {
    "amount": {"valor": Decimal("100.01")},
    "text": {"descricao": "Aluguel do escritorio"},
    "day": {"data_vencimento": date(2026, 11, 21)},
    "one more field": {"codigo": "1"},
    "attributes": {"atributos": (Atributo("a", "b"),)},
    "a field by another name": {
        "entidade": Entidade.CLIENTE,
        "cliente_id": "7",
        "cliente_external_id": "P7",
        "fornecedor_id": None,
        "fornecedor_external_id": None,
    },
}


@pytest.mark.parametrize("change", SAME.values(), ids=SAME)
async def test_input_that_means_the_same(create: CreatePayment, change: dict[str, Any]) -> None:
    first = await create(sent_payment(), by=PERSON, idempotency_key="k")
    assert await create(sent_payment(**change), by=PERSON, idempotency_key="k") == first


@pytest.mark.parametrize("change", OTHER.values(), ids=OTHER)
async def test_other_input(create: CreatePayment, engine: AsyncEngine, change: dict[str, Any]) -> None:
    await create(sent_payment(), by=PERSON, idempotency_key="k")
    with pytest.raises(Refused, match="IDEMPOTENCY_KEY_REUSED") as refusal:
        await create(sent_payment(**change), by=PERSON, idempotency_key="k")
    assert refusal.value.faults[0].path == ("idempotency_key",)
    assert await counts(engine) == (1, 1)


async def test_a_refusal_does_not_use_up_the_key(create: CreatePayment, engine: AsyncEngine) -> None:
    await create(sent_payment(external_id="E1"), by=PERSON)
    refused = (sent_payment(descricao="x"), sent_payment(external_id="E1"))
    for sent in refused:
        with pytest.raises(Refused):
            await create(sent, by=PERSON, idempotency_key="k")
    assert await counts(engine) == (1, 0)
    await create(sent_payment(external_id="E2"), by=PERSON, idempotency_key="k")
    assert await counts(engine) == (2, 1)


@pytest.mark.parametrize("key", ["", "  ", "k" * 256, "a\x00b", "a\ud800"])
async def test_a_bad_key(create: CreatePayment, engine: AsyncEngine, key: str) -> None:
    with pytest.raises(Refused) as refusal:
        await create(sent_payment(), by=PERSON, idempotency_key=key)
    assert refusal.value.faults[0].path == ("idempotency_key",)
    assert await counts(engine) == (0, 0)


async def test_a_payment_that_is_gone_altogether(create: CreatePayment, engine: AsyncEngine) -> None:
    await create(sent_payment(), by=PERSON, idempotency_key="k")
    await sql(engine, "DELETE FROM payments")
    with pytest.raises(Missing):
        await create(sent_payment(), by=PERSON, idempotency_key="k")


async def test_fifty_at_once_make_one_payment(create: CreatePayment, engine: AsyncEngine) -> None:
    made = await asyncio.gather(
        *(create(sent_payment(external_id="E1"), by=PERSON, idempotency_key="k") for _ in range(50))
    )
    assert await counts(engine) == (1, 1)
    assert all(payment == made[0] for payment in made)


async def test_a_key_is_kept_for_longer_than_a_day(
    create: CreatePayment, open_work: OpenWork, engine: AsyncEngine, clock: TestClock
) -> None:
    first = await create(sent_payment(), by=PERSON, idempotency_key="k")
    began = clock.now()
    clock.set(began + timedelta(hours=24))
    assert await ForgetKeys(open_work, clock)() == 0
    assert await create(sent_payment(), by=PERSON, idempotency_key="k") == first
    clock.set(began + timedelta(hours=49))
    assert await ForgetKeys(open_work, clock)() == 1
    assert await counts(engine) == (1, 0)
