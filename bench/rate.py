"""How much of the possible rate a sync reaches on long listings, when each answer takes its time."""

from collections.abc import Iterator
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from bench.installation import Omie, installation

PAGES, PAGE, IN_FLIGHT = 200, 100, 4
LATENCIES = (0.1, 0.25, 0.5)
LISTINGS = {"ListarContasReceber": "receivables", "PesquisarLancamentos": "settlements"}


class Rate(NamedTuple):
    """Seconds, all of them; `answer` is the mean of what the ERP took, `possible` the least for all pages."""

    listing: str
    latency: float
    answer: float
    possible: float
    taken: float


def measure_rates() -> Iterator[Rate]:
    for latency in LATENCIES:
        # As long a window as Omie's: 200 pages are within its quota, so four in flight are the limit.
        with installation(Omie(window=60, latency=latency, clients=0, titles=PAGES * PAGE)) as ours:
            ours.sync()
            pace = ours.asked("pace")
        for method, listing in LISTINGS.items():
            told = pace[method]
            # After the first answer, which tells how many pages there are, four at a time.
            possible = (PAGES - 1) / IN_FLIGHT * told["answer"]
            yield Rate(listing, latency, told["answer"], possible, told["seconds"])


def show_rates() -> None:
    table = Table(
        "listing",
        "latency s",
        "answer s",
        "possible s",
        "taken s",
        "rate",
        title=f"{PAGES} pages, four in flight",
    )
    for rate in measure_rates():
        seconds = (rate.latency, rate.answer, rate.possible, rate.taken)
        figures = (f"{figure:.2f}" for figure in seconds)
        table.add_row(rate.listing, *figures, f"{rate.possible / rate.taken:.2f}")
    Console().print(table)


if __name__ == "__main__":
    show_rates()
