"""Two ERPs keep the same contract: Omie's, over HTTP, and one in memory."""

from collections.abc import AsyncIterator, Callable
from datetime import date, datetime, time
from decimal import Decimal

import httpx
import pytest

from adapters.omie.demo.app import DemoOmie
from adapters.omie.demo.book import Book
from adapters.omie.demo.records import DemoClient, DemoEntry, DemoTitle
from ports.calendar import SAO_PAULO
from ports.erp import Entity, ErpClient, ErpGateway, ErpRegisterEntry, ErpTitle, Receipt, Side
from tests.contracts.erp_gateway import ErpGatewayContract
from tests.contracts.living_erp import Living
from tests.integration.omie_bench import Bench, served
from tests.memory_erp import MemoryErp


def noon(on: date) -> datetime:
    return datetime.combine(on, time(12), SAO_PAULO)


class LivingOmie:
    """The demo's book, in Concilia's words."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.book = bench, bench.demo.book
        self.gateway: ErpGateway = bench.gateway(2)

    def put_client(self, client: ErpClient, on: date) -> None:
        roles = {"Cliente": client.is_customer, "Fornecedor": client.is_supplier}
        kept = DemoClient(
            code=int(client.code),
            name=client.name,
            document=client.document or "",
            email=client.contact_email or "",
            tags=tuple(tag for tag, has in roles.items() if has),
            active=client.active,
        )
        self.book.add_client(kept, noon(on))

    def put_title(self, side: Side, title: ErpTitle, on: date) -> None:
        assert title.issued_on is not None
        kept = DemoTitle(
            code=int(title.external_id),
            client_code=int(title.client_code),
            side=side,
            amount=title.amount,
            due_on=title.due_on,
            issued_on=title.issued_on,
            status=title.status,
            contract=title.contract_number,
            category=title.category or "",
            taxes={"iss": title.withheld} if title.withheld else {},
        )
        self.book.add_title(kept, noon(on))

    def put_entry(self, kind: Entity, entry: ErpRegisterEntry) -> None:
        self.book.put_entry(kind, DemoEntry(code=entry.code, name=entry.name, active=entry.active))

    def settle_title(self, side: Side, external_id: str, on: date, amount: Decimal | None = None) -> Receipt:
        made = self.book.settle_title(int(external_id), amount, noon(on))
        return Receipt(
            external_id=str(made.code),
            on=made.on,
            amount=made.amount,
            discount=made.discount,
            interest=made.interest,
            fine=made.fine,
        )

    def unsettle_title(self, side: Side, external_id: str, receipt_id: str, on: date) -> None:
        self.book.unsettle_title(int(external_id), int(receipt_id), noon(on))

    def cancel_title(self, side: Side, external_id: str, on: date) -> None:
        self.book.cancel_title(int(external_id), noon(on))

    def remove_client(self, code: str) -> None:
        self.book.remove_client(int(code))

    def remove_title(self, side: Side, external_id: str) -> None:
        self.book.remove_title(int(external_id))

    def between_pages(self, change: Callable[[], None]) -> None:
        def once(_asked: object) -> None:
            self.bench.demo.after_each = lambda _asked: None
            change()

        self.bench.demo.after_each = once


class LivingMemory(MemoryErp):
    @property
    def gateway(self) -> ErpGateway:
        return self

    def between_pages(self, change: Callable[[], None]) -> None:
        def once(_asked: str, _page: int) -> None:
            self.after_each = lambda _asked, _page: None
            change()

        self.after_each = once


@pytest.fixture(scope="module")
async def bench() -> AsyncIterator[Bench]:
    demo = DemoOmie(Book(), window_seconds=0)
    async with served(demo) as base_url, httpx.AsyncClient() as client:
        yield Bench(demo, client, base_url)


class TestOmie(ErpGatewayContract):
    @pytest.fixture
    def living(self, bench: Bench) -> Living:
        bench.demo.book = Book()
        return LivingOmie(bench)


class TestMemory(ErpGatewayContract):
    @pytest.fixture
    def living(self) -> Living:
        return LivingMemory()
