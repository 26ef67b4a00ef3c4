"""`python -m bench.contest.plans`: how the database answers each workload, by its own word."""

import asyncio
import logging
import sys

import httpx
import psycopg
import structlog

from adapters.postgres.line import Question, Rows
from adapters.postgres.reads import PostgresReads
from bench.besieged import SECRET
from bench.contest.__main__ import ROWS
from bench.contest.books import write_contracts
from bench.contest.contestants import concilia
from bench.contest.workloads import WORKLOADS, Workload
from bench.database import database
from bench.filling import fill
from bootstrap import assemble
from settings import Settings

EXPLAIN = b"EXPLAIN (ANALYZE, BUFFERS) "


class Explained(PostgresReads):
    async def _ask(self, *questions: Question) -> list[Rows]:
        for question in questions:
            explained = question._replace(text=EXPLAIN + question.text, name=b"")
            [plan] = await self.lines.ask(explained)
            sys.stdout.write("".join(f"    {line}\n" for (line,) in plan) + "\n")
        return await super()._ask(*questions)


async def show_plans(database_url: str) -> None:
    """Of the first page of each, and of the one after it."""
    with psycopg.connect(database_url) as connection:
        [found] = connection.execute("SELECT id FROM payments OFFSET 5000 LIMIT 1").fetchall()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    assembly = assemble(Settings(_env_file=None), database_url, SECRET)
    assembly.reads = Explained(database_url, pooled=False)
    caller = concilia()
    transport = httpx.ASGITransport(assembly.app())
    async with (
        assembly.running(),
        httpx.AsyncClient(transport=transport, base_url="http://bench", headers=caller.headers) as http,
    ):

        async def ask(work: Workload, after: str | None) -> str | None:
            assert caller.speak is not None  # noqa: S101
            values = caller.vary(work, after, "C" if work.size else str(found[0]))
            body = {"query": caller.speak(work), "variables": values}
            [told] = (await http.post("/graphql", json=body)).json()["data"].values()
            return str(told["pageInfo"]["endCursor"]) if work.size else None

        for work in WORKLOADS:
            sys.stdout.write(f"\n{work.name}\n\n")
            after = await ask(work, None)
            if after:
                await ask(work, after)


if __name__ == "__main__":
    with database() as url:
        fill(url, ROWS)
        write_contracts(url)
        asyncio.run(show_plans(url))
