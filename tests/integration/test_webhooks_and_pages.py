"""A page of a sync that was read before a consultation and is kept after it does not overwrite the answer."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from adapters.omie.demo.police import Asked
from core.use_cases.reread_erp import WHILE_A_RUN_GOES_ON, RereadErp
from ports.sync_runs import SyncStatus
from tests.integration.hooked import Hooked
from tests.integration.records import synced
from tests.running import TestClock


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

    def take_back() -> None:
        for one in first.receipts:
            hooked.book.unsettle_title(first.code, one.code)

    hooked.demo.after_each = behind_the_first_page(hooked, "PesquisarLancamentos", take_back)
    assert (await synced(hooked.assembly)).status is SyncStatus.SUCCESS
    assert (await hooked.title(first.code)).receipts == ()


async def test_a_page_does_not_bring_back_what_was_found_gone_after_it(hooked: Hooked) -> None:
    first = min(hooked.book.titles)
    hooked.demo.after_each = behind_the_first_page(
        hooked, "ListarContasReceber", lambda: hooked.book.remove_title(first)
    )
    assert (await synced(hooked.assembly)).status is SyncStatus.SUCCESS
    assert (await hooked.title(first)).gone


async def test_a_title_that_a_page_brings_after_it_was_deleted_does_not_stay(
    hooked: Hooked, clock: TestClock
) -> None:
    """The mirror had never seen it when the ERP said that there is no such title."""
    first = min(hooked.book.titles)
    hooked.book.add_title(replace(hooked.book.titles[first], code=first - 1))
    hooked.book.happened.clear()

    async def delete(asked: Asked) -> None:
        if asked.method == "ListarContasReceber":
            hooked.demo.after_each = hooked.asked.append
            hooked.book.remove_title(first - 1)
            assert await hooked.told() == 1
            assert await hooked.assembly.get(RereadErp)() == 1

    hooked.demo.after_each = delete
    assert (await synced(hooked.assembly)).status is SyncStatus.SUCCESS
    assert not (await hooked.title(first - 1)).gone
    clock.offset += WHILE_A_RUN_GOES_ON + timedelta(seconds=1)
    await hooked.reread()
    assert (await hooked.title(first - 1)).gone
    assert hooked.consultations()["ConsultarContaReceber"] == 2
