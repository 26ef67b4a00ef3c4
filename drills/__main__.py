"""`make drill`: syncs of real processes, killed and hindered; then the whole mirror against the truth.

Names of drills as arguments choose some.
"""

import asyncio
import sys
import time
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from adapters.postgres.jobs import STALLED
from drills.disturbances import (
    Disturbance,
    block,
    drift,
    faults,
    graceful_stop,
    kills,
    network_cut,
    postgres_restart,
    two_hosts,
)
from drills.stage import WINDOW, Stage, stage
from drills.truth import differences
from drills.watch import RunOver

AT_ONCE = 4
"""Drills mostly wait."""
PATIENCE = 420.0
"""Seconds for one drill."""
NOTICED = STALLED + 10.0
"""Seconds until a run goes on: after so much silence a worker is given up, and then ten more."""
OUT = Console(width=160)


class Drill(NamedTuple):
    name: str
    disturbance: Disturbance
    page_size: int = 5
    runs: int = 1


DRILLS = (
    Drill("kill -9 at a random page", kills),
    Drill("30 % faults", faults, page_size=50),
    Drill("drift while paging", drift, runs=2),
    Drill("SIGTERM", graceful_stop),
    Drill("Postgres restart", postgres_restart),
    Drill("network cut", network_cut),
    Drill("block (HTTP 425)", block),
    Drill("two worker hosts", two_hosts),
)
COLUMNS = (
    *("drill", "what happened", "time", "moves on", "standstill"),
    *("requests", "violations", "redundant", "runs", "mirror", ""),
)
CAPTION = f"""
moves on: the longest time from a kill or stop, or the end of an outage, to the next page kept; it is a window
where nothing but pages that were in flight was left of a listing;
standstill: the longest time without a page kept, apart from waits for Omie that the run told of;
mirror: every column of receivables, payables, receipts, clients and registers against the demo's books.
Omie's window is {WINDOW:.0f} s here.
"""


async def judged(drill: Drill, turn: asyncio.Semaphore) -> tuple[bool, list[str]]:
    """Whether all is well, and the row of the table."""
    async with turn, stage(drill.page_size) as ready:
        began = time.monotonic()
        try:
            async with asyncio.timeout(PATIENCE):
                happened = await drill.disturbance(ready)
                await ready.watch.over()
                await ready.all_read_again()
        except (RunOver, TimeoutError) as error:
            happened = type(error).__name__
        well, row = await _row(drill, ready, happened, time.monotonic() - began)
    OUT.print(f"{drill.name}: {row[-1]}")
    return well, row


async def _row(drill: Drill, ready: Stage, happened: str, seconds: float) -> tuple[bool, list[str]]:
    counters, watch = ready.demo.counters, ready.watch
    statuses = [row[0] for row in await ready.rows("SELECT status FROM erp_sync_log")]
    apart = await differences(ready.demo.book, ready.rows)
    well = (
        not (apart or counters.violations or counters.redundant)
        and statuses == ["SUCCESS"] * drill.runs
        and max(watch.resumed, watch.standstill) <= NOTICED
    )
    return well, [
        drill.name,
        happened,
        f"{seconds:.0f} s",
        f"{watch.resumed:.1f} s" if watch.resumed else "",
        f"{watch.standstill:.1f} s",
        str(counters.requests.total()),
        str(counters.violations),
        str(counters.redundant),
        f"{len(statuses)} {' '.join(sorted(set(statuses)))}",
        " ".join(f"{kind}: {rows}" for kind, rows in apart.items()) or "equal",
        "ok" if well else "FAILED",
    ]


async def main() -> int:
    turn = asyncio.Semaphore(AT_ONCE)
    began = time.monotonic()
    chosen = [drill for drill in DRILLS if not sys.argv[1:] or drill.name in sys.argv[1:]]
    results = await asyncio.gather(*(judged(drill, turn) for drill in chosen))
    table = Table(*COLUMNS, title="Syncs that were disturbed", caption=CAPTION)
    for _, row in results:
        table.add_row(*row)
    OUT.print(table)
    OUT.print(f"{time.monotonic() - began:.0f} s in all")
    return 0 if all(well for well, _ in results) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
