"""Payments in the database: what goes in comes out, and what must not stand there cannot."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.payments import FEW
from core.use_cases.create_payment import CreatePayment
from core.use_cases.delete_payment import DeletePayment
from core.use_cases.restore_payment import RestorePayment
from ports.errors import Missing, Refused
from ports.ids import new_id
from ports.new_payments import NewPayments
from ports.payments import Atributo, Entidade, PaymentFilter, PaymentRecord
from ports.work import OpenWork
from tests.integration.records import (
    PERSON,
    TODAY,
    add_payments,
    payment,
    sent_payment,
    sql,
)
from tests.running import TestClock


def full_payment() -> PaymentRecord:
    """Every field holds something of its own, but for the parties that another entidade has."""
    references = {
        f"{stem}_{end}": f"{stem} {end} ção"
        for stem in ("plano_contas", "centro_custo", "conta_bancaria", "forma_pagamento", "usuario", "loja")
        for end in ("id", "external_id")
    }
    names = {
        f"nome_{name}": f"Nome {name} Ñandú €"
        for name in ("plano_conta", "centro_custo", "conta_bancaria", "forma_pagamento", "usuario", "loja")
    }
    return payment(
        **references,
        **names,
        external_id="EXT-1",
        codigo="000123",
        descricao="Água, luz & gás — “conta” 100% \\ _ 🏢",
        valor=Decimal("9999999999999.98"),
        juros=Decimal("0.01"),
        desconto=Decimal("3.33"),
        taxa_banco=Decimal("2.22"),
        taxa_operadora=Decimal("1.11"),
        valor_total=Decimal("9999999999993.33"),
        data_liquidacao=date(2026, 11, 19),
        data_competencia=date(2026, 10, 1),
        deletado_em=datetime(2026, 11, 21, 1, 2, 3, 456789, tzinfo=UTC),
        entidade=Entidade.CLIENTE,
        cliente_id="client_1",
        cliente_external_id="CLI-1",
        nome_cliente="Padaria São João",
        liquidado=True,
        atributos=(Atributo("z", "último"), Atributo("a", ""), Atributo("z", "de novo")),
        version=7,
    )


async def kept(open_work: OpenWork, record: PaymentRecord) -> PaymentRecord:
    async with open_work() as work:
        found = await work.payments.get(record.id)
    assert found is not None
    return found


def test_the_full_payment_has_no_field_at_its_default() -> None:
    record, others = full_payment(), ("fornecedor", "transportadora", "funcionario")
    empty = {field.name for field in fields(record) if getattr(record, field.name) in (None, (), 0, "")}
    assert empty == {
        name for party in others for name in (f"{party}_id", f"{party}_external_id", f"nome_{party}")
    }


@pytest.mark.parametrize("entidade", Entidade)
async def test_every_field_comes_back_as_it_went_in(shared_work: OpenWork, entidade: Entidade) -> None:
    full = full_payment()
    nobody = dict.fromkeys(("cliente_id", "cliente_external_id", "nome_cliente"))
    party = entidade.name.lower()
    named = {f"{party}_id": "1", f"{party}_external_id": "2", f"nome_{party}": "Três"}
    changes = {"id": new_id(), "external_id": f"EXT-{party}", "entidade": entidade, **nobody, **named}
    record = replace(full, **changes)  # type: ignore[arg-type]
    await add_payments(shared_work, record)
    assert await kept(shared_work, record) == record


async def test_an_almost_empty_payment_comes_back_too(shared_work: OpenWork) -> None:
    record = payment(valor=Decimal("0.00"))
    await add_payments(shared_work, record)
    assert await kept(shared_work, record) == record


async def test_save_writes_every_field(open_work: OpenWork) -> None:
    record = payment()
    await add_payments(open_work, record)
    changed = replace(full_payment(), id=record.id)
    async with open_work() as work:
        before = await work.payments.for_update(record.id)
        await work.payments.save(changed)
        await work.commit()
    assert before == record
    assert await kept(open_work, record) == changed


async def test_moments_come_back_in_utc_to_the_microsecond(shared_work: OpenWork) -> None:
    moment = datetime.fromisoformat("2026-11-20T23:59:59.999999-03:00")
    record = payment(cadastrado_em=moment)
    await add_payments(shared_work, record)
    found = (await kept(shared_work, record)).cadastrado_em
    assert found == moment
    assert found.isoformat() == datetime(2026, 11, 21, 2, 59, 59, 999999, UTC).isoformat()


async def test_amounts_come_back_with_two_decimals(shared_work: OpenWork) -> None:
    record = payment(valor=Decimal("1.5"))
    await add_payments(shared_work, record)
    found = await kept(shared_work, record)
    assert (str(found.valor), str(found.juros), str(found.valor_total)) == ("1.50", "0.00", "1.50")


async def test_an_unknown_payment(shared_work: OpenWork) -> None:
    async with shared_work() as work:
        assert await work.payments.get(new_id()) is None
        with pytest.raises(Missing):
            await work.payments.for_update(new_id())


async def test_for_update_holds_the_row(open_work: OpenWork, engine: AsyncEngine) -> None:
    record = payment()
    await add_payments(open_work, record)
    async with open_work() as work:
        await work.payments.for_update(record.id)
        free = await sql(engine, "SELECT id FROM payments FOR UPDATE SKIP LOCKED")
        assert free == []
    assert len(await sql(engine, "SELECT id FROM payments FOR UPDATE SKIP LOCKED")) == 1


async def test_an_external_id_is_taken_by_a_live_payment_only(open_work: OpenWork) -> None:
    deleted = payment(external_id="E1", deletado_em=datetime(2026, 11, 20, tzinfo=UTC))
    await add_payments(open_work, deleted, payment(external_id="E1"), payment(), payment())
    taken, free, twice = payment(external_id="E1"), payment(external_id="E2"), payment(external_id="E2")
    async with open_work() as work:
        assert set(await work.payments.add_all([taken, free, twice])) == {taken.id, twice.id}
        assert set(await work.payments.by_ids([taken.id, free.id, twice.id])) == {free.id}


async def test_save_refuses_a_taken_external_id(open_work: OpenWork) -> None:
    record = payment(external_id="E2")
    await add_payments(open_work, payment(external_id="E1"), record)
    with pytest.raises(Refused, match="DUPLICATE_EXTERNAL_ID"):
        async with open_work() as work:
            await work.payments.save(replace(record, external_id="E1"))
    assert await kept(open_work, record) == record


async def test_delete_then_create_again_then_no_restore(
    open_work: OpenWork, new_payments: NewPayments, clock: TestClock
) -> None:
    create, delete = CreatePayment(open_work, new_payments, clock), DeletePayment(open_work, clock)
    restore = RestorePayment(open_work, clock)
    sent = sent_payment(external_id="E1")
    first = await create(sent, by=PERSON)
    with pytest.raises(Refused, match="DUPLICATE_EXTERNAL_ID"):
        await create(sent, by=PERSON)
    gone = await delete(first.id, 1, by=PERSON)
    second = await create(sent, by=PERSON)
    with pytest.raises(Refused, match="DUPLICATE_EXTERNAL_ID"):
        await restore(first.id, 2, by=PERSON)
    assert await kept(open_work, first) == gone
    await delete(second.id, None, by=PERSON)
    back = await restore(first.id, 2, by=PERSON)
    assert (back.deletado_em, back.version) == (None, 3)
    assert await kept(open_work, first) == back
    async with open_work() as work:
        assert await work.payments.count(PaymentFilter(), TODAY) == 1
        assert await work.payments.count(PaymentFilter(deleted=True), TODAY) == 1


async def test_what_a_mutation_answers_is_what_is_kept(
    open_work: OpenWork, new_payments: NewPayments, clock: TestClock
) -> None:
    sent = sent_payment(valor=Decimal("1.5"), juros=Decimal("1E+1"), atributos=(Atributo("a", "b"),))
    answered = await CreatePayment(open_work, new_payments, clock)(sent, by=PERSON)
    assert await kept(open_work, answered) == answered


BAD_ROWS: dict[str, tuple[str, str]] = {
    "another total": ("valor_total = valor_total + 0.01", "payments_total"),
    "a negative amount": ("desconto = -1, valor_total = valor + 1", "payments_amounts"),
    "a negative total": ("desconto = 200, valor_total = -100", "payments_amounts"),
    "settled without its day": ("liquidado = true", "payments_settled"),
    "a day without settlement": ("data_liquidacao = '2026-11-01'", "payments_settled"),
    "too short a text": ("descricao = 'ab'", "payments_descricao"),
    "too long a text": ("descricao = repeat('a', 501)", "payments_descricao"),
    "no id of its party": ("fornecedor_id = NULL", "payments_fornecedor"),
    "no external id of its party": ("fornecedor_external_id = NULL", "payments_fornecedor"),
    "the id of another party": ("cliente_id = '1'", "payments_cliente"),
    "the external id of another party": ("transportadora_external_id = '1'", "payments_transportadora"),
    "the name of another party": ("nome_funcionario = 'x'", "payments_funcionario"),
    "a party of another kind": ("entidade = 'C'", "payments_cliente|payments_fornecedor"),
    "an unknown kind of party": (
        "entidade = 'X', fornecedor_id = NULL, fornecedor_external_id = NULL",
        "entidade",
    ),
}


@pytest.mark.parametrize(("change", "constraint"), BAD_ROWS.values(), ids=BAD_ROWS)
async def test_the_database_refuses_by_itself(
    shared_engine: AsyncEngine, shared_work: OpenWork, change: str, constraint: str
) -> None:
    record = payment()
    await add_payments(shared_work, record)
    with pytest.raises(IntegrityError, match=f'check constraint "({constraint})"'):
        await sql(shared_engine, f"UPDATE payments SET {change} WHERE id = :id", id=record.id)


EXTREMES: dict[str, Callable[[], PaymentRecord]] = {
    "the largest amount": lambda: payment(valor=Decimal("9999999999999.99")),
    "the first day": lambda: payment(data_vencimento=date(1, 1, 1)),
    "the last day": lambda: payment(data_vencimento=date(9999, 12, 31)),
    "the longest text": lambda: payment(descricao="ção" * 166),
    "a hundred attributes": lambda: payment(
        atributos=tuple(Atributo(f"chave {n}", "ç" * 1000) for n in range(100))
    ),
}


@pytest.mark.parametrize("make", EXTREMES.values(), ids=EXTREMES)
async def test_extremes_fit(shared_work: OpenWork, make: Callable[[], PaymentRecord]) -> None:
    record = make()
    await add_payments(shared_work, record)
    assert await kept(shared_work, record) == record


@pytest.mark.parametrize("count", [FEW, FEW + 1])
async def test_they_are_written_in_one_order(engine: AsyncEngine, open_work: OpenWork, count: int) -> None:
    days = [TODAY - timedelta(number) for number in range(count)]
    await add_payments(open_work, *(payment(data_vencimento=day) for day in days))
    written = await sql(engine, "SELECT data_vencimento FROM payments ORDER BY ctid")
    assert [day for (day,) in written] == sorted(days)
