"""What a read costs, counted, not timed: questions to the database, columns, and calls of Python's functions."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from asgi_lifespan import LifespanManager

from adapters.tokens import SharedSecretTokens
from bench.contest.workloads import WORKLOADS, Workload, our_variables, ours
from bench.filling import fill
from bootstrap import assemble
from ports.clock import Clock
from ports.identity import Role
from tests.conftest import new_database
from tests.counting import counted_calls
from tests.running import SECRET, settings_for

ROWS = 3000
CALLS = {"W1": 305, "W2": 395, "W3": 345, "W4": 765, "W5": 445}
"""Calls of Python's functions for one answer: a tenth more than when this was written. Who makes it cheaper
lowers them."""

Ask = Callable[[Workload], Any]


@pytest.fixture(scope="module")
async def ask(server: str) -> AsyncIterator[Ask]:
    """The application as a server calls it, with nothing of a client in between."""
    url = new_database(server)
    fill(url, ROWS)
    assembly = assemble(
        settings_for(app_env="production", auth_jwt_secret=SECRET, database_url=url), url, SECRET
    )
    tokens = SharedSecretTokens(SECRET, assembly.settings.auth_roles_claim, assembly.get(Clock))
    token = tokens.issue("reader", [Role.FINANCE], timedelta(hours=1))
    headers = [(b"content-type", b"application/json"), (b"authorization", f"Bearer {token}".encode())]
    async with LifespanManager(assembly.app()) as manager:

        async def asked(work: Workload) -> Any:
            variables = our_variables(work, None, "C" if work.size else "0" * 32)
            body = json.dumps({"query": ours(work), "variables": variables}).encode()
            sent: list[Any] = []

            bodies = iter([{"type": "http.request", "body": body, "more_body": False}])

            async def receive() -> Any:
                """The client stays after its body."""
                return next(bodies, None) or await asyncio.Event().wait()

            async def send(message: Any) -> None:
                sent.append(message)

            scope = {"type": "http", "method": "POST", "path": "/graphql", "headers": headers}
            await manager.app({**scope, "query_string": b"", "root_path": ""}, receive, send)
            return json.loads(sent[1]["body"])

        yield asked


@pytest.mark.parametrize("work", WORKLOADS, ids=lambda work: work.name)
async def test_few_calls_are_made(ask: Ask, work: Workload) -> None:
    for _ in range(3):
        answer = await ask(work)
    assert "errors" not in answer
    with counted_calls() as calls:
        await ask(work)
    assert sum(calls.values()) < CALLS[work.name], calls.most_common(20)
