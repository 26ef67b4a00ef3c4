"""The application, and the demo Omie that tells it of changes over its webhook."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx
from pydantic import SecretStr

from adapters.omie.demo.app import DemoOmie
from adapters.omie.demo.book import Book
from adapters.omie.demo.police import Asked
from adapters.omie.demo.records import DemoTitle
from bootstrap import Assembly
from core.use_cases.reread_erp import RereadErp
from ports.erp import Side
from ports.sync_runs import SyncStatus
from ports.titles import TitleRecord
from ports.work import Duty, OpenWork
from tests.integration.records import synced, until
from tests.running import TestClock, running_assembly, settings_for
from tests.webhooks import message

TOKEN = "a-token-that-nobody-guesses"
DOOR = f"http://test/webhooks/omie/{TOKEN}"


class Hooked:
    """The application, and the demo Omie that tells it of changes."""

    def __init__(self, assembly: Assembly, client: httpx.AsyncClient) -> None:
        assert assembly._demo is not None
        self.assembly = assembly
        self.demo: DemoOmie = assembly._demo
        self.book: Book = self.demo.book
        self.client = client
        self.open_work = assembly.get(OpenWork)
        self.asked: list[Asked] = []
        self.demo.after_each = self.asked.append
        # One for all the time, as in a worker: it remembers how the ERP behaved.
        self._reread = assembly.get(RereadErp)

    async def told(self) -> int:
        return await self.demo.deliver(self.client, DOOR)

    async def hint(self, code: int) -> None:
        sent = message("Financas.ContaReceber.Alterado", {"codigo_lancamento_omie": code})
        assert (await self.client.post(DOOR, json=sent)).status_code == 200

    async def waiting(self) -> int:
        async with self.open_work(duty=Duty.SYNC) as work:
            return await work.rereads.waiting("demo")

    async def reread(self) -> None:
        """Until nothing waits any more."""

        async def all_read() -> bool:
            await self._reread()
            return not await self.waiting()

        await until(all_read)

    async def title(self, code: int, side: Side = Side.RECEIVABLE) -> TitleRecord:
        async with self.open_work(duty=Duty.SYNC) as work:
            mirror = work.titles if side is Side.RECEIVABLE else work.payables
            return (await mirror.by_external_ids([str(code)]))[str(code)]

    def consultations(self) -> Counter[str]:
        return Counter(asked.method for asked in self.asked)

    def open_titles(self, side: Side = Side.RECEIVABLE) -> Sequence[DemoTitle]:
        titles = self.book.of_side(side).values()
        return [one for one in titles if one.due_on and one.status == "A VENCER" and not one.receipts]


@asynccontextmanager
async def hooked_up(database_url: str, clock: TestClock) -> AsyncIterator[Hooked]:
    """After a first sync; at the end the demo Omie has nothing to complain of."""
    settings = settings_for(omie_webhook_token=SecretStr(TOKEN), omie_window_seconds=0.05)
    async with (
        running_assembly(settings, database_url, clock) as assembly,
        httpx.AsyncClient(transport=httpx.ASGITransport(assembly.app())) as client,
    ):
        assert (await synced(assembly)).status is SyncStatus.SUCCESS
        hooked = Hooked(assembly, client)
        yield hooked
        assert hooked.demo.counters.violations == 0
