"""The demo Omie over a real socket: it takes one at a time, has mishaps, and tells others of changes."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.omie.demo.app import DemoOmie
from adapters.omie.demo.book import Book
from adapters.omie.demo.drill import Drill, Mishap
from adapters.omie.demo.police import Asked
from adapters.omie.demo.webhooks import PING
from ports.erp import ErpAsksToWait, ErpProblem, ErpTakesOneOnly, Side
from tests.integration.omie_bench import Bench, bench_of_november, served


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with bench_of_november() as bench:
        yield bench


async def test_one_at_a_time(bench: Bench) -> None:
    bench.demo.police.single_file = frozenset({"PesquisarLancamentos"})
    bench.demo.latency = 0.1
    gateway = bench.gateway(10)
    pages = [gateway.settlements(Side.RECEIVABLE, page) for page in (1, 2, 3)]
    answers = await asyncio.gather(*pages, return_exceptions=True)
    assert [isinstance(answer, ErpTakesOneOnly) for answer in answers].count(True) == 2
    titles = [gateway.titles(Side.RECEIVABLE, page) for page in (1, 2, 3)]
    assert all(page.items for page in await asyncio.gather(*titles))
    assert (bench.demo.counters.busy, bench.demo.counters.violations) == (2, 0)


async def test_mishaps_are_no_violations(bench: Bench) -> None:
    bench.demo.drill = Drill(rate=0.4, seed=2, timeout=0.3)
    gateway, outcomes = bench.gateway(1, answer_within=0.15), list[object]()
    for page in range(1, 48):
        try:
            outcomes.append((await gateway.clients(page)).items[0].code)
        except ErpAsksToWait as wait:
            outcomes.append(wait)
    spoiled = [outcome for outcome in outcomes if isinstance(outcome, ErpProblem)]
    assert len(spoiled) == sum(bench.demo.drill.done.values()) > 5
    assert set(bench.demo.drill.done) == {mishap.value for mishap in Mishap}
    codes = [str(code) for code in bench.demo.book.clients]
    assert [one for one in outcomes if isinstance(one, str)] == [
        code for code, outcome in zip(codes, outcomes, strict=True) if not isinstance(outcome, ErpProblem)
    ]
    counters = bench.demo.counters
    assert (counters.violations, counters.redundant, counters.blocked) == (0, 0, 0)


async def test_the_book_changes_between_pages(bench: Bench) -> None:
    seen: list[tuple[str, object]] = []

    async def after_each(asked: Asked) -> None:
        seen.append((asked.method, asked.param["pagina"]))
        bench.demo.book.remove_client(min(bench.demo.book.clients))

    bench.demo.after_each = after_each
    bench.demo.fail_next(500)
    with pytest.raises(ErpProblem):
        await bench.gateway(5).clients(9)
    totals = [(await bench.gateway(5).clients(page)).total for page in (1, 2, 3)]
    assert totals == [47, 46, 45]
    assert seen == [("ListarClientes", page) for page in (1, 2, 3)]


class Receiver:
    """Somebody's webhook: keeps what it is sent, or refuses it."""

    def __init__(self) -> None:
        self.got: list[dict[str, object]] = []
        self.status = 200
        self.app = Starlette(routes=[Route("/api/v1/hook", self._take, methods=["POST"])])

    async def _take(self, request: Request) -> Response:
        if self.status == 200:
            self.got.append(await request.json())
        return Response(status_code=self.status)


async def test_changes_are_told_in_their_order() -> None:
    demo, receiver = DemoOmie(Book.of()), Receiver()
    first, second = list(demo.book.titles)[-2:]
    async with served(receiver) as address, httpx.AsyncClient() as client:
        target = f"{address}/hook"
        assert (await client.post(target, json=PING)).is_success
        assert await demo.deliver(client, target) == 0
        demo.book.settle_title(first, Decimal("10.00"))
        demo.book.remove_title(second)
        receiver.status = 503
        assert await demo.deliver(client, target) == 0
        receiver.status = 200
        assert await demo.deliver(client, target) == 2
        assert await demo.deliver(client, target) == 0
    assert [message.get("topic") for message in receiver.got] == [
        None,
        "Financas.ContaReceber.BaixaRealizada",
        "Financas.ContaReceber.Excluido",
    ]
