"""`python -m bench.growth`: what a page costs when many times as many rows lie behind it.

`SIZES` says how many rows, with commas between them; each number of them is a database of its own.
"""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from statistics import median
from time import perf_counter

from bench.besieged import Server, leave_its_core_to_the_server
from bench.contest.contestants import concilia, started
from bench.contest.load import load
from bench.contest.rounds import Score, prepared
from bench.contest.workloads import WORKLOADS
from bench.database import database
from bench.filling import fill

SIZES = [int(size) for size in os.environ.get("SIZES", "10000,1000000").split(",")]
ROUNDS = int(os.environ.get("ROUNDS", "5"))
SECONDS = float(os.environ.get("SECONDS", "4"))
LISTED = WORKLOADS[1]


async def measure_growth(servers: Mapping[int, tuple[int, Server]]) -> dict[int, Score]:
    """By size, in rounds: what comes between two of them comes between all."""
    requests = {size: await prepared(concilia(), port, LISTED, []) for size, (port, _) in servers.items()}
    scores = {size: Score() for size in servers}
    for _ in range(ROUNDS):
        for size, (port, server) in servers.items():
            await load(port, requests[size], 1)
            before = server.cpu()
            found = await load(port, requests[size], SECONDS)
            scores[size].loads.append(found)
            scores[size].cpu.append((server.cpu() - before) / found.answers)
    return scores


def show_growth(sizes: Sequence[int]) -> None:
    leave_its_core_to_the_server()
    with ExitStack() as stack:
        servers = {}
        for size in sizes:
            url, began = stack.enter_context(database()), perf_counter()
            fill(url, size)
            _say(f"{size:,} payments made in {perf_counter() - began:.0f} s")
            servers[size] = stack.enter_context(started(concilia(), url))
        scores = asyncio.run(measure_growth(servers))
    _say(f"\n| rows | {LISTED.name} a second | p50 / p99 ms | server's CPU ms | time to the first's | CPU |")
    _say("|---|---|---|---|---|---|")
    first = scores[sizes[0]]
    for size, score in scores.items():
        rates, cpu = [one.rate for one in score.loads], median(score.cpu)
        waits = f"{median(one.p50 for one in score.loads):.1f} / {median(one.p99 for one in score.loads):.1f}"
        slower = median(a.rate / b.rate for a, b in zip(first.loads, score.loads, strict=True))
        more = cpu / median(first.cpu)
        _say(f"| {size:,} | {median(rates):.0f} | {waits} | {cpu:.2f} | {slower:.2f} | {more:.2f} |")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__" and not os.environ.get("ONLY"):
    show_growth(SIZES)
