"""`make bench`: what Concilia costs on this machine. It prints tables and fails for no figure."""

import asyncio
import os
from time import perf_counter

from rich.console import Console
from rich.table import Table

from adapters.postgres.engine import open_engine
from adapters.postgres.jobs import SyncJobs
from adapters.postgres.work import PostgresOpenWork
from bench.besieged import leave_its_core_to_the_server
from bench.database import database
from bench.filling import fill
from bench.imports import show_imports
from bench.malice import show_malice
from bench.months import show_months
from bench.pages import measure_pages
from bench.rate import show_rates
from bench.scale import show_scale
from bench.summaries import measure_summaries

ROWS = int(os.environ.get("ROWS", "1000000"))
ONLY = os.environ.get("ONLY")
OUT = Console()


async def show(database_url: str) -> None:
    engine = open_engine(database_url)
    open_work = PostgresOpenWork(engine, SyncJobs(database_url))
    pages = Table("list", "rows", "first page ms", "last page ms", "ratio", title="Pages of 100 payments")
    for time in await measure_pages(open_work):
        ratio = f"{time.last / time.first:.2f}"
        pages.add_row(time.name, f"{time.rows:,}", f"{time.first:.1f}", f"{time.last:.1f}", ratio)
    OUT.print(pages)
    sums = Table("group", "ms", title=f"Summary of {ROWS:,} payments")
    for name, taken in await measure_summaries(open_work):
        sums.add_row(name, f"{taken:.0f}")
    OUT.print(sums)
    await engine.dispose()


if ONLY == "malice":
    leave_its_core_to_the_server()
    with database() as address:
        fill(address, 10_000)
        show_malice(address, OUT)
    raise SystemExit
with database() as address:
    show_imports(address)
with database() as address:
    show_months(address, OUT)
with database() as address:
    began = perf_counter()
    fill(address, ROWS)
    OUT.print(f"{ROWS:,} payments made in {perf_counter() - began:.0f} s")
    asyncio.run(show(address))
show_rates()
show_scale()
