"""From a change in the ERP over its webhook to the mirror: a message is a hint, the consultation the news."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx
import pytest
from pydantic import SecretStr

from adapters.omie.demo.app import DemoOmie
from adapters.omie.demo.book import Book
from adapters.omie.demo.police import Asked
from adapters.omie.demo.records import CANCELLED, DemoTitle
from bootstrap import Assembly
from core.use_cases.forget_webhooks import ForgetWebhooks
from core.use_cases.reread_erp import RereadErp
from ports.erp import Entity, Side
from ports.rereads import Reread
from ports.sync_runs import SyncStatus
from ports.titles import TitleRecord
from ports.work import OpenWork
from tests.integration.records import sql, synced, until
from tests.running import TestClock, running_assembly, settings_for
from tests.webhooks import message

TOKEN = "a-token-that-nobody-guesses"
DOOR = f"http://test/webhooks/omie/{TOKEN}"
ALTERED = "Financas.ContaReceber.Alterado"


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

    async def told(self) -> int:
        return await self.demo.deliver(self.client, DOOR)

    async def hint(self, code: int) -> None:
        sent = message(ALTERED, {"codigo_lancamento_omie": code})
        assert (await self.client.post(DOOR, json=sent)).status_code == 200

    async def waiting(self) -> int:
        async with self.open_work() as work:
            return await work.rereads.waiting("demo")

    async def reread(self) -> None:
        """Until nothing waits any more."""

        async def all_read() -> bool:
            await self.assembly.get(RereadErp)()
            return not await self.waiting()

        await until(all_read)

    async def title(self, code: int, side: Side = Side.RECEIVABLE) -> TitleRecord:
        async with self.open_work() as work:
            mirror = work.titles if side is Side.RECEIVABLE else work.payables
            return (await mirror.by_external_ids([str(code)]))[str(code)]

    def consultations(self) -> Counter[str]:
        return Counter(asked.method for asked in self.asked)

    def open_titles(self, side: Side = Side.RECEIVABLE) -> Sequence[DemoTitle]:
        titles = self.book.of_side(side).values()
        return [one for one in titles if one.due_on and one.status == "A VENCER" and not one.receipts]


@pytest.fixture
async def hooked(database_url: str, clock: TestClock) -> AsyncIterator[Hooked]:
    settings = settings_for(omie_webhook_token=SecretStr(TOKEN), omie_window_seconds=0.05)
    async with (
        running_assembly(settings, database_url, clock) as assembly,
        httpx.AsyncClient(transport=httpx.ASGITransport(assembly.app())) as client,
    ):
        assert (await synced(assembly)).status is SyncStatus.SUCCESS
        hooked = Hooked(assembly, client)
        yield hooked
        assert hooked.demo.counters.violations == 0


async def test_what_happens_in_the_erp_reaches_the_mirror(hooked: Hooked) -> None:
    partly, whole, cancelled, deleted = hooked.open_titles()[:4]
    bill = hooked.open_titles(Side.PAYABLE)[0]
    client = hooked.book.clients[partly.client_code]
    hooked.book.settle_title(partly.code, Decimal("10.00"))
    hooked.book.settle_title(whole.code)
    hooked.book.cancel_title(cancelled.code)
    hooked.book.remove_title(deleted.code)
    hooked.book.settle_title(bill.code)
    hooked.book.change_client(client.code, name="Nome Novo Ltda")
    assert await hooked.told() == 6
    assert await hooked.waiting() == 6
    await hooked.reread()

    mirrored = await hooked.title(partly.code)
    assert (mirrored.cleared, mirrored.remaining) == (Decimal("10.00"), partly.open - 10)
    assert [receipt.amount for receipt in mirrored.receipts] == [Decimal("10.00")]
    mirrored = await hooked.title(whole.code)
    assert (mirrored.settled, mirrored.cleared, mirrored.remaining) == (True, whole.open, Decimal(0))
    mirrored = await hooked.title(cancelled.code)
    assert (mirrored.cancelled, mirrored.status, mirrored.gone) == (True, CANCELLED, False)
    assert (await hooked.title(deleted.code)).gone
    assert (await hooked.title(bill.code, Side.PAYABLE)).settled
    names = await sql(hooked.assembly.engine, "SELECT name FROM clients WHERE name = 'Nome Novo Ltda'")
    assert len(names) == 1


async def test_the_worker_reads_what_messages_named(hooked: Hooked) -> None:
    gone = hooked.open_titles()[0]
    hooked.book.remove_title(gone.code)

    async def seen() -> bool:
        return (await hooked.title(gone.code)).gone

    async with hooked.assembly.worker():
        assert await hooked.told() == 1
        await until(seen)
    assert await hooked.waiting() == 0


async def test_a_receipt_that_is_taken_back(hooked: Hooked) -> None:
    title = hooked.open_titles()[0]
    receipt = hooked.book.settle_title(title.code)
    assert await hooked.told() == 1
    await hooked.reread()
    assert (await hooked.title(title.code)).settled
    hooked.book.unsettle_title(title.code, receipt.code)
    assert await hooked.told() == 1
    await hooked.reread()
    mirrored = await hooked.title(title.code)
    assert (mirrored.settled, mirrored.remaining, mirrored.receipts) == (False, title.open, ())


async def test_a_deletion_that_is_not_true_deletes_nothing(hooked: Hooked) -> None:
    title = hooked.open_titles()[0]
    sent = message("Financas.ContaReceber.Excluido", {"codigo_lancamento_omie": title.code})
    assert (await hooked.client.post(DOOR, json=sent)).status_code == 200
    await hooked.reread()
    assert not (await hooked.title(title.code)).gone


async def test_a_client_that_the_erp_deleted_stays_as_it_is(hooked: Hooked) -> None:
    everybody = "SELECT id, name, document, active FROM clients ORDER BY id"
    before = await sql(hooked.assembly.engine, everybody)
    hooked.book.remove_client(hooked.open_titles()[0].client_code)
    assert await hooked.told() == 1
    await hooked.reread()
    assert hooked.consultations() == {"ConsultarCliente": 1}
    assert await sql(hooked.assembly.engine, everybody) == before


async def test_twenty_hints_make_one_consultation(hooked: Hooked) -> None:
    title = hooked.open_titles()[0]
    for _ in range(20):
        await hooked.hint(title.code)
    assert await hooked.waiting() == 1
    await hooked.reread()
    assert hooked.consultations() == {"ConsultarContaReceber": 1, "PesquisarLancamentos": 1}


async def test_a_hint_that_comes_while_its_record_is_read_is_not_lost(hooked: Hooked) -> None:
    title = hooked.open_titles()[0]

    async def change(asked: Asked) -> None:
        if asked.method == "PesquisarLancamentos":
            hooked.demo.after_each = hooked.asked.append
            hooked.book.settle_title(title.code)
            assert await hooked.told() == 1

    hooked.demo.after_each = change
    await hooked.hint(title.code)
    await hooked.reread()
    assert (await hooked.title(title.code)).settled


async def test_hints_outlast_an_erp_that_does_not_answer(hooked: Hooked, clock: TestClock) -> None:
    title = hooked.open_titles()[0]
    hooked.book.settle_title(title.code)
    assert await hooked.told() == 1
    hooked.demo.fail_next(503, times=8)
    await hooked.assembly.get(RereadErp)()
    assert await hooked.waiting() == 1
    assert not (await hooked.title(title.code)).settled
    hooked.demo._prepared.clear()
    clock.offset += timedelta(hours=1)
    await hooked.reread()
    assert (await hooked.title(title.code)).settled


def behind_the_first_page(
    hooked: Hooked, method: str, change: Callable[[], object]
) -> Callable[[Asked], Awaitable[None]]:
    """Its answer was made but not kept yet: change, message, consultation."""

    async def after_each(asked: Asked) -> None:
        if asked.method == method:
            hooked.demo.after_each = hooked.asked.append
            change()
            assert await hooked.told() == 1
            await hooked.reread()

    return after_each


async def test_a_page_does_not_overwrite_what_was_read_after_it(hooked: Hooked) -> None:
    first = min(hooked.book.titles)
    hooked.demo.after_each = behind_the_first_page(
        hooked,
        "ListarContasReceber",
        lambda: hooked.book.change_title(first, amount=Decimal("77.00")),
    )
    assert (await synced(hooked.assembly)).status is SyncStatus.SUCCESS
    assert (await hooked.title(first)).amount == Decimal("77.00")


async def test_a_page_does_not_overwrite_receipts_that_were_read_after_it(hooked: Hooked) -> None:
    first = hooked.book.titles[min(hooked.book.titles)]
    assert len(first.receipts) == len((await hooked.title(first.code)).receipts) > 0
    hooked.demo.after_each = behind_the_first_page(
        hooked,
        "PesquisarLancamentos",
        lambda: [hooked.book.unsettle_title(first.code, one.code) for one in first.receipts],
    )
    assert (await synced(hooked.assembly)).status is SyncStatus.SUCCESS
    assert (await hooked.title(first.code)).receipts == ()


async def test_a_page_does_not_bring_back_what_was_found_gone_after_it(hooked: Hooked) -> None:
    first = min(hooked.book.titles)
    hooked.demo.after_each = behind_the_first_page(
        hooked, "ListarContasReceber", lambda: hooked.book.remove_title(first)
    )
    assert (await synced(hooked.assembly)).status is SyncStatus.SUCCESS
    assert (await hooked.title(first)).gone


async def test_ids_of_messages_are_kept_for_a_week(hooked: Hooked, clock: TestClock) -> None:
    async def messages() -> int:
        found = await sql(hooked.assembly.engine, "SELECT count(*) FROM erp_webhook_messages")
        return int(found[0][0])

    await hooked.hint(1)
    clock.offset = timedelta(days=6)
    await hooked.hint(2)
    assert await hooked.assembly.get(ForgetWebhooks)() == 0
    clock.offset = timedelta(days=7, minutes=1)
    async with hooked.assembly.worker():

        async def one_is_left() -> bool:
            return await messages() == 1

        await until(one_is_left)


async def test_hints_of_another_account_are_left_alone(hooked: Hooked) -> None:
    async with hooked.open_work() as work:
        await work.rereads.ask([Reread("omie", Entity.RECEIVABLE, "1")], datetime.now(UTC))
        await work.commit()
    await hooked.reread()
    async with hooked.open_work() as work:
        assert await work.rereads.waiting("omie") == 1
    assert hooked.asked == []
