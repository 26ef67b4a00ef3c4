"""`make bench`: what Concilia costs on this machine. It prints tables and fails for no figure."""

import asyncio
import os
from time import perf_counter

from rich.console import Console
from rich.table import Table

from adapters.postgres.engine import open_engine
from adapters.postgres.jobs import SyncJobs
from adapters.postgres.work import PostgresOpenWork
from bench.database import database
from bench.filling import fill
from bench.imports import show_imports
from bench.malice import measure_malice
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


def show_malice(database_url: str) -> None:
    heads = ("attack", "answered", "sent", "ms each", "CPU ms", "others' p99 ms", "of normal", "MiB more")
    table = Table(*heads, title="Requests of others while one caller attacks")
    effects = []
    for effect in measure_malice(database_url):
        effects.append(effect)
        normal = effects[min(1, len(effects) - 1)].others
        figures = (effect.each, effect.cpu, effect.others, effect.others / normal, effect.memory)
        table.add_row(effect.attack, effect.answers, f"{effect.sent:,}", *(f"{one:.1f}" for one in figures))
    OUT.print(table)


if ONLY == "malice":
    with database() as address:
        fill(address, 10_000)
        show_malice(address)
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
