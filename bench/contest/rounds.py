"""The contest itself: what each is asked, that all answer alike, and how fast each is, in turns."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from bench.besieged import Server
from bench.contest.contestants import Contestant
from bench.contest.load import Load, ask, load, request
from bench.contest.workloads import Workload, worth

WARMING = 12
"""Seconds at most."""
STEADY = 3
"""Seconds that bring no rate which is better by a thirtieth than all before: then nothing is left to warm."""
AGAIN = 0.5
"""Seconds before each measurement: the others had the caches in between."""


@dataclass
class Score:
    """What came of the rounds; CPU is the server's, in milliseconds for each answer."""

    loads: list[Load] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Contest:
    """`servers` have the port and the process of each, by name."""

    contestants: Sequence[Contestant]
    servers: dict[str, tuple[int, Server]]
    rounds: int
    seconds: float

    async def scores(self, database_url: str, works: Sequence[Workload]) -> dict[tuple[str, str], Score]:
        """By contestant and workload. AssertionError when one answers otherwise than the first."""
        with psycopg.connect(database_url) as connection:
            ids = [str(one) for (one,) in connection.execute("SELECT id FROM payments ORDER BY id LIMIT 200")]
        scores: dict[tuple[str, str], Score] = {}
        ports = {name: port for name, (port, _) in self.servers.items()}
        for work in works:
            requests = {one.name: await prepared(one, ports[one.name], work, ids) for one in self.contestants}
            await compare(requests, ports, work)
            for one in self.contestants:
                await _warm(ports[one.name], requests[one.name], one.share)
            for _ in range(self.rounds):
                for one in self.contestants:
                    score = scores.setdefault((one.name, work.name), Score())
                    await self._measure(one, requests[one.name], score)
        return scores

    async def _measure(self, one: Contestant, sent: Sequence[bytes], score: Score) -> None:
        port, server = self.servers[one.name]
        await load(port, sent, one.share * AGAIN)
        before = server.cpu()
        found = await load(port, sent, one.share * self.seconds)
        score.loads.append(found)
        score.cpu.append((server.cpu() - before) / found.answers)


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


async def _warm(port: int, sent: Sequence[bytes], share: float) -> None:
    """Until it gets no faster: a compiler within Node works for seconds, and each rate by itself is noise."""
    rates: list[float] = []
    while len(rates) < WARMING and not steady(rates):
        rates.append((await load(port, sent, share)).rate)


def steady(rates: Sequence[float]) -> bool:
    before, last = rates[:-STEADY], rates[-STEADY:]
    return bool(before) and max(last) < max(before) * 31 / 30
