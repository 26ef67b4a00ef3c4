"""What a month of a large company costs to reconcile; each in a process of its own, to see its memory."""

import asyncio
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from time import perf_counter, process_time

from rich.console import Console
from rich.table import Table

from adapters.process import make_responsive
from bench.books import NOW, write_books
from bootstrap import assemble
from core.line_pages import LineFilter, LinePage
from core.use_cases.reconcile_period import ReconcilePeriod
from core.use_cases.survey_month import SurveyMonth
from ports.calendar import Period
from ports.clock import Clock
from ports.paging import PageRequest
from ports.titles import BillingBasis
from settings import Settings

CLIENTS = int(os.environ.get("CLIENTS", "50000"))
MONTH = Period(2026, 10)
ROUNDS = 3


class Then(Clock):
    """It is always the day on which the books were synced."""

    def now(self) -> datetime:
        return NOW

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def reconcile(database_url: str, basis: BillingBasis) -> Sequence[str]:
    """Lines, the best seconds of some rounds, our own CPU seconds of that one, and the memory at most."""
    settings, nobodys = Settings(_env_file=None), "nobody signs in here, so that any will do"
    assembly = assemble(settings, database_url, nobodys, {Clock: Then()})
    times = []
    async with assembly.running():
        # As every server does.
        make_responsive()
        for _ in range(ROUNDS):
            page, began, busy = LinePage(LineFilter(), PageRequest(100)), perf_counter(), process_time()
            month = await assembly.get(ReconcilePeriod)(MONTH, basis)
            totals = await assembly.get(SurveyMonth)(month, [page])
            times.append((perf_counter() - began, process_time() - busy))
    seconds, cpu = min(times)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return f"{totals.counts.total():,}", f"{seconds:.2f}", f"{cpu:.2f}", f"{peak}"


def show_months(database_url: str, out: Console) -> None:
    titles = write_books(database_url, CLIENTS)
    title = f"A month of {CLIENTS:,} clients, {2 * CLIENTS:,} contracts, {titles:,} titles"
    table = Table("basis", "lines", "seconds", "CPU s of ours", "peak MB", title=title)
    for basis in BillingBasis:
        command = [sys.executable, "-m", "bench.months", database_url, basis.name]
        told = subprocess.run(command, check=True, capture_output=True, text=True)
        table.add_row(basis.name, *told.stdout.split())
    out.print(table)


if __name__ == "__main__":
    address, wanted = sys.argv[1:]
    print(*asyncio.run(reconcile(address, BillingBasis[wanted])))  # noqa: T201
