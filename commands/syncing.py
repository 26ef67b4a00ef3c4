"""`concilia sync`."""

import asyncio
from contextlib import AsyncExitStack
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bootstrap import Assembly
from commands.console import assembled, console, installation
from core.sync_plan import current, percent
from core.use_cases.start_sync import StartSync
from graphql_api.texts import FAILURES, Language, explain
from ports.clock import Clock
from ports.errors import Refused
from ports.sync_runs import SyncMode, SyncRunRecord, SyncStatus, SyncTrigger
from ports.work import OpenWork


def sync(
    full: Annotated[bool, typer.Option("--full", help="Read everything, not what changed alone.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Carry it out here and show its progress.")] = False,
) -> None:
    """Start a sync of the ERP, or join the one that is running. Exit code 1 when it fails."""
    with installation() as (settings, address):
        run = asyncio.run(_sync(assembled(settings, address), full=full, wait=wait))
    console.print(f"{run.id} {run.status.value}: {run.record_count} records")
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


async def _watch(assembly: Assembly, run: SyncRunRecord) -> SyncRunRecord:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:.0f} %"))
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
        bar = progress.add_task(current(run).entity.value, total=100)
        while run.status is SyncStatus.RUNNING:
            await assembly.get(Clock).sleep(0.2)
            async with assembly.get(OpenWork)() as work:
                run = await work.runs.get(run.id) or run
            waiting = f" until {run.resumes_at:%H:%M:%S} UTC" if run.resumes_at else ""
            progress.update(bar, completed=percent(run), description=current(run).entity.value + waiting)
    return run
