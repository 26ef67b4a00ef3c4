"""What the gateway reads and sends, over a real socket, against the demo Omie."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import TypeVar

import pytest

from adapters.omie.demo.app import DEMO_CREDENTIALS
from ports.erp import Entity, ErpAsksToWait, ErpIssue, ErpPage, IssueCode, Side
from ports.money import CENT
from tests.integration.omie_bench import Bench, bench_of_november

T = TypeVar("T")


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with bench_of_november() as bench:
        yield bench


async def every(read: Callable[[int], Awaitable[ErpPage[T]]]) -> tuple[list[T], list[ErpIssue], int]:
    """All items, all issues, and how many pages there were."""
    items: list[T] = []
    issues: list[ErpIssue] = []
    number, last = 0, 1
    while number < last:
        page = await read(number + 1)
        number, last = page.number, page.last
        items += page.items
        issues += page.issues
    return items, issues, number


async def test_reads_every_client(bench: Bench) -> None:
    clients, issues, pages = await every(bench.gateway(20).clients)
    book = bench.demo.book.clients
    assert bench.gateway().source == "omie"
    assert pages == 3
    assert not issues
    assert [(c.code, c.name, c.document, c.active, c.is_customer) for c in clients] == [
        (str(c.code), c.name, c.document or None, c.active, c.tags == ("Cliente",)) for c in book.values()
    ]
    assert [client.contact_email for client in clients] == [c.email.split(",")[0] for c in book.values()]


async def test_reads_every_title_to_the_cent(bench: Bench) -> None:
    titles, issues, pages = await every(partial(bench.gateway(50).titles, Side.RECEIVABLE))
    book = [title for title in bench.demo.book.titles.values() if title.due_on is not None]
    assert pages == 7
    assert [(t.external_id, t.client_code, str(t.amount), t.due_on, t.status) for t in titles] == [
        (str(t.code), str(t.client_code), str(t.amount), t.due_on, t.status) for t in book
    ]
    assert [(t.issued_on, t.contract_number, t.document_number, t.category) for t in titles] == [
        (t.issued_on, t.contract, t.document_number, t.category) for t in book
    ]
    assert [title.withheld for title in titles] == [
        sum((tax.quantize(CENT, ROUND_HALF_UP) for tax in t.taxes.values()), Decimal(0)) for t in book
    ]
    undated = next(title for title in bench.demo.book.titles.values() if title.due_on is None)
    assert issues == [
        ErpIssue(
            entity=Entity.RECEIVABLE,
            external_id=str(undated.code),
            code=IssueCode.DUE_DATE_MISSING,
            client_code=str(undated.client_code),
            params={"field": "data_vencimento"},
        )
    ]


async def test_behaves_well(bench: Bench) -> None:
    gateway = bench.gateway(10)
    await every(gateway.clients)
    bench.demo.latency = 0.05
    await asyncio.gather(*(gateway.titles(Side.RECEIVABLE, page) for page in range(1, 32)))
    counters = bench.demo.counters
    assert (counters.violations, counters.redundant, counters.blocked, counters.rejected) == (0, 0, 0, 0)
    assert 2 <= counters.max_in_flight <= 4
    assert counters.requests == {"ListarClientes": 5, "ListarContasReceber": 31}


async def test_a_cancelled_title_stays_and_a_removed_one_is_gone(bench: Bench) -> None:
    first, second = list(bench.demo.book.titles)[:2]
    bench.demo.book.cancel_title(first)
    bench.demo.book.remove_title(second)
    page = await bench.gateway().titles(Side.RECEIVABLE, 1)
    found = {title.external_id: title for title in page.items}
    assert found[str(first)].cancelled
    assert found[str(first)].amount == bench.demo.book.titles[first].amount
    assert str(second) not in found


async def test_past_the_end_and_empty_lists(bench: Bench) -> None:
    for code in list(bench.demo.book.clients):
        bench.demo.book.remove_client(code)
    empty = await bench.gateway().clients(1)
    beyond = await bench.gateway().titles(Side.RECEIVABLE, 9)
    assert (empty.number, empty.last, list(empty.items)) == (1, 1, [])
    assert (beyond.number, beyond.last, list(beyond.items)) == (9, 8, [])


async def test_asks_the_quota_before_every_request(bench: Bench) -> None:
    await bench.gateway().clients(1)
    bench.quota.wait = 12.5
    with pytest.raises(ErpAsksToWait) as waiting:
        await bench.gateway().clients(2)
    assert (waiting.value.seconds, waiting.value.failed) == (12.5, False)
    assert bench.demo.counters.requests["ListarClientes"] == 1
    (account, method, first), (_, _, second) = bench.quota.reserved
    assert (account, method) == (DEMO_CREDENTIALS.account, "ListarClientes")
    assert len(first) == 64
    assert first != second
