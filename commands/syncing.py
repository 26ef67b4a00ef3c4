"""`concilia sync`."""

import asyncio
from contextlib import AsyncExitStack
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from bootstrap import Assembly
from commands.console import assembled, console, installation
from core.sync_plan import current, pages_left, plan
from core.use_cases.start_sync import StartSync
from graphql_api.texts import FAILURES, Language, explain
from ports.clock import Clock
from ports.errors import Refused
from ports.sync_runs import SyncMode, SyncRunRecord, SyncStatus, SyncTrigger
from ports.work import Duty, OpenWork


def sync(
    full: Annotated[bool, typer.Option("--full", help="Read everything, not what changed alone.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Carry it out here and show its progress.")] = False,
) -> None:
    """Start a sync of the ERP, or join the one that is running. Exit code 1 when it fails."""
    with installation() as (settings, address):
        run = asyncio.run(_sync(assembled(settings, address), full=full, wait=wait))
    console.print(f"{run.id} {run.mode.value} {run.status.value}: {run.record_count} records")
    if run.failure:
        console.print(FAILURES[run.failure].say(Language.ENGLISH), style="red")
        raise typer.Exit(1)


async def _sync(assembly: Assembly, *, full: bool, wait: bool) -> SyncRunRecord:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(assembly.running())
        try:
            run = await assembly.get(StartSync)(SyncMode.FULL if full else None, SyncTrigger.COMMAND, None)
        except Refused as refused:
            console.print(explain(refused.faults[0], Language.ENGLISH), style="red")
            raise typer.Exit(1) from None
        if wait:
            await stack.enter_async_context(assembly.worker())
            run = await _watch(assembly, run)
        return run


class PagesRead:
    """How many pages a run has read since it was first seen, told from looks at it."""

    def __init__(self, run: SyncRunRecord) -> None:
        self.count = 0
        self._last = run

    def look(self, run: SyncRunRecord) -> None:
        before, self._last = self._last, run
        if (run.pass_number, run.round_number) == (before.pass_number, before.round_number):
            self.count += len(run.pages_kept) - len(before.pages_kept)
        else:
            # Of a pass that began and ended between two looks nothing is known but its one page at least.
            unseen = max(run.pass_number - before.pass_number - 1, 0)
            self.count += len(pages_left(before)) + unseen + len(run.pages_kept)


def passes_done(run: SyncRunRecord) -> float:
    """Of all the passes of the run's plan; the one under way by its pages."""
    whole = len(plan(run))
    if run.status is SyncStatus.SUCCESS:
        return whole
    return run.pass_number + len(run.pages_kept) / max(run.total_pages, 1)


async def _watch(assembly: Assembly, run: SyncRunRecord) -> SyncRunRecord:
    clock, pages = assembly.get(Clock), PagesRead(run)
    began = clock.now()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:.0f} %"),
        TextColumn("{task.fields[pace]:.1f} pages/s"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task(current(run).entity.value, total=len(plan(run)), pace=0.0)
        while run.status is SyncStatus.RUNNING:
            await clock.sleep(0.2)
            async with assembly.get(OpenWork)(duty=Duty.DIRECTION) as work:
                run = await work.runs.get(run.id) or run
            pages.look(run)
            waiting = f" until {run.resumes_at:%H:%M:%S} UTC" if run.resumes_at else ""
            progress.update(
                bar,
                completed=passes_done(run),
                description=current(run).entity.value + waiting,
                pace=pages.count / max((clock.now() - began).total_seconds(), 0.2),
            )
    return run
