"""A whole sync of many clients and titles: what it takes of time, processor, memory and of the ERP's quota.

`CLIENTS` and `TITLES` say how many.
"""

import os

from rich.console import Console
from rich.table import Table

from bench.installation import Omie, installation

CLIENTS, TITLES = int(os.environ.get("CLIENTS", "20000")), int(os.environ.get("TITLES", "200000"))
WINDOW, ALLOWED, IN_ALL = 1.0, 240, 960
"""The ERP's limits, but a second instead of a minute."""


def show_scale() -> None:
    with installation(Omie(window=WINDOW, latency=0.0, clients=CLIENTS, titles=TITLES)) as ours:
        work = ours.sync()
        counters = ours.asked("counters")
    requests = sum(counters["requests"].values())
    table = Table("", "", title=f"A full sync of {CLIENTS:,} clients and {TITLES:,} titles")
    table.add_row("time", f"{work.seconds:.0f} s")
    table.add_row("our processor time", f"{work.cpu:.0f} s")
    table.add_row("our memory at its highest", f"{work.memory / 1e6:.0f} MB")
    table.add_row("requests", f"{requests:,}")
    table.add_row("of one method's quota", f"{requests / (work.seconds / WINDOW * ALLOWED):.0%}")
    table.add_row("violations, repetitions", f"{counters['violations']}, {counters['redundant']}")
    Console().print(table)


if __name__ == "__main__":
    show_scale()
