"""Every filter of a list of payments, alone and with others."""

from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from ports.calendar import DateRange
from ports.paging import PageRequest
from ports.payments import (
    Entidade,
    MoneyRange,
    PaymentFilter,
    PaymentOrder,
    PaymentOrderField,
    PaymentRecord,
    Situacao,
)
from ports.work import OpenWork
from tests.integration.records import TODAY, add_payments, payment

PAYMENTS: dict[str, PaymentRecord] = {
    "late": payment(
        external_id="X1",
        codigo="C1",
        entidade=Entidade.CLIENTE,
        cliente_id="CLI1",
        data_vencimento=date(2026, 11, 10),
        data_competencia=date(2026, 10, 1),
        plano_contas_id="PC1",
        centro_custo_id="CC1",
        conta_bancaria_id="CB1",
        forma_pagamento_id="FP1",
        loja_id="L1",
    ),
    "today": payment(external_id="X2", codigo="C2", fornecedor_id="F1", valor=Decimal("250.50")),
    "ahead": payment(
        external_id="X3",
        codigo="C1",
        entidade=Entidade.TRANSPORTADORA,
        data_vencimento=date(2026, 11, 21),
        data_competencia=date(2026, 11, 1),
        plano_contas_id="PC1",
        valor=Decimal("250.51"),
    ),
    "paid": payment(
        codigo="C3",
        entidade=Entidade.FUNCIONARIO,
        liquidado=True,
        data_liquidacao=date(2026, 11, 15),
        valor=Decimal("999.99"),
        centro_custo_id="CC2",
        conta_bancaria_id="CB2",
        forma_pagamento_id="FP2",
    ),
    "paid late": payment(
        entidade=Entidade.CLIENTE,
        cliente_id="CLI2",
        data_vencimento=date(2026, 11, 1),
        liquidado=True,
        data_liquidacao=date(2026, 11, 5),
        valor=Decimal("0.00"),
        loja_id="L2",
        fornecedor_id=None,
    ),
    "deleted": payment(external_id="X1", codigo="C1", deletado_em=datetime(2026, 11, 20, tzinfo=UTC)),
}
LIVE = [name for name in PAYMENTS if name != "deleted"]
E = Entidade
S = Situacao


def days(start: str | None, end: str | None) -> DateRange:
    return DateRange(*(None if day is None else date.fromisoformat(day) for day in (start, end)))


def amounts(start: str | None, end: str | None) -> MoneyRange:
    return MoneyRange(*(None if amount is None else Decimal(amount) for amount in (start, end)))


CASES: dict[str, tuple[PaymentFilter, list[str]]] = {
    "nothing": (PaymentFilter(), LIVE),
    "deleted": (PaymentFilter(deleted=True), ["deleted"]),
    "deleted with another filter": (PaymentFilter(deleted=True, codigo=["C3"]), []),
    "entidade": (PaymentFilter(entidade=[E.CLIENTE]), ["late", "paid late"]),
    "entidades": (PaymentFilter(entidade=[E.FORNECEDOR, E.FUNCIONARIO]), ["today", "paid"]),
    "no entidade": (PaymentFilter(entidade=[]), []),
    "settled": (PaymentFilter(liquidado=True), ["paid", "paid late"]),
    "open": (PaymentFilter(liquidado=False), ["late", "today", "ahead"]),
    "a vencer": (PaymentFilter(situacao=[S.A_VENCER]), ["ahead"]),
    "vence hoje": (PaymentFilter(situacao=[S.VENCE_HOJE]), ["today"]),
    "vencido": (PaymentFilter(situacao=[S.VENCIDO]), ["late"]),
    "liquidado": (PaymentFilter(situacao=[S.LIQUIDADO]), ["paid", "paid late"]),
    "situacoes": (PaymentFilter(situacao=[S.VENCIDO, S.LIQUIDADO]), ["late", "paid", "paid late"]),
    "not overdue": (PaymentFilter(situacao=[S.VENCE_HOJE, S.A_VENCER]), ["today", "ahead"]),
    "due up to today": (PaymentFilter(situacao=[S.VENCIDO, S.VENCE_HOJE]), ["late", "today"]),
    "any day but today": (PaymentFilter(situacao=[S.A_VENCER, S.VENCIDO]), ["late", "ahead"]),
    "open or not": (PaymentFilter(situacao=[S.VENCE_HOJE, S.LIQUIDADO]), ["today", "paid", "paid late"]),
    "all situacoes": (PaymentFilter(situacao=list(S)), LIVE),
    "no situacao": (PaymentFilter(situacao=[]), []),
    "due from": (PaymentFilter(data_vencimento=days("2026-11-20", None)), ["today", "ahead", "paid"]),
    "due until": (PaymentFilter(data_vencimento=days(None, "2026-11-10")), ["late", "paid late"]),
    "due between": (
        PaymentFilter(data_vencimento=days("2026-11-10", "2026-11-20")),
        ["late", "today", "paid"],
    ),
    "due on a day": (PaymentFilter(data_vencimento=days("2026-11-21", "2026-11-21")), ["ahead"]),
    "due the wrong way round": (PaymentFilter(data_vencimento=days("2026-11-21", "2026-11-10")), []),
    "due whenever": (PaymentFilter(data_vencimento=days(None, None)), LIVE),
    "settled from": (PaymentFilter(data_liquidacao=days("2026-11-15", None)), ["paid"]),
    "settled until": (PaymentFilter(data_liquidacao=days(None, "2026-11-15")), ["paid", "paid late"]),
    "settled by the last of days": (
        PaymentFilter(data_liquidacao=days(None, "9999-12-31")),
        ["paid", "paid late"],
    ),
    "settled whenever": (PaymentFilter(data_liquidacao=days(None, None)), LIVE),
    "competencia": (PaymentFilter(data_competencia=days("2026-10-01", "2026-10-31")), ["late"]),
    "competencia from": (PaymentFilter(data_competencia=days("2026-10-01", None)), ["late", "ahead"]),
    "amount from": (PaymentFilter(valor_total=amounts("250.51", None)), ["ahead", "paid"]),
    "amount until": (PaymentFilter(valor_total=amounts(None, "100")), ["late", "paid late"]),
    "amount between": (PaymentFilter(valor_total=amounts("250.50", "250.51")), ["today", "ahead"]),
    "external id": (PaymentFilter(external_id=["X1", "X3", "nobody's"]), ["late", "ahead"]),
    "no external id": (PaymentFilter(external_id=[]), []),
    "codigo": (PaymentFilter(codigo=["C1"]), ["late", "ahead"]),
    "cliente": (PaymentFilter(cliente_id=["CLI1"]), ["late"]),
    "clientes": (PaymentFilter(cliente_id=["CLI1", "CLI2"]), ["late", "paid late"]),
    "fornecedor": (PaymentFilter(fornecedor_id=["F1"]), ["today"]),
    "plano de contas": (PaymentFilter(plano_contas_id=["PC1"]), ["late", "ahead"]),
    "centro de custo": (PaymentFilter(centro_custo_id=["CC2"]), ["paid"]),
    "conta bancaria": (PaymentFilter(conta_bancaria_id=["CB1"]), ["late"]),
    "forma de pagamento": (PaymentFilter(forma_pagamento_id=["FP1", "FP2"]), ["late", "paid"]),
    "loja": (PaymentFilter(loja_id=["L2"]), ["paid late"]),
    "search": (PaymentFilter(search="X2"), ["today"]),
    "all that fit together": (
        PaymentFilter(
            search="aluguel",
            entidade=[E.CLIENTE, E.TRANSPORTADORA],
            liquidado=False,
            situacao=[S.VENCIDO],
            data_vencimento=days("2026-11-01", "2026-11-30"),
            data_competencia=days("2026-10-01", None),
            valor_total=amounts("100", "100"),
            external_id=["X1"],
            codigo=["C1"],
            cliente_id=["CLI1"],
            plano_contas_id=["PC1"],
            centro_custo_id=["CC1"],
            conta_bancaria_id=["CB1"],
            forma_pagamento_id=["FP1"],
            loja_id=["L1"],
        ),
        ["late"],
    ),
    "that do not fit together": (PaymentFilter(codigo=["C1"], plano_contas_id=["PC1"], loja_id=["L2"]), []),
    "settled and late": (PaymentFilter(liquidado=True, situacao=[S.VENCIDO]), []),
}


@pytest.fixture(scope="module")
async def filled(shared_work: OpenWork) -> OpenWork:
    await add_payments(shared_work, *PAYMENTS.values())
    return shared_work


def test_every_filter_has_a_case() -> None:
    asked = {
        field.name for where, _ in CASES.values() for field in fields(where) if getattr(where, field.name)
    }
    assert asked == {field.name for field in fields(PaymentFilter)}


@pytest.mark.parametrize(("where", "names"), CASES.values(), ids=CASES)
async def test_filters(filled: OpenWork, where: PaymentFilter, names: list[str]) -> None:
    async with filled() as work:
        page = await work.payments.page(where, (), PageRequest(), TODAY)
        count = await work.payments.count(where, TODAY)
    found = [name for name, record in PAYMENTS.items() if record.id in {item.id for item in page.items}]
    assert found == names
    assert len(page.items) == count == len(names)


@pytest.mark.parametrize("field", PaymentOrderField)
@pytest.mark.parametrize(("where", "names"), CASES.values(), ids=CASES)
async def test_filters_say_the_same_in_every_order(
    filled: OpenWork, where: PaymentFilter, names: list[str], field: PaymentOrderField
) -> None:
    async with filled() as work:
        page = await work.payments.page(where, [PaymentOrder(field)], PageRequest(), TODAY)
    assert {item.id for item in page.items} == {PAYMENTS[name].id for name in names}


async def test_situacao_goes_with_the_day(filled: OpenWork) -> None:
    where = PaymentFilter(situacao=[S.VENCIDO])
    async with filled() as work:
        days_later = await work.payments.page(where, (), PageRequest(), date(2026, 11, 22))
        assert await work.payments.count(where, date(2026, 11, 9)) == 0
    assert [item.id for item in days_later.items] == [
        PAYMENTS[name].id for name in ("late", "today", "ahead")
    ]


async def test_the_order_when_none_is_asked(filled: OpenWork) -> None:
    async with filled() as work:
        unsaid = await work.payments.page(PaymentFilter(), (), PageRequest(), TODAY)
        order = (PaymentOrder(PaymentOrderField.DATA_VENCIMENTO),)
        said = await work.payments.page(PaymentFilter(), order, PageRequest(), TODAY)
    assert unsaid == said
    due = [(item.data_vencimento, item.id) for item in unsaid.items]
    assert due == sorted(due)
