"""`make drill`: real processes, killed and hindered while they sync; then the mirror against the truth."""

import random
import sys
import time
from collections.abc import Callable

from rich.console import Console
from rich.table import Table

from adapters.omie.demo.book import Book
from drills.stage import Stage, stage
from ports.erp import Side

KILLS = 20
TITLES = """
    SELECT external_id, amount, status, cancelled FROM erp_receivables WHERE NOT gone ORDER BY external_id
"""


def killed(ready: Stage) -> None:
    """kill -9 at a random page, again and again; each time another worker goes on."""
    for _ in range(KILLS):
        worker = ready.start_worker()
        # It may take ten seconds until it goes on where the last one was killed.
        time.sleep(random.uniform(2, 14))  # noqa: S311
        worker.kill()
        worker.wait()
        if ready.status() != "RUNNING":
            ready.start_run()
    ready.start_worker()


def two_workers(ready: Stage) -> None:
    ready.start_worker()
    ready.start_worker()


def one_worker(ready: Stage) -> None:
    ready.start_worker()


DRILLS: dict[str, tuple[Callable[[Stage], None], float]] = {
    "two worker processes": (two_workers, 0.0),
    "30 % faults of all kinds": (one_worker, 0.3),
    f"kill -9 x{KILLS}": (killed, 0.0),
}


def truth() -> list[tuple[object, ...]]:
    titles = (one for one in Book.of().titles.values() if one.side is Side.RECEIVABLE and one.due_on)
    return sorted((str(one.code), one.amount, one.status, one.status == "CANCELADO") for one in titles)


def drill(act: Callable[[Stage], None], faults: float) -> tuple[bool, list[str]]:
    with stage(faults) as ready:
        ready.start_run()
        began = time.monotonic()
        act(ready)
        ready.wait_for_the_end()
        seconds = time.monotonic() - began
        counters, equal = ready.counters(), ready.rows(TITLES) == truth()
        statuses = [row[0] for row in ready.rows("SELECT status FROM erp_sync_log")]
    sound = (
        equal and not counters["violations"] and not counters["redundant"] and set(statuses) == {"SUCCESS"}
    )
    figures = [sum(counters["requests"].values()), counters["violations"], counters["redundant"]]
    shown = [f"{seconds:.0f} s", str(len(statuses)), "equal" if equal else "DIFFERENT", *map(str, figures)]
    return sound, [*shown, " ".join(sorted(set(statuses)))]


def main() -> int:
    table = Table("drill", "time", "runs", "mirror", "requests", "violations", "redundant", "ended as", "")
    sound = True
    for name, (act, faults) in DRILLS.items():
        well, shown = drill(act, faults)
        sound &= well
        table.add_row(name, *shown, "ok" if well else "FAILED")
    Console().print(table)
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
