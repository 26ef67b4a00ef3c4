"""What other callers feel while one caller sends, without a pause, the worst that comes to mind."""

import multiprocessing
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from statistics import mean, quantiles
from time import perf_counter, sleep

import httpx
from rich.console import Console
from rich.table import Table

from adapters.clock import SystemClock
from adapters.tokens import SharedSecretTokens
from bench.attacks import ATTACKS, NORMAL
from bench.besieged import SECRET, Server, serving
from ports.identity import Role

ROUNDS = int(os.environ.get("ROUNDS", "3"))
SECONDS = float(os.environ.get("SECONDS", "2"))
"""Of each round's half without the attack, and of the half with it."""
CHOSEN = os.environ.get("ATTACKS", "")
"""A regular expression of some attacks' names."""
LEAST = 19
"""Niceness of the attacker: what it takes of the machine is to be the server's time alone."""


@dataclass
class Effect:
    """Milliseconds that others' requests took, by rounds, and that the malicious ones took; `cpu` is what the
    server's processor spent on one of them, `memory` the MiB that stayed."""

    attack: str
    normal: list[list[float]] = field(default_factory=list)
    attacked: list[list[float]] = field(default_factory=list)
    answers: set[str] = field(default_factory=set)
    times: list[float] = field(default_factory=list)
    cpu: float = 0
    memory: float = 0


def measure_malice(database_url: str) -> Iterator[Effect]:
    with serving(database_url) as server:
        tokens = SharedSecretTokens(SECRET, "roles", SystemClock())
        token = tokens.issue("bench", [Role.CFO], timedelta(hours=1))
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        with httpx.Client(base_url=server.address, headers=headers, timeout=60) as others:
            _felt(others)
            for name in filter(re.compile(CHOSEN).search, ATTACKS):
                yield _effect(name, headers, server, others)


def _effect(name: str, headers: dict[str, str], server: Server, others: httpx.Client) -> Effect:
    effect, memory, spent = Effect(name), server.memory(), 0.0
    for _ in range(ROUNDS):
        before = server.cpu()
        effect.normal.append(_felt(others))
        each = (server.cpu() - before) / len(effect.normal[-1])
        with _attacking(name, server.address, headers) as came:
            before = server.cpu()
            effect.attacked.append(_felt(others))
            spent += server.cpu() - before - each * len(effect.attacked[-1])
        answers, times = came()
        effect.answers |= answers
        effect.times += times
    effect.cpu, effect.memory = spent / len(effect.times), server.memory() - memory
    return effect


@contextmanager
def _attacking(
    name: str, address: str, headers: dict[str, str]
) -> Iterator[Callable[[], tuple[set[str], list[float]]]]:
    """What it gives tells, afterwards, the answers, and the milliseconds that each took."""
    over = multiprocessing.Event()
    here, there = multiprocessing.Pipe()
    attacker = multiprocessing.Process(target=_attack, args=(name, address, headers, over, there))
    attacker.start()
    yield here.recv
    over.set()
    here.poll(None)
    attacker.join()


def _attack(name: str, address: str, headers: dict[str, str], over: Event, told: Connection) -> None:
    os.nice(LEAST)
    answers, times = set(), []
    began = perf_counter()
    for answer in ATTACKS[name](address, headers):
        answers.add(answer)
        times.append((perf_counter() - began) * 1000)
        if over.is_set():
            break
        began = perf_counter()
    told.send((answers, times))


def _felt(client: httpx.Client) -> list[float]:
    times = []
    until = perf_counter() + SECONDS
    while (began := perf_counter()) < until:
        client.post("/graphql", json={"query": NORMAL}).raise_for_status()
        times.append((perf_counter() - began) * 1000)
        sleep(0.005)
    return times


def show_malice(database_url: str, out: Console) -> None:
    heads = ("attack", "answered", "sent", "ms each", "CPU ms", "p99 ms", "without", "ratio", "MiB more")
    table = Table(*heads, title="Requests of others while one caller attacks")
    for effect in measure_malice(database_url):
        attacked, normal = (_p99([*chain(*rounds)]) for rounds in (effect.attacked, effect.normal))
        ratios = [_p99(one) / _p99(other) for one, other in zip(effect.attacked, effect.normal, strict=True)]
        table.add_row(
            effect.attack,
            ", ".join(sorted(effect.answers)),
            f"{len(effect.times):,}",
            *(f"{figure:.1f}" for figure in (mean(effect.times), effect.cpu, attacked, normal)),
            f"{attacked / normal:.2f} ({min(ratios):.2f}-{max(ratios):.2f})",
            f"{effect.memory:.1f}",
        )
    out.print(table)


def _p99(times: list[float]) -> float:
    return quantiles(times, n=100)[98]
