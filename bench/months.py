"""What a month of a large company costs to reconcile, and two years; each in a process of its own."""

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
from bench.books import MONTHS, NOW, write_books
from bootstrap import Assembly, assemble
from core.line_pages import LineFilter, LinePage
from core.use_cases.reconcile_period import ReconcilePeriod
from core.use_cases.reconciliation_trend import ReconciliationTrend
from core.use_cases.survey_month import SurveyMonth
from ports.calendar import Period
from ports.clock import Clock
from ports.paging import PageRequest
from ports.titles import BillingBasis
from settings import Settings

CLIENTS = int(os.environ.get("CLIENTS", "50000"))
MONTH = Period(2026, 10)


class Then(Clock):
    """It is always the day on which the books were synced."""

    def now(self) -> datetime:
        return NOW

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def reconcile(app: Assembly, basis: BillingBasis) -> int:
    """How many lines a month has, told with its totals and its first page."""
    month = await app.get(ReconcilePeriod)(MONTH, basis)
    totals = await app.get(SurveyMonth)(month, [LinePage(LineFilter(), PageRequest(100))])
    return totals.counts.total()


async def follow(app: Assembly, basis: BillingBasis) -> int:
    """How many lines all months of the longest trend have."""
    points = await app.get(ReconciliationTrend)(None, MONTHS, basis)
    return sum(point.totals.counts.total() for point in points)


WORK = {"month": (reconcile, 3), "trend": (follow, 1)}
"""And how often it is tried."""


async def measure(database_url: str, what: str, basis: BillingBasis) -> Sequence[str]:
    """Lines, the best seconds, our own CPU seconds of those, and the memory at most."""
    settings, nobodys = Settings(_env_file=None), "nobody signs in here, so that any will do"
    assembly = assemble(settings, database_url, nobodys, {Clock: Then()})
    (work, rounds), times, lines = WORK[what], [], 0
    async with assembly.running():
        # As every server does.
        make_responsive()
        for _ in range(rounds):
            began, busy = perf_counter(), process_time()
            lines = await work(assembly, basis)
            times.append((perf_counter() - began, process_time() - busy))
    seconds, cpu = min(times)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return f"{lines:,}", f"{seconds:.2f}", f"{cpu:.2f}", f"{peak}"


def show_months(database_url: str, out: Console) -> None:
    titles = write_books(database_url, CLIENTS)
    title = f"A month, and {MONTHS}, of {CLIENTS:,} clients, {2 * CLIENTS:,} contracts, {titles:,} titles"
    table = Table("what", "basis", "lines", "seconds", "CPU s of ours", "peak MB", title=title)
    asked = [("month", basis) for basis in BillingBasis] + [("trend", BillingBasis.DUE_DATE)]
    for what, basis in asked:
        command = [sys.executable, "-m", "bench.months", database_url, what, basis.name]
        told = subprocess.run(command, check=True, capture_output=True, text=True)
        table.add_row(what, basis.name, *told.stdout.split())
    out.print(table)


if __name__ == "__main__":
    address, kind, wanted = sys.argv[1:]
    print(*asyncio.run(measure(address, kind, BillingBasis[wanted])))  # noqa: T201
