"""From a change in the ERP over its webhook to the mirror: a message is a hint, the consultation the news."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from adapters.omie.demo.police import Asked
from adapters.omie.demo.records import CANCELLED
from core.use_cases.forget_webhooks import ForgetWebhooks
from core.use_cases.reread_erp import RereadErp
from ports.erp import Entity, Side
from ports.rereads import Reread
from ports.work import Duty
from tests.integration.hooked import DOOR, Hooked
from tests.integration.records import sql, until
from tests.running import TestClock
from tests.webhooks import message


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
    async with hooked.open_work(duty=Duty.SYNC) as work:
        await work.rereads.ask([Reread("omie", Entity.RECEIVABLE, "1")], datetime.now(UTC))
        await work.commit()
    await hooked.reread()
    async with hooked.open_work(duty=Duty.SYNC) as work:
        assert await work.rereads.waiting("omie") == 1
    assert hooked.asked == []


async def test_many_titles_that_are_gone_do_not_get_us_blocked(hooked: Hooked) -> None:
    """Omie counts each answer that there is no such title as an error, and ten in a row block the method."""
    gone = list(hooked.book.payables)[10:]
    for code in gone:
        hooked.book.remove_title(code)
    assert await hooked.told() == len(gone) > 50
    await hooked.reread()
    assert all([(await hooked.title(code, Side.PAYABLE)).gone for code in gone])
    assert hooked.demo.counters.blocked == 0


async def test_who_is_blocked_does_not_try_with_the_next_one(hooked: Hooked) -> None:
    hooked.demo.police.block("ConsultarContaReceber", 0.5)
    for title in hooked.open_titles()[:4]:
        await hooked.hint(title.code)
    await hooked.reread()
    assert hooked.demo.counters.blocked == 1
