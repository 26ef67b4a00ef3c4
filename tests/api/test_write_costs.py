"""What createPayment costs, counted, not timed: messages to the database, calls of Python's functions, and
objects that only the garbage collector frees."""

import asyncio
import gc
import json
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

import pytest
from asgi_lifespan import LifespanManager
from sqlalchemy import Engine, event

from adapters.postgres.line import Line
from adapters.tokens import SharedSecretTokens
from bench.writes import CREATE, inputs
from bootstrap import assemble
from ports.clock import Clock
from ports.identity import Role
from tests.conftest import new_database
from tests.counting import counted_calls
from tests.running import SECRET, settings_for

CALLS = 1850
"""Calls of Python's functions for one answer: a tenth more than when this was written. Who makes it cheaper
lowers them."""

Create = Callable[[], Any]


@pytest.fixture(scope="module")
async def create(server: str) -> AsyncIterator[Create]:
    """The application as a server calls it, with nothing of a client in between."""
    url = new_database(server)
    assembly = assemble(
        settings_for(app_env="production", auth_jwt_secret=SECRET, database_url=url), url, SECRET
    )
    tokens = SharedSecretTokens(SECRET, assembly.settings.auth_roles_claim, assembly.get(Clock))
    token = tokens.issue("writer", [Role.FINANCE], timedelta(hours=1))
    headers = [(b"content-type", b"application/json"), (b"authorization", f"Bearer {token}".encode())]
    bodies = iter([_body(number, made) for number, made in enumerate(islice(inputs(), 20))])
    async with LifespanManager(assembly.app()) as manager:

        async def created() -> None:
            sent: list[Any] = []
            parts = iter([{"type": "http.request", "body": next(bodies), "more_body": False}])

            async def receive() -> Any:
                """The client stays after its body."""
                return next(parts, None) or await asyncio.Event().wait()

            async def send(message: Any) -> None:
                sent.append(message)

            scope = {"type": "http", "method": "POST", "path": "/graphql", "headers": headers}
            await manager.app({**scope, "query_string": b"", "root_path": ""}, receive, send)
            assert "id" in json.loads(sent[1]["body"])["data"]["createPayment"]

        for _ in range(5):
            await created()
        yield created


def _body(number: int, made: dict[str, Any]) -> bytes:
    variables = {"input": made, "key": f"key {number}"}
    return json.dumps({"query": CREATE, "variables": variables}).encode()


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[list[str]]]:
    """To the database: of each the beginnings of its statements."""
    told: list[list[str]] = []
    send = Line.send

    def sent(line: Line, questions: Any, *rest: Any) -> None:
        told.append([" ".join(one.text.decode().split()[:2]) for one in questions])
        send(line, questions, *rest)

    def listen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        told.append([statement])

    monkeypatch.setattr(Line, "send", sent)
    event.listen(Engine, "before_cursor_execute", listen)
    yield told
    event.remove(Engine, "before_cursor_execute", listen)


async def test_one_message_is_sent(create: Create, messages: list[list[str]]) -> None:
    await create()
    assert messages == [["SELECT set_config($1::VARCHAR,", "WITH claimed"]]


async def test_few_calls_are_made(create: Create) -> None:
    with counted_calls() as calls:
        await create()
    assert sum(calls.values()) < CALLS, calls.most_common(20)


async def test_nothing_is_left_to_the_collector(create: Create) -> None:
    gc.collect()
    gc.disable()
    try:
        for _ in range(5):
            await create()
        left = gc.collect()
    finally:
        gc.enable()
    assert left < 5
