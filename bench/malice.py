"""What other callers feel while one caller sends, without a pause, the worst that comes to mind: beside what
they feel of one who sends their own ordinary query without a pause."""

import json
import multiprocessing
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from statistics import mean, quantiles
from time import perf_counter, sleep
from typing import Any

import httpx

from adapters.clock import SystemClock
from adapters.tokens import SharedSecretTokens
from bench.besieged import SECRET, Server, serving
from ports.identity import Role

SECONDS = 2.0
"""For each attack; twice as long without any."""
NORMAL = "{ payments(first: 20) { totalCount nodes { id descricao valorTotal dataVencimento situacao } } }"
SLOW_BODIES = "50 bodies, a byte at a time"


@dataclass(frozen=True)
class Effect:
    """Milliseconds and MiB: of one malicious request, of the server's processor for it; below `others` stay
    99 of 100 normal requests meanwhile."""

    attack: str
    answers: str = ""
    sent: int = 0
    each: float = 0
    cpu: float = 0
    others: float = 0
    memory: float = 0


def _query(text: str, **variables: object) -> bytes:
    return json.dumps({"query": text, "variables": variables}).encode()


def _bomb(size: int) -> str:
    links = (f"fragment f{n} on Viewer {{ name ...f{n + 1} ...f{n + 1} }}" for n in range(size))
    return f"{{ me {{ ...f0 }} }} {' '.join(links)} fragment f{size} on Viewer {{ name }}"


def _circle(size: int) -> str:
    links = (f"fragment f{n} on Viewer {{ name ...f{(n + 1) % size} }}" for n in range(size))
    return f"{{ me {{ ...f0 }} }} {' '.join(links)}"


ATTACKS: Mapping[str, bytes] = {
    "fragments that double 30 times": _query(_bomb(30)),
    "fragments that double 99 times": _query(_bomb(99)),
    "10,000 aliases": _query("{" + " ".join(f"a{n}: __typename" for n in range(10_000)) + "}"),
    "600 aliases": _query("{" + " ".join(f"a{n}:__typename" for n in range(600)) + "}"),
    "the same field 900 times": _query("{ me {" + " name" * 900 + "} }"),
    "a circle of 90 fragments": _query(_circle(90)),
    "10,000 levels": _query("{ me {" * 10_000),
    "150 levels": _query("{" + "...{" * 150 + "__typename" + "}" * 151),
    "10,000 directives": _query("{ me { name " + "@skip(if: true) " * 10_000 + "} }"),
    "300 directives": _query("{ me { name " + "@skip(if: true) " * 300 + "} }"),
    "a list of 10,000": _query(
        "query($f: PaymentFilter) { payments(filter: $f) { totalCount } }", f={"externalId": ["x"] * 10_000}
    ),
    "JSON 100,000 deep": b'{"query":' + b"[" * 100_000,
    "a body of 30 MB": b'{"query": "' + b"x" * 30_000_000 + b'"}',
}


def measure_malice(database_url: str) -> Iterator[Effect]:
    """The first is the time when nobody else calls, the second is the measure of the others."""
    with serving(database_url) as server:
        tokens = SharedSecretTokens(SECRET, "roles", SystemClock())
        token = tokens.issue("bench", [Role.CFO], timedelta(hours=1))
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        with httpx.Client(base_url=server.address, headers=headers, timeout=60) as others:
            _p99(others, SECONDS)
            yield Effect("none", others=_p99(others, SECONDS * 2))
            yield _under("an ordinary query", _query(NORMAL), headers, server, others)
            yield _dripping(server, others)
            for name, body in ATTACKS.items():
                yield _under(name, body, headers, server, others)


def _under(name: str, body: bytes, headers: dict[str, str], server: Server, others: httpx.Client) -> Effect:
    memory, cpu, over = server.memory(), server.cpu(), multiprocessing.Event()
    here, there = multiprocessing.Pipe()
    arguments = (server.address, headers, body, over, there)
    attacker = multiprocessing.Process(target=_attack, args=arguments)
    attacker.start()
    felt = _p99(others, SECONDS)
    over.set()
    answers, times = here.recv()
    attacker.join()
    spent = (server.cpu() - cpu) / len(times)
    return Effect(name, answers, len(times), mean(times), spent, felt, server.memory() - memory)


def _attack(address: str, headers: dict[str, str], body: bytes, over: Event, told: Connection) -> None:
    answers: set[str] = set()
    times = []
    with httpx.Client(base_url=address, headers=headers, timeout=60) as client:
        while not over.is_set():
            began = perf_counter()
            try:
                answers.add(_outcome(client.post("/graphql", content=body)))
            except httpx.TransportError:
                answers.add("cut")
            times.append((perf_counter() - began) * 1000)
    told.send((", ".join(sorted(answers)), times))


def _outcome(answer: httpx.Response) -> str:
    errors: list[dict[str, Any]] = answer.json().get("errors", [{"extensions": {"code": "answered"}}])
    told = errors[0]["extensions"]
    return " ".join(filter(None, (str(answer.status_code), told["code"], told.get("limit"))))


def _dripping(server: Server, others: httpx.Client) -> Effect:
    """Bodies that never end: the processor's time in it is that of the normal requests."""
    host, port = server.address.removeprefix("http://").split(":")
    head = f"POST /graphql HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n"
    memory = server.memory()
    lines = [socket.create_connection((host, int(port))) for _ in range(50)]
    for line in lines:
        line.sendall(f"{head}content-length: 1000\r\n\r\n{{".encode())
    felt = 0.0
    for _ in range(int(SECONDS)):
        for line in lines:
            line.sendall(b" ")
        felt = max(felt, _p99(others, 1.0))
    for line in lines:
        line.close()
    return Effect(SLOW_BODIES, "waited for", len(lines), others=felt, memory=server.memory() - memory)


def _p99(client: httpx.Client, seconds: float) -> float:
    times = []
    until = perf_counter() + seconds
    while (began := perf_counter()) < until:
        client.post("/graphql", json={"query": NORMAL}).raise_for_status()
        times.append((perf_counter() - began) * 1000)
        sleep(0.005)
    return quantiles(times, n=100)[98]
