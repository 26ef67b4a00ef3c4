"""Where and with what the contest ran."""

import json
import os
import platform
import sys
import sysconfig
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import psycopg

from bench.contest.contestants import FOLDER

PYTHON = (
    "uvicorn",
    "uvloop",
    "httptools",
    "psycopg",
    "strawberry-graphql",
    "graphql-core",
    "sqlalchemy",
    "orjson",
)
NODE = (
    "node",
    "postgraphile",
    "postgraphile-plugin-connection-filter",
    "mercurius",
    "graphql-jit",
    "fastify",
    "pg",
)
MADE_BY_PROFILE = ("--enable-optimizations", "-fprofile-use")


def told(database_url: str) -> Iterator[str]:
    """Sentences."""
    system = f"{platform.system()} {platform.release()}"
    yield f"{datetime.now():%Y-%m-%d}, {_processor()}, {os.cpu_count()} cores, {system}."  # noqa: DTZ005
    libraries = ", ".join(f"{one} {version(one)}" for one in PYTHON)
    yield f"Python {platform.python_version()}, {_making()}: {libraries}."
    if found := [f"{one} {at}" for one in NODE if (at := _of_node(one))]:
        yield f"npm: {', '.join(found)}."
    with psycopg.connect(database_url) as connection:
        [server] = connection.execute("SHOW server_version").fetchone() or ("?",)
        [rows] = connection.execute("SELECT count(*) FROM payments WHERE deletado_em IS NULL").fetchone() or (
            0,
        )
    yield f"PostgreSQL {server}, {rows:,} payments."


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next(
        (line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine()
    )


def _making() -> str:
    """As far as it tells: Debian's is optimised too, without a word of it in these variables."""
    names = ("CONFIG_ARGS", "PY_CORE_CFLAGS", "PY_CFLAGS_NODIST")
    settings = " ".join(str(sysconfig.get_config_var(name)) for name in names)
    if any(sign in settings for sign in MADE_BY_PROFILE):
        return "optimised by profile"
    return "the distribution's" if sys.base_prefix == "/usr" else "not optimised by profile"


def _of_node(package: str) -> str | None:
    told = FOLDER / "node_modules" / package / "package.json"
    return json.loads(told.read_text())["version"] if told.exists() else None
