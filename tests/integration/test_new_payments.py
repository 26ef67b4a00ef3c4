"""A payment that nothing stands in the way of is kept at once; where something does, nothing is touched."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.new_payments import PostgresNewPayments
from core.register import named
from core.use_cases.create_payment import CreatePayment
from ports.audit import Act
from ports.errors import Unavailable
from ports.idempotency import Claim, KeyUse
from ports.new_payments import NewPayments
from ports.payments import Atributo, Entidade, PaymentRecord
from ports.work import OpenWork
from tests.integration.conftest import Outage
from tests.integration.records import NOW, PERSON, payment, sent_payment, sql
from tests.running import TestClock

ACT = Act("ana", "createPayment")
CLAIM = Claim("createPayment", "ana", "k", "digest")
TABLES = ("payments", "register_entries", "idempotency_keys", "audit_entries")
COUNTS = "SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in TABLES)
REGISTERS = "SELECT kind, code, external_id, name FROM register_entries ORDER BY kind, code"


@pytest.fixture(params=[False, True], ids=["own connections", "pooled ones"])
async def new_payments(database_url: str, request: pytest.FixtureRequest) -> AsyncIterator[NewPayments]:
    opened = PostgresNewPayments(database_url, pooled=request.param)
    async with opened.strokes:
        yield opened


async def kept(new_payments: NewPayments, made: PaymentRecord, claim: Claim | None = None) -> bool:
    return await new_payments.keep(ACT, made, [*named([made]).values()], claim)


async def counts(engine: AsyncEngine) -> tuple[int, ...]:
    """Payments, register entries, keys, audit entries."""
    return tuple((await sql(engine, COUNTS))[0])


async def test_all_of_it_is_kept(new_payments: NewPayments, open_work: OpenWork, engine: AsyncEngine) -> None:
    made = payment(external_id="E1", loja_id="1", nome_loja='Loja "Ç", {1}', atributos=(Atributo("a", "b"),))
    assert await kept(new_payments, made, CLAIM)
    async with open_work() as work:
        assert await work.payments.get(made.id) == made
        assert await work.keys.claim(*CLAIM) == KeyUse("digest", [made.id])
    assert [tuple(row) for row in await sql(engine, REGISTERS)] == [
        ("FORNECEDOR", "7", "P7", "7"),
        ("LOJA", "1", None, 'Loja "Ç", {1}'),
    ]
    trail = await sql(engine, "SELECT DISTINCT by, action FROM audit_entries")
    assert [tuple(row) for row in trail] == [ACT]
    assert await counts(engine) == (1, 2, 1, 3)


async def test_registers_are_completed_and_no_more(new_payments: NewPayments, engine: AsyncEngine) -> None:
    for made in (
        payment(loja_id="1"),
        payment(loja_id="1", loja_external_id="L1", nome_loja="Centro"),
        payment(loja_id="1", loja_external_id="L2"),
    ):
        assert await kept(new_payments, made)
    entries = [tuple(row) for row in await sql(engine, REGISTERS)]
    assert entries == [("FORNECEDOR", "7", "P7", "7"), ("LOJA", "1", "L1", "1")]


async def test_a_key_that_was_used_keeps_nothing(new_payments: NewPayments, engine: AsyncEngine) -> None:
    assert await kept(new_payments, payment(), CLAIM)
    before = await counts(engine)
    for claim in (CLAIM, CLAIM._replace(digest="another")):
        assert not await kept(new_payments, payment(loja_id="1"), claim)
    assert await counts(engine) == before


@pytest.mark.parametrize("claim", [None, CLAIM], ids=["without a key", "with a key"])
async def test_an_external_id_that_is_taken_keeps_nothing(
    new_payments: NewPayments, engine: AsyncEngine, claim: Claim | None
) -> None:
    assert await kept(new_payments, payment(external_id="E1", deletado_em=NOW))
    assert await kept(new_payments, payment(external_id="E1"))
    before = await counts(engine)
    assert not await kept(new_payments, payment(external_id="E1", loja_id="1"), claim)
    assert await counts(engine) == before


async def test_what_the_database_refuses_keeps_nothing(
    new_payments: NewPayments, engine: AsyncEngine
) -> None:
    before = await counts(engine)
    made = payment()
    assert not await kept(new_payments, replace(made, valor_total=made.valor_total + 1), CLAIM)
    assert not await new_payments.keep(Act("a\x00b", "createPayment"), made, [], None)
    assert await counts(engine) == before


async def test_a_database_that_does_not_answer(
    new_payments: NewPayments, engine: AsyncEngine, outage: Outage
) -> None:
    async with outage():
        with pytest.raises(Unavailable):
            await kept(new_payments, payment())
    assert await kept(new_payments, payment())


CAREFUL: dict[str, dict[str, Any]] = {
    "a register may know its external id": {"loja_id": "1"},
    "a client on file": {
        "entidade": Entidade.CLIENTE,
        "cliente_id": "client_" + "0" * 32,
        "cliente_external_id": "P7",
        "fornecedor_id": None,
        "fornecedor_external_id": None,
    },
    "a key that was used": {"key": "k"},
    "an external id that is taken": {"external_id": "E1"},
    "a fault": {"descricao": "x"},
}


class Opened(Exception):
    """A unit of work was opened."""


@pytest.mark.parametrize("change", [{}, *CAREFUL.values()], ids=["nothing", *CAREFUL])
async def test_when_care_is_taken(
    new_payments: NewPayments, open_work: OpenWork, clock: TestClock, change: dict[str, Any]
) -> None:
    """A unit of work is opened where something may stand in the way, and only there."""

    def opened(*_args: Any, **_options: Any) -> Any:
        raise Opened

    await CreatePayment(open_work, new_payments, clock)(
        sent_payment(external_id="E1"), by=PERSON, idempotency_key="k"
    )
    create = CreatePayment(opened, new_payments, clock)
    sent = sent_payment(**{name: value for name, value in change.items() if name != "key"})
    if not change:
        await create(sent, by=PERSON, idempotency_key="l")
        return
    with pytest.raises(Opened):
        await create(sent, by=PERSON, idempotency_key=change.get("key"))
