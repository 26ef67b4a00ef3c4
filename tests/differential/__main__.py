"""`make differential`: thousands of operations, each answered on both roads; it fails where answers differ.

EXAMPLES are how many, SEED where the writing of them begins. Whoever interrupts it gets the figures so far.
"""

import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed

from rich.console import Console
from rich.table import Table

from bench.database import database
from tests.differential.books import write_books
from tests.differential.roads import Counts
from tests.differential.shares import AT_A_TIME, Share, compare_share, prepare

EXAMPLES = int(os.environ.get("EXAMPLES", "100000"))
SEED = int(os.environ.get("SEED", "1"))
COLUMNS = ("compared", "compiled", "with errors", "incidents")
OUT = Console(width=110)


def compare_all(database_url: str) -> list[Share]:
    """On all cores; as many shares as were done when it was interrupted."""
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(len(os.sched_getaffinity(0)), spawned, prepare) as pool:
        firsts = (SEED * 1_000_000_000 + n * AT_A_TIME for n in range(-(-EXAMPLES // AT_A_TIME)))
        shares = [pool.submit(compare_share, database_url, first) for first in firsts]
        try:
            for number, share in enumerate(as_completed(shares), 1):
                told = share.result().difference or "no difference"
                OUT.print(f"{number} of {len(shares)}: {told}", markup=False, highlight=False)
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
    return [share.result() for share in shares if not share.cancelled()]


def show(shares: list[Share]) -> None:
    counts = Counts()
    for share in shares:
        counts.update(share.counts)
    different = len(set().union(*(share.known for share in shares)))
    caption = f"{different:,} of them are unlike any other"
    title = f"Operations answered on both roads, from seed {SEED}"
    table = Table("root field", *COLUMNS, title=title, caption=caption)
    for root in sorted({root for root, _ in counts}):
        table.add_row(root, *(f"{counts[root, what]:,}" for what in COLUMNS))
    table.add_section()
    table.add_row("all", *(f"{counts.of(what):,}" for what in COLUMNS))
    OUT.print(table)


def main() -> int:
    with database() as address:
        write_books(address)
        shares = compare_all(address)
    show(shares)
    return 1 if any(share.difference for share in shares) else 0


if __name__ == "__main__":
    sys.exit(main())
