"""`python -m bench.contest`: Concilia beside what a user would pick instead. It fails when answers differ."""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import psycopg

from bench.besieged import Server, leave_its_core_to_the_server
from bench.contest.contestants import Contestant, contestants, running
from bench.contest.load import Load, ask, load, request
from bench.contest.workloads import WORKLOADS, Workload, worth
from bench.database import database
from bench.filling import fill

ROWS = int(os.environ.get("ROWS", "100000"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
SECONDS = float(os.environ.get("SECONDS", "5"))
ONLY = os.environ.get("ONLY", "")
"""Names of contestants and workloads, with commas between them; without any all take part."""
CONTRACTS = """
    INSERT INTO contracts (id, client_id, title, starts_on, ends_on, cadence, pro_rata, billing_day, source,
        version, created_at, updated_at)
    SELECT md5(client.id || 'contract' || n)::UUID, client.id, 'Contrato ' || n,
        DATE '2020-01-01' + n * 200 + ascii(right(client.name, 1)), NULL, 'MONTHLY', true, 10, 'bench', 1,
        now(), now()
    FROM clients client, generate_series(1, 2) n
"""
PRICES = "INSERT INTO contract_prices (contract_id, since, mrr) SELECT id, '2020-01-01', 100 FROM contracts"


@dataclass
class Score:
    """What came of the rounds; CPU is the server's, in milliseconds for each answer."""

    loads: list[Load] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


Scores = dict[tuple[str, str], Score]


async def prepared(one: Contestant, port: int, work: Workload, ids: Sequence[str]) -> list[bytes]:
    """Different requests of one workload; each page is asked for by the cursor of the one before it."""
    sent = []

    def said(after: str | None, chosen: str) -> bytes:
        values = one.vary(work, after, chosen)
        body: Any = {"query": one.speak(work), "variables": values} if one.speak else values
        return request(one.path(work), json.dumps(body).encode(), one.headers)

    if not work.size:
        return [said(None, chosen) for chosen in ids]
    for chosen in "CF" if work.filtered else "C":
        after = None
        for _ in range(work.pages):
            sent.append(said(after, chosen))
            [found] = json.loads(await ask(port, sent[-1]))["data"].values()
            after = found["pageInfo"]["endCursor"]
    return sent


async def compare(requests: dict[str, list[bytes]], ports: dict[str, int], work: Workload) -> None:
    """AssertionError when one answers otherwise than the first."""
    for n in range(0, len(next(iter(requests.values()))), 7):
        rows = {name: worth(json.loads(await ask(ports[name], sent[n]))) for name, sent in requests.items()}
        first, *others = rows
        for name in others:
            if rows[name] != rows[first]:
                raise AssertionError(f"{work.name}: {name} answers otherwise than {first}")


async def contest(all_: Sequence[Contestant], servers: dict[str, tuple[int, Server]], url: str) -> Scores:
    ports = {name: port for name, (port, _) in servers.items()}
    with psycopg.connect(url) as connection:
        ids = [str(one) for (one,) in connection.execute("SELECT id FROM payments ORDER BY id LIMIT 200")]
    scores: Scores = {}
    for work in (one for one in WORKLOADS if _wanted(one.name)):
        requests = {one.name: await prepared(one, ports[one.name], work, ids) for one in all_}
        await compare(requests, ports, work)
        for _ in range(ROUNDS):
            for one in all_:
                (port, server), sent = servers[one.name], requests[one.name]
                await load(port, sent, one.share)
                before = server.cpu()
                found = await load(port, sent, one.share * SECONDS)
                score = scores.setdefault((one.name, work.name), Score())
                score.loads.append(found)
                score.cpu.append((server.cpu() - before) / found.answers)
    return scores


def _wanted(name: str) -> bool:
    kinds = [one for one in ONLY.split(",") if one.startswith("W") == name.startswith("W") and one]
    return not kinds or name in kinds


def table(title: str, scores: Scores, figure: Any) -> None:
    names = list(dict.fromkeys(name for name, _ in scores))
    works = list(dict.fromkeys(work for _, work in scores))
    _say(f"\n{title}\n\n| | {' | '.join(works)} |\n|---|{'---|' * len(works)}")
    for name in names:
        _say(f"| {name} | {' | '.join(figure(name, work) for work in works)} |")


def show(scores: Scores) -> None:
    ours = next(name for name, _ in scores)

    def rate(name: str, work: str) -> str:
        rates = [one.rate for one in scores[name, work].loads]
        spread = (max(rates) - min(rates)) / 2 / median(rates)
        return f"{median(rates):.0f} ±{spread:.0%}"

    def waits(name: str, work: str) -> str:
        loads = scores[name, work].loads
        return f"{median(one.p50 for one in loads):.1f} / {median(one.p99 for one in loads):.1f}"

    def ratio(name: str, work: str) -> str:
        pairs = zip(scores[ours, work].loads, scores[name, work].loads, strict=True)
        ratios = [our.rate / their.rate for our, their in pairs]
        return f"{median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"

    table("Answers a second", scores, rate)
    table("Milliseconds: p50 / p99", scores, waits)
    table("CPU of the server, ms an answer", scores, lambda *of: f"{median(scores[of].cpu):.2f}")
    table(f"{ours}'s answers to each of theirs, round by round", scores, ratio)


def write_contracts(database_url: str) -> None:
    """Two of each client."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(CONTRACTS)
        connection.execute(PRICES)
        connection.execute("VACUUM ANALYZE contracts, contract_prices")


def main() -> None:
    all_ = [one for one in contestants() if _wanted(one.name)]
    if not all_:
        return
    leave_its_core_to_the_server()
    with database() as url:
        fill(url, ROWS)
        write_contracts(url)
        with running(all_, url) as servers:
            show(asyncio.run(contest(all_, servers, url)))
            memory = (f"{name} {server.memory():.0f}" for name, (_, server) in servers.items())
            _say(f"\nMiB: {', '.join(memory)}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
