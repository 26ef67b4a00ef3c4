"""A worker dies with requests in flight: those wait out their window, the other pages go on."""

import asyncio
import time
from collections import defaultdict
from typing import cast

from adapters.omie.demo.app import DEMO_CREDENTIALS, DemoOmie
from adapters.omie.demo.police import Asked
from bootstrap import Assembly
from core.use_cases.run_sync import RunSync
from ports.sync_runs import SyncRunRecord, SyncStatus
from ports.work import OpenWork
from settings import Settings
from tests.integration.omie_bench import RealClock, served
from tests.integration.records import started, the_run
from tests.integration.test_sync_rate import LISTING, a_book
from tests.running import running_assembly, settings_for

PAGES, WINDOW = 10, 2.0
LOST = {2, 3}
"""The pages that the first worker asked for when it died; it has two in flight at a time."""


class WatchedOmie(DemoOmie):
    """Notes when it was asked for which page, and at first keeps the lost ones to itself."""

    def __init__(self) -> None:
        super().__init__(a_book(PAGES), window_seconds=WINDOW)
        self.asked_at = defaultdict[int, list[float]](list)
        self.both_lost, self.dead = asyncio.Event(), asyncio.Event()
        self.after_each = self._note

    async def _note(self, asked: Asked) -> None:
        if asked.method == LISTING:
            page = cast("int", asked.param["pagina"])
            self.asked_at[page].append(time.monotonic())
            if self.asked_at.keys() >= LOST:
                self.both_lost.set()
            if page in LOST:
                await self.dead.wait()


def settings_of(address: str, in_flight: int) -> Settings:
    return settings_for(
        omie_app_key=DEMO_CREDENTIALS.app_key,
        omie_app_secret=DEMO_CREDENTIALS.app_secret,
        omie_base_url=address,
        omie_page_size=1,
        omie_max_in_flight=in_flight,
        omie_window_seconds=WINDOW,
    )


async def dies(assembly: Assembly, omie: WatchedOmie) -> SyncRunRecord:
    """With the lost pages in flight."""
    record = await started(assembly)
    task = asyncio.create_task(assembly.get(RunSync)(record.id))
    await asyncio.wait_for(omie.both_lost.wait(), 10)
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=0.1)
    omie.dead.set()
    return record


async def test_what_was_in_flight_waits_and_the_others_go_on(database_url: str) -> None:
    omie = WatchedOmie()
    async with served(omie) as address:
        async with running_assembly(settings_of(address, len(LOST)), database_url, RealClock()) as first:
            record = await dies(first, omie)
        async with running_assembly(settings_of(address, 4), database_url, RealClock()) as second:
            await second.get(RunSync)(record.id)
            ended = await the_run(second.get(OpenWork), record)
    assert (ended.status, ended.receivables_created) == (SyncStatus.SUCCESS, PAGES)
    asked = omie.asked_at
    assert {page: len(times) for page, times in asked.items()} == {
        page: 2 if page in LOST else 1 for page in range(1, PAGES + 1)
    }
    for page in LOST:
        before, after = asked[page]
        assert after - before >= WINDOW
        assert after > max(times[0] for other, times in asked.items() if other not in LOST)
    assert (omie.counters.violations, omie.counters.redundant) == (0, 0)
