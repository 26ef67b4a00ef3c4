"""A page of a sync that was read before a consultation and is kept after it does not overwrite the answer."""

from collections.abc import Awaitable, Callable
from decimal import Decimal

from adapters.omie.demo.police import Asked
from ports.sync_runs import SyncStatus
from tests.integration.hooked import Hooked
from tests.integration.records import synced


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
