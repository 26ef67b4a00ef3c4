"""`python -m bench.contest`: Concilia beside what a user would pick instead. It fails when answers differ."""

import asyncio
import os
import sys
from pathlib import Path

from bench.besieged import leave_its_core_to_the_server
from bench.contest.books import write_contracts
from bench.contest.contestants import contestants, running, variants
from bench.contest.machine import told
from bench.contest.report import report
from bench.contest.rounds import Contest
from bench.contest.workloads import WORKLOADS
from bench.database import database
from bench.filling import fill

ROWS = int(os.environ.get("ROWS", "100000"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
SECONDS = float(os.environ.get("SECONDS", "5"))
ONLY = os.environ.get("ONLY", "")
"""Names of contestants and workloads, with commas between them; without any all take part."""
VARIANTS = os.environ.get("VARIANTS", "")
"""With anything in it, Concilia races itself on other ground: the event loop, the HTTP parser."""
REPORT = os.environ.get("REPORT", "")
"""A file for what is printed."""


def _wanted(name: str) -> bool:
    kinds = [one for one in ONLY.split(",") if one.startswith("W") == name.startswith("W") and one]
    return not kinds or name in kinds


def main() -> None:
    all_ = [one for one in (variants() if VARIANTS else contestants()) if _wanted(one.name)]
    works = [one for one in WORKLOADS if _wanted(one.name)]
    if not all_:
        return
    leave_its_core_to_the_server()
    with database() as url:
        fill(url, ROWS)
        write_contracts(url)
        with running(all_, url) as servers:
            scores = asyncio.run(Contest(all_, servers, ROUNDS, SECONDS).scores(url, works))
            memory = {name: server.memory() for name, (_, server) in servers.items()}
        turns = f"{ROUNDS} rounds of {SECONDS:g} s in turns, each warmed until it gets no faster."
        text = "\n".join([*told(url), turns, *report(scores, memory)]) + "\n"
    sys.stdout.write(text)
    if REPORT:
        Path(REPORT).write_text(text)


if __name__ == "__main__":
    main()
