"""`python -m bench.writes`: what writing costs by the API, one payment or thousands in a step.

No answer comes sooner than the disk takes a commit, so that is measured at the same rate.
"""

import asyncio
import json
import os
import random
import sys
from collections.abc import Iterator, Sequence
from itertools import count
from statistics import quantiles
from time import perf_counter, sleep
from typing import Any, NamedTuple

import psycopg
from strawberry.utils.str_converters import to_camel_case

from bench.besieged import leave_its_core_to_the_server
from bench.contest.contestants import concilia, started
from bench.contest.load import CONNECTIONS, request
from bench.contest.workloads import ENTIDADES, ONE
from bench.database import database
from bench.filling import fill
from bench.imports import payment

RATE, SECONDS, WARM = 100, 20, 3
"""Requests a second, how long they come, and how long they came before anything was measured."""
BEFORE = 100_000
"""Payments that are there already."""
BULK, STEPS = 5_000, 6
"""Payments of one step, and how many steps; the first of them warms."""
CREATE = f"""
    mutation($input: PaymentInput!, $key: String) {{ createPayment(input: $input, idempotencyKey: $key) {{
        ... on Payment {{ id {ONE} }} ... on Refusal {{ code }} }} }}
"""
CREATE_MANY = """
    mutation($inputs: [PaymentInput!]!, $key: String) {
        createPayments(inputs: $inputs, idempotencyKey: $key) {
            ... on BulkPaymentResult { created refused rows { index payment { id } refusal { code } } }
            ... on Refusal { code } } }
"""
FLAGS = {"0": False, "1": True}
DERIVED = ("id", "cadastrado_em", "modificado_em")


class Waits(NamedTuple):
    """Milliseconds below which 50 and 99 of 100 stay."""

    p50: float
    p99: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Waits":
        parts = quantiles(seconds, n=100)
        return cls(parts[49] * 1000, parts[98] * 1000)


class Writing(NamedTuple):
    """Of createPayment from when each was due; milliseconds of the server's CPU for a payment."""

    single: Waits
    single_cpu: float
    bulk: float
    """Payments a second."""
    bulk_cpu: float


def inputs() -> Iterator[dict[str, Any]]:
    """Payments with every field that their entidade may have, without end, no two alike."""
    luck = random.Random(8)  # noqa: S311
    for number in count():
        row = {name: value for name, value in payment(number, luck).items() if value and name not in DERIVED}
        row |= {"entidade": ENTIDADES[row["entidade"]], "liquidado": FLAGS[row["liquidado"]]}
        yield {to_camel_case(name): value for name, value in row.items()}


def measure_writes(database_url: str) -> Writing:
    ours = concilia()
    with started(ours, database_url) as (port, server):
        made = inputs()

        def said(query: str, **values: Any) -> bytes:
            body = {"query": query, "variables": values}
            return request("/graphql", json.dumps(body).encode(), ours.headers)

        singles = [
            said(CREATE, input=next(made), key=f"one {number}") for number in range(RATE * (WARM + SECONDS))
        ]
        asyncio.run(steadily(port, singles[: RATE * WARM]))
        before = server.cpu()
        times = asyncio.run(steadily(port, singles[RATE * WARM :]))
        cpu = (server.cpu() - before) / len(times)
        several = [
            said(CREATE_MANY, inputs=[next(made) for _ in range(BULK)], key=f"many {step}")
            for step in range(STEPS)
        ]
        asyncio.run(in_turn(port, several[:1]))
        before, rows = server.cpu(), BULK * (STEPS - 1)
        bulk = rows / asyncio.run(in_turn(port, several[1:]))
        bulk_cpu = (server.cpu() - before) / rows
    return Writing(Waits.of(times), cpu, bulk, bulk_cpu)


def measure_commits(database_url: str) -> Waits:
    """Of one row in a table of its own, by the driver alone."""
    times = []
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE commits (number INTEGER)")
        for number in range(RATE * WARM):
            began = perf_counter()
            connection.execute("INSERT INTO commits VALUES (%s)", [number])
            times.append(perf_counter() - began)
            sleep(1 / RATE)
        connection.execute("DROP TABLE commits")
    return Waits.of(times)


class Caller:
    """A connection that stays."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def connected(cls, port: int) -> "Caller":
        return cls(*await asyncio.open_connection("127.0.0.1", port, limit=4 * 1024**2))

    async def ask(self, sent: bytes) -> bytes:
        """The answer; RuntimeError unless it is of status 200."""
        self._writer.write(sent)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        body = await self._reader.readexactly(length)
        if head[9:12] != b"200":
            raise RuntimeError(f"answered {head!r} {body[:500]!r}")
        return body

    def close(self) -> None:
        self._writer.close()


async def steadily(port: int, requests: Sequence[bytes]) -> list[float]:
    """Each is sent when it is due, whether or not those before it were answered; seconds from then on."""
    async with asyncio.TaskGroup() as tasks:
        callers = asyncio.Queue[Caller]()
        for _ in range(CONNECTIONS):
            callers.put_nowait(await Caller.connected(port))
        times = list[float]()

        async def send(due: float, sent: bytes) -> None:
            caller = await callers.get()
            _created(await caller.ask(sent))
            times.append(perf_counter() - due)
            callers.put_nowait(caller)

        began = perf_counter()
        for number, sent in enumerate(requests):
            due = began + number / RATE
            await asyncio.sleep(max(0.0, due - perf_counter()))
            tasks.create_task(send(due, sent))
    return times


async def in_turn(port: int, requests: Sequence[bytes]) -> float:
    """Each when the one before it is answered; seconds for all of them."""
    caller, began = await Caller.connected(port), perf_counter()
    answers = [await caller.ask(sent) for sent in requests]
    seconds = perf_counter() - began
    caller.close()
    for answer in answers:
        _created(answer)
    return seconds


def _created(answer: bytes) -> None:
    """RuntimeError when something was refused."""
    [result] = (json.loads(answer).get("data") or {"": None}).values()
    if not result or "code" in result or result.get("refused"):
        raise RuntimeError(answer[:500])


def show_writes(database_url: str) -> None:
    commits, writing = measure_commits(database_url), measure_writes(database_url)
    single = writing.single
    sys.stdout.write(
        f"""
| | p50 / p99 ms | payments a second | server's CPU ms a payment |
|---|---|---|---|
| a row and its commit, at {RATE} a second | {commits.p50:.1f} / {commits.p99:.1f} | | |
| createPayment, at {RATE} a second | {single.p50:.1f} / {single.p99:.1f} | | {writing.single_cpu:.2f} |
| createPayments of {BULK:,} | | {writing.bulk:,.0f} | {writing.bulk_cpu:.3f} |
"""
    )


if __name__ == "__main__" and not os.environ.get("ONLY"):
    leave_its_core_to_the_server()
    with database() as address:
        fill(address, BEFORE)
        show_writes(address)
