"""How long a page of payments takes: the first and the last of each order and of each common filter."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from bench.filling import TODAY
from bench.timing import median_ms
from ports.calendar import DateRange
from ports.paging import PageRequest
from ports.payments import Entidade, MoneyRange, PaymentFilter, PaymentOrder, PaymentOrderField, Situacao
from ports.work import OpenWork

SIZE = 100
MONTH = DateRange(date(2025, 3, 1), date(2025, 3, 31))
YEAR = DateRange(date(2025, 1, 1), date(2025, 12, 31))

FILTERS = {
    "entidade: CLIENTE": PaymentFilter(entidade=[Entidade.CLIENTE]),
    "entidade: FUNCIONARIO": PaymentFilter(entidade=[Entidade.FUNCIONARIO]),
    "liquidado: true": PaymentFilter(liquidado=True),
    "liquidado: false": PaymentFilter(liquidado=False),
    **{f"situacao: {one.name}": PaymentFilter(situacao=[one]) for one in Situacao},
    "situacao: VENCE_HOJE, A_VENCER": PaymentFilter(situacao=[Situacao.VENCE_HOJE, Situacao.A_VENCER]),
    "dataVencimento: a month": PaymentFilter(data_vencimento=MONTH),
    "dataLiquidacao: a month": PaymentFilter(data_liquidacao=MONTH),
    "dataLiquidacao: a year": PaymentFilter(data_liquidacao=YEAR),
    "dataLiquidacao: since last week": PaymentFilter(data_liquidacao=DateRange(TODAY - timedelta(7))),
    "dataCompetencia: a month": PaymentFilter(data_competencia=MONTH),
    "dataCompetencia: a year": PaymentFilter(data_competencia=YEAR),
    "valorTotal: a range": PaymentFilter(valor_total=MoneyRange(Decimal("100.00"), Decimal("110.00"))),
    "valorTotal: at least": PaymentFilter(valor_total=MoneyRange(Decimal("8000.00"))),
    "externalId: three": PaymentFilter(external_id=["E1", "E500", "E9000"]),
    "codigo: one": PaymentFilter(codigo=["C700"]),
    "clienteId: one": PaymentFilter(cliente_id=["CLI701"]),
    "fornecedorId: one": PaymentFilter(fornecedor_id=["F70"]),
    "planoContasId: one": PaymentFilter(plano_contas_id=["PC7"]),
    "planoContasId: three": PaymentFilter(plano_contas_id=["PC7", "PC8", "PC9"]),
    "centroCustoId: one": PaymentFilter(centro_custo_id=["CC7"]),
    "contaBancariaId: one": PaymentFilter(conta_bancaria_id=["CB7"]),
    "formaPagamentoId: one": PaymentFilter(forma_pagamento_id=["FP5"]),
    "lojaId: one": PaymentFilter(loja_id=["L7"]),
    "search: a frequent word": PaymentFilter(search="manutencao"),
    "search: a rare word": PaymentFilter(search="nota 77777"),
    "search: a document": PaymentFilter(search="03.499.300/0001-00"),
    "deleted: true": PaymentFilter(deleted=True),
}


@dataclass(frozen=True)
class PageTime:
    """Milliseconds; `rows` are those that the last page ends at."""

    name: str
    rows: int
    first: float
    last: float


def orders() -> Iterator[PaymentOrder]:
    for field in PaymentOrderField:
        for descending in (False, True):
            yield PaymentOrder(field, descending)


async def measure_pages(open_work: OpenWork) -> Sequence[PageTime]:
    times = []
    for order in orders():
        direction = "DESC" if order.descending else "ASC"
        times.append(await _page_time(open_work, f"{order.field.name} {direction}", PaymentFilter(), [order]))
    for name, where in FILTERS.items():
        times.append(await _page_time(open_work, name, where, []))
    return times


async def _page_time(
    open_work: OpenWork, name: str, where: PaymentFilter, order: Sequence[PaymentOrder]
) -> PageTime:
    first = PageRequest(SIZE)
    last = await last_page(open_work, where, order, SIZE)

    async def ask(page: PageRequest) -> None:
        async with open_work() as work:
            await work.payments.page(where, order, page, TODAY)

    async with open_work() as work:
        rows = await work.payments.count(where, TODAY)
    return PageTime(name, rows, await median_ms(lambda: ask(first)), await median_ms(lambda: ask(last)))


async def last_page(
    open_work: OpenWork, where: PaymentFilter, order: Sequence[PaymentOrder], size: int
) -> PageRequest:
    """The request of the last `size` rows, by a cursor such as going there page by page would end with."""
    async with open_work() as work:
        end = await work.payments.page(where, order, PageRequest(size + 1, backward=True), TODAY)
    return PageRequest(size, after=end.cursors[0] if len(end.cursors) > size else None)
