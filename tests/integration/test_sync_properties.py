"""Whatever happens in the ERP, before and during whatever runs: the mirror ends as the ERP's truth."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings

from bootstrap import Assembly
from core.use_cases.reread_erp import RereadErp
from core.use_cases.run_sync import RunSync
from core.use_cases.start_sync import StartSync
from ports.calendar import local_day
from ports.erp import ErpGateway, ErpSettlement, Side
from ports.sync_runs import SyncMode, SyncStatus, SyncTrigger
from ports.work import OpenWork
from tests.erp_history import Event, History, Step, What, beginnings, events, steps
from tests.integration.fake_erp import QuickClock
from tests.integration.records import sql, the_run
from tests.memory_erp import MemoryErp
from tests.running import running_assembly, settings_for

SETTINGS = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
EMPTY = """
    TRUNCATE clients, erp_receivables, erp_payables, erp_receipts, erp_rereads, erp_sync_log,
        procrastinate_jobs CASCADE
"""
R, P = Side.RECEIVABLE, Side.PAYABLE
FOUR_TITLES = [Event(What.TITLE_MADE, R, 0)] * 4
ONE_FOR_ANOTHER = [Event(What.TITLE_REMOVED, R, 0), Event(What.TITLE_MADE, R, 0)]
HIDDEN = Step(72, (), SyncMode.FULL, [(2, ONE_FOR_ANOTHER)])
"""The third of four titles moves to the page that was read, and the size of the listing does not tell."""


class Story:
    """An ERP, its history, and the application that follows it."""

    def __init__(self, assembly: Assembly, erp: MemoryErp, clock: QuickClock) -> None:
        self.assembly, self.erp, self.clock = assembly, erp, clock
        self.history = History(erp)

    def happen(self, happening: Sequence[Event]) -> None:
        for event in happening:
            self.history.happen(event, local_day(self.clock.now()))

    async def run(self, step: Step) -> None:
        self.clock.offset += timedelta(hours=step.hours)
        self.happen(step.before)
        pending, answers = dict(step.between), 0

        def between(_asked: str, _page: int) -> None:
            nonlocal answers
            answers += 1
            self.happen(pending.pop(answers, ()))

        self.erp.after_each = between
        record = await self.assembly.get(StartSync)(step.mode, SyncTrigger.COMMAND, None)
        await self.assembly.get(RunSync)(record.id)
        ended = await the_run(self.assembly.get(OpenWork), record)
        assert (ended.status, ended.failure) == (SyncStatus.SUCCESS, None)
        self.erp.after_each = lambda _asked, _page: None
        await self.assembly.get(RereadErp)()

    async def mirror(self) -> dict[str, Any]:
        """Titles that are not gone, with how far they are settled; and the clients that the ERP has."""
        found: dict[str, Any] = {}
        async with self.assembly.get(OpenWork)() as work:
            clients = await work.clients.by_codes("memory", list(self.history.clients()))
            found["clients"] = {code: (client.name, client.active) for code, client in clients.items()}
            for side, store, table in ((R, work.titles, "receivables"), (P, work.payables, "payables")):
                ids = await sql(self.assembly.engine, f"SELECT external_id FROM erp_{table} WHERE NOT gone")
                kept = (await store.by_external_ids([row[0] for row in ids])).values()
                found[side.name] = {
                    one.external_id: (*stated(one), one.cleared, one.remaining, one.receipts) for one in kept
                }
        return found

    async def truth(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "clients": {code: (one.name, one.active) for code, one in self.history.clients().items()}
        }
        for side in Side:
            found[side.name] = {}
            for code, one in self.history.titles(side).items():
                settled = await self.erp.settlement(side, code)
                assert isinstance(settled, ErpSettlement)
                figures = (settled.received, settled.open, settled.receipts)
                found[side.name][code] = (*stated(one), *figures)
        return found


def stated(title: Any) -> tuple[object, ...]:
    amounts = (title.amount, title.withheld, title.due_on, title.category, title.registered_on)
    return (title.client_code, *amounts, title.status, title.cancelled, title.settled)


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    clock, erp = QuickClock(), MemoryErp()
    async with running_assembly(settings_for(), database_url, clock, {ErpGateway: erp}) as assembly:
        yield Story(assembly, erp, clock)


async def told(story: Story, beginning: list[Event], runs: list[Step]) -> None:
    await sql(story.assembly.engine, EMPTY)
    story.erp.kept.clear()
    story.clock.offset = timedelta()
    story.happen(beginning)
    for step in runs:
        await story.run(step)


@SETTINGS
@given(beginning=beginnings(), runs=steps(), last=events(4))
@example(beginning=FOUR_TITLES, runs=[HIDDEN], last=[])
async def test_after_a_quiet_full_run_the_mirror_is_the_truth(
    story: Story, beginning: list[Event], runs: list[Step], last: list[Event]
) -> None:
    await told(story, beginning, [*runs, Step(3, last, SyncMode.FULL, ())])
    mirror, truth = await story.mirror(), await story.truth()
    for kind, expected in truth.items():
        # A listing without a record proves nothing: it may be a failure of the ERP's.
        assert mirror[kind] == expected or not expected


@SETTINGS
@given(beginning=beginnings(), runs=steps(), last=events(4))
@example(beginning=FOUR_TITLES, runs=[HIDDEN], last=[])
async def test_after_a_quiet_incremental_run_too_but_for_what_was_deleted(
    story: Story, beginning: list[Event], runs: list[Step], last: list[Event]
) -> None:
    await told(story, beginning, [*runs, Step(3, last, SyncMode.INCREMENTAL, ())])
    mirror, truth = await story.mirror(), await story.truth()
    for kind, expected in truth.items():
        assert {code: found for code, found in mirror[kind].items() if code in expected} == expected


async def test_nothing_is_left_to_be_read_again(story: Story) -> None:
    await told(story, FOUR_TITLES, [HIDDEN, Step(3, (), SyncMode.FULL, ())])
    async with story.assembly.get(OpenWork)() as work:
        assert await work.rereads.waiting("memory") == 0
