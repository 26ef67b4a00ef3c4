"""A long listing over HTTP, with answers that take their time: four in flight, never more than allowed."""

import asyncio
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from sqlalchemy import event

from adapters.omie.demo.app import DEMO_CREDENTIALS, DemoOmie
from adapters.omie.demo.book import Book
from adapters.omie.demo.police import Asked
from adapters.omie.demo.records import DemoTitle
from bootstrap import Assembly
from core.sync_plan import current
from core.use_cases.keep_page import KeepPage
from core.use_cases.read_pages import LANES
from core.use_cases.run_sync import RunSync
from ports.erp import Entity, ErpPage
from ports.sync_runs import SyncRunRecord
from ports.work import Duty, OpenWork
from settings import Settings
from tests.integration.omie_bench import RealClock, served
from tests.integration.records import run, started, the_run, title, until
from tests.running import running_assembly, settings_for

PAGES, LATENCY, IN_FLIGHT, WINDOW = 100, 0.1, 4, 2.0
READ = (Entity.CLIENT, Entity.RECEIVABLE)
LISTING = "ListarContasReceber"
DAY = date(2026, 11, 20)


def a_book(titles: int) -> Book:
    book = Book()
    for number in range(titles):
        book.add_title(
            DemoTitle(
                code=8000000001 + number,
                client_code=7000000001,
                amount=Decimal("100.00"),
                due_on=DAY,
                issued_on=DAY,
                status="A VENCER",
            )
        )
    return book


def settings_of(address: str) -> Settings:
    return settings_for(
        omie_app_key=DEMO_CREDENTIALS.app_key,
        omie_app_secret=DEMO_CREDENTIALS.app_secret,
        omie_base_url=address,
        omie_page_size=1,
        omie_window_seconds=WINDOW,
    )


async def read_receivables(assembly: Assembly) -> SyncRunRecord:
    """A run, ended once it has read them."""
    record = await started(assembly)
    task = asyncio.create_task(assembly.get(RunSync)(record.id))

    while current(await the_run(assembly.get(OpenWork), record)).entity in READ:  # noqa: ASYNC110
        # Not more often: it would slow down what is measured.
        await asyncio.sleep(0.5)
    task.cancel()
    await asyncio.wait({task})
    return await the_run(assembly.get(OpenWork), record)


async def test_a_long_listing_four_at_a_time(
    database_url: str, record_property: Callable[[str, object], None]
) -> None:
    demo = DemoOmie(a_book(PAGES), window_seconds=WINDOW)
    demo.latency = LATENCY
    answered = list[float]()

    def note(asked: Asked) -> None:
        if asked.method == LISTING:
            answered.append(time.monotonic())

    demo.after_each = note
    async with (
        served(demo) as address,
        running_assembly(settings_of(address), database_url, RealClock()) as assembly,
    ):
        run = await read_receivables(assembly)
    assert run.receivables_created == demo.counters.requests[LISTING] == len(answered) == PAGES
    # After the first answer, which tells how many there are, four at a time.
    possible = -(-(PAGES - 1) // IN_FLIGHT) * LATENCY
    share = possible / (answered[-1] - answered[0])
    record_property("share of the possible rate", f"{share:.3f}")
    # How much of it is reached is noise here, where client, server and database share two cores.
    assert share <= 1
    counters = demo.counters
    assert (counters.violations, counters.redundant, counters.blocked) == (0, 0, 0)
    assert counters.max_in_flight == IN_FLIGHT


async def test_a_page_that_is_being_kept_takes_no_place_in_flight(database_url: str) -> None:
    demo = DemoOmie(a_book(PAGES), window_seconds=WINDOW)
    async with (
        served(demo) as address,
        running_assembly(settings_of(address), database_url, RealClock()) as assembly,
    ):
        record = await started(assembly)
        task = asyncio.create_task(assembly.get(RunSync)(record.id))

        async def has_begun() -> bool:
            return demo.counters.requests[LISTING] > IN_FLIGHT

        await until(has_begun)
        async with assembly.get(OpenWork)(duty=Duty.SYNC) as work:
            held = await work.runs.for_update(record.id)
            assert held is not None

            async def every_lane_has_asked() -> bool:
                return demo.counters.requests[LISTING] >= len(held.pages_kept) + LANES

            await until(every_lane_has_asked)
        task.cancel()
        await asyncio.wait({task})
    assert LANES > IN_FLIGHT
    assert demo.counters.violations == 0


async def test_a_page_of_titles_takes_three_statements(assembly: Assembly) -> None:
    """Who keeps it, what it says, where the run stands then: each one more would slow down every page."""
    standing = run(pass_number=[*Entity].index(Entity.RECEIVABLE), total_pages=2)
    async with assembly.get(OpenWork)(duty=Duty.SYNC) as work:
        await work.runs.start(standing)
        await work.commit()
    said = list[str]()
    event.listen(
        assembly.engine.sync_engine, "before_cursor_execute", lambda *told: said.append(told[2].split()[0])
    )
    page = ErpPage(number=1, last=2, total=200, items=[title(str(n)) for n in range(100)])
    assert await assembly.get(KeepPage)(standing, page, standing.started_at)
    assert said == ["BEGIN", "WITH", "UPDATE"]
