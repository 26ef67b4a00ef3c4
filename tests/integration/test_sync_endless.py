"""A listing without an end: the run ends, says why, and loses nothing."""

import asyncio
from dataclasses import replace

import pytest

from bootstrap import Assembly
from core.use_cases.run_sync import RunSync
from ports.erp import Entity, ErpClient, ErpGateway, ErpPage, Since
from ports.sync_runs import SyncFailure, SyncMode
from ports.work import OpenWork
from tests.integration.fake_erp import FakeErp, QuickClock
from tests.integration.records import assert_failed, register, sql, started, synced, the_run
from tests.running import running_assembly, settings_for

CEILING = 150
"""More pages than a run may ask for of a listing that began with one."""


class EndlessErp(FakeErp):
    """Its clients are always on one page more; `alike`: on each the same ones."""

    def __init__(self, *, alike: bool) -> None:
        super().__init__()
        self.alike = alike
        self.endless = True

    async def clients(self, page: int, since: Since | None = None) -> ErpPage[ErpClient]:
        self.asked.append((Entity.CLIENT, page))
        assert page < CEILING, "it goes on and on"
        item = register("1" if self.alike else str(page))
        found = ErpPage(number=page, last=page + 1, total=page + 1, items=[item])
        return found if self.endless else replace(found, last=page, total=page)


@pytest.mark.parametrize("alike", [False, True])
async def test_pages_without_end(database_url: str, quick: QuickClock, alike: bool) -> None:
    erp = EndlessErp(alike=alike)
    async with running_assembly(settings_for(), database_url, quick, {ErpGateway: erp}) as assembly:
        record = await started(assembly)
        await assembly.get(RunSync)(record.id)
        ended = await the_run(assembly.get(OpenWork), record)
        assert_failed(ended, SyncFailure.ENDLESS_LISTING)
        # What was read before stays, and the next run reads it all again.
        (kept,) = await sql(assembly.engine, "SELECT count(*) FROM clients")
        assert kept[0] == ended.clients_created == (1 if alike else len(ended.pages_kept))
        erp.endless = False
        again = await synced(assembly)
        assert (again.failure, again.mode, again.since) == (None, SyncMode.FULL, None)


async def test_a_listing_that_grows_as_listings_do(faked: Assembly, erp: FakeErp) -> None:
    """Fifty pages more than the first answer told."""
    record = await started(faked)
    erp.hold_at = (Entity.CLIENT, 2)
    task = asyncio.create_task(faked.get(RunSync)(record.id))
    await asyncio.wait_for(erp.held.wait(), 5)
    erp.listed_clients += [register(str(n)) for n in range(6, 106)]
    erp.hold_at = None
    erp.release.set()
    await task
    ended = await the_run(faked.get(OpenWork), record)
    assert (ended.failure, ended.clients_created) == (None, 105)
