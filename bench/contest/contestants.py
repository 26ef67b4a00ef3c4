"""Who takes part, and how each is started: one process on a core of its own."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import sleep

from adapters.clock import SystemClock
from adapters.tokens import SharedSecretTokens
from bench.besieged import CORE, SECRET, Server
from bench.contest import bare
from bench.contest.workloads import (
    Speak,
    Vary,
    Workload,
    our_variables,
    ours,
    postgraphile,
    postgraphile_variables,
)
from ports.identity import Role

FOLDER = Path(__file__).parents[1] / "contestants"
NODE = FOLDER / "node_modules" / ".bin" / "node"
"""As new as PostGraphile needs it; the machine's own may be older."""


def _token() -> str:
    tokens = SharedSecretTokens(SECRET, "roles", SystemClock())
    return tokens.issue("bench", [Role.FINANCE], timedelta(hours=12))


@dataclass(frozen=True, kw_only=True)
class Contestant:
    """`speak` is its own way of asking; None asks by address alone."""

    name: str
    command: Sequence[str]
    speak: Speak | None
    vary: Vary
    headers: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    share: float = 1
    """Of the time of a round: nobody waits long for figures that are far from all others."""

    def path(self, work: Workload) -> str:
        return "/graphql" if self.speak else f"/{work.name}"


def _python(module: str) -> Sequence[str]:
    return [sys.executable, "-m", f"bench.contest.{module}"]


def concilia(name: str = "Concilia", *ground: str) -> Contestant:
    """`ground` is the event loop and the HTTP parser, by uvicorn's names."""
    return Contestant(
        name=name,
        command=[*_python("ours"), *ground],
        speak=ours,
        vary=our_variables,
        headers={"authorization": f"Bearer {_token()}"},
    )


def variants() -> list[Contestant]:
    """Ours on what it could stand on instead."""
    return [
        concilia(),
        concilia("on asyncio", "asyncio", "auto"),
        concilia("head and body apart", "auto", "httptools"),
        concilia("with h11", "auto", "h11"),
    ]


def contestants() -> list[Contestant]:
    """All that this machine can start."""
    found = [
        concilia(),
        Contestant(name="no GraphQL", command=_python("bare"), speak=None, vary=bare.variables),
        _strawberry("naive"),
        _strawberry("tuned"),
    ]
    if _has_node():
        of_postgraphile = (postgraphile, postgraphile_variables)
        found += [
            _of_node("PostGraphile 5", "postgraphile", *of_postgraphile),
            _of_node("Mercurius jit", "mercurius-jit", ours, our_variables),
            _of_node("Mercurius tuned", "mercurius-tuned", ours, our_variables),
        ]
    return found


def _strawberry(kind: str) -> Contestant:
    return Contestant(
        name=f"{kind} Strawberry", command=_python(kind), speak=ours, vary=our_variables, share=0.4
    )


def _of_node(name: str, file: str, speak: Speak, vary: Vary) -> Contestant:
    return Contestant(
        name=name,
        command=[str(NODE), str(FOLDER / f"{file}.mjs")],
        speak=speak,
        vary=vary,
        environment={"NODE_ENV": "production", "GRAPHILE_ENV": "production", "TZ": "UTC"},
    )


def _has_node() -> bool:
    if shutil.which("npm") is None:
        return False
    options = ("--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error")
    npm = ["npm", "install", "--prefix", str(FOLDER), *options]
    return subprocess.run(npm, check=False).returncode == 0


@contextmanager
def running(all_: Sequence[Contestant], database_url: str) -> Iterator[dict[str, tuple[int, Server]]]:
    """Port and process of each, by name."""
    with ExitStack() as stack:
        yield {one.name: stack.enter_context(started(one, database_url)) for one in all_}


@contextmanager
def started(one: Contestant, database_url: str) -> Iterator[tuple[int, Server]]:
    """Its port and process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    pinned = ["taskset", "-c", str(CORE)] if shutil.which("taskset") else []
    command = [*pinned, *one.command, database_url, str(port)]
    environment = {"PATH": os.environ["PATH"], **one.environment}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        _until_it_listens(port)
        yield port, Server(f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _until_it_listens(port: int) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        sleep(0.1)
    raise TimeoutError
