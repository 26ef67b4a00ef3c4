"""Sums by group, against the same sums made in Python; one statement for each."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from ports.calendar import DateRange, Period
from ports.ids import new_id
from ports.paging import PageRequest
from ports.payment_sums import PaymentGroup, PaymentSummary
from ports.payments import (
    PARTIES,
    Entidade,
    MoneyRange,
    PaymentFilter,
    PaymentRecord,
    Situacao,
)
from ports.registers import ReferenceKind, ReferenceRecord
from ports.work import OpenWork
from tests.integration.records import NOW, TODAY, add_payments, payment

G = PaymentGroup
REGISTERS = {
    G.PLANO_CONTAS: ("plano_contas_id", "nome_plano_conta"),
    G.CENTRO_CUSTO: ("centro_custo_id", "nome_centro_custo"),
    G.CONTA_BANCARIA: ("conta_bancaria_id", "nome_conta_bancaria"),
    G.FORMA_PAGAMENTO: ("forma_pagamento_id", "nome_forma_pagamento"),
    G.LOJA: ("loja_id", "nome_loja"),
}
FILTERS = {
    "all": PaymentFilter(),
    "deleted": PaymentFilter(deleted=True),
    "open": PaymentFilter(liquidado=False),
    "of a month": PaymentFilter(data_vencimento=DateRange(TODAY.replace(day=1), TODAY)),
    "overdue": PaymentFilter(situacao=[Situacao.VENCIDO]),
    "dear clients": PaymentFilter(
        entidade=[Entidade.CLIENTE], valor_total=MoneyRange(Decimal("1000000000.00"))
    ),
    "nothing": PaymentFilter(codigo=["nobody's"]),
}


def some_payments() -> Iterator[PaymentRecord]:
    """Whatever chance brings, but the same at each run: cents, thousands of millions, zeros."""
    chance = random.Random(20261120)
    for _ in range(150):
        entidade = chance.choice(list(Entidade))
        settled = chance.random() < 0.5
        yield payment(
            entidade=entidade,
            valor=Decimal(chance.choice([0, 1, 33, 99_999, 123_456_789_012, 999_999_999_999_999])) / 100,
            data_vencimento=TODAY + timedelta(chance.randint(-90, 90) * chance.randint(0, 1)),
            liquidado=settled,
            data_liquidacao=TODAY if settled else None,
            deletado_em=NOW if chance.random() < 0.2 else None,
            **{PARTIES[entidade].nome: "Alguém"},
            **_references(chance),
        )


def _references(chance: random.Random) -> dict[str, str | None]:
    """Ids whose order is not that of words, some with a name."""
    fields: dict[str, str | None] = {}
    for key, nome in REGISTERS.values():
        fields[key] = chance.choice([None, "a", "B", "10", "9", "ç"])
        named = fields[key] not in (None, "9") and chance.random() < 0.5
        fields[nome] = f"nome de {fields[key]}" if named else None
    return fields


@pytest.fixture(scope="module")
async def filled(shared_work: OpenWork) -> OpenWork:
    await add_payments(shared_work, *some_payments())
    return shared_work


def key_of(group: PaymentGroup, record: PaymentRecord) -> str:
    if group is G.MONTH:
        return str(Period.of(record.data_vencimento))
    if group is G.ENTIDADE:
        return record.entidade.name
    if group is G.SITUACAO:
        if record.liquidado:
            return "LIQUIDADO"
        past, ahead = record.data_vencimento < TODAY, record.data_vencimento > TODAY
        return "VENCIDO" if past else "A_VENCER" if ahead else "VENCE_HOJE"
    return getattr(record, REGISTERS[group][0]) or ""


def added_up(group: PaymentGroup, records: list[PaymentRecord]) -> list[PaymentSummary]:
    """The same in Python."""
    sums: dict[str, PaymentSummary] = {}
    zero = Decimal("0.00")
    for record in records:
        key = key_of(group, record)
        so_far = sums.get(key, PaymentSummary(key, None, 0, zero, zero, zero, zero))
        paid = record.valor_total if record.liquidado else zero
        unpaid = record.valor_total - paid
        sums[key] = replace(
            so_far,
            label=(group in REGISTERS and getattr(record, REGISTERS[group][1])) or so_far.label,
            count=so_far.count + 1,
            total=so_far.total + record.valor_total,
            settled=so_far.settled + paid,
            open=so_far.open + unpaid,
            overdue=so_far.overdue + (unpaid if record.data_vencimento < TODAY else zero),
        )
    return [sums[key] for key in sorted(sums)]


@pytest.mark.parametrize("where", FILTERS.values(), ids=FILTERS)
@pytest.mark.parametrize("group", PaymentGroup)
async def test_sums(filled: OpenWork, group: PaymentGroup, where: PaymentFilter) -> None:
    async with filled() as work:
        listed = (await work.payments.page(where, (), PageRequest(1000), TODAY)).items
        summed = await work.payments.summary(where, group, TODAY)
    assert summed == added_up(group, list(listed))
    assert all(part.total == part.settled + part.open for part in summed)


async def test_every_group_has_several_keys(filled: OpenWork) -> None:
    async with filled() as work:
        for group in PaymentGroup:
            assert len(await work.payments.summary(PaymentFilter(), group, TODAY)) >= 4


async def test_one_statement(filled: OpenWork, shared_engine: AsyncEngine) -> None:
    said: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            said.append(statement)

    event.listen(shared_engine.sync_engine, "before_cursor_execute", listen)
    async with filled() as work:
        await work.payments.summary(PaymentFilter(), G.LOJA, TODAY)
    event.remove(shared_engine.sync_engine, "before_cursor_execute", listen)
    assert len(said) == 1


async def test_of_several_names_there_is_one_and_the_registers_goes_first(open_work: OpenWork) -> None:
    names = ("Matriz", "Matriz nova", None)
    await add_payments(open_work, *(payment(loja_id="1", nome_loja=name) for name in names))
    kinds = {ReferenceKind.LOJA: "Matriz do registro", ReferenceKind.FORNECEDOR: "Outra coisa"}
    async with open_work() as work:
        [shop] = await work.payments.summary(PaymentFilter(), G.LOJA, TODAY)
        assert (shop.key, shop.label, shop.count) == ("1", "Matriz nova", 3)
        entries = (
            ReferenceRecord(id=new_id(), kind=kind, code="1", name=name, source="concilia")
            for kind, name in kinds.items()
        )
        await work.registers.fill(list(entries))
        [shop] = await work.payments.summary(PaymentFilter(), G.LOJA, TODAY)
        assert (shop.key, shop.label, shop.count) == ("1", "Matriz do registro", 3)
