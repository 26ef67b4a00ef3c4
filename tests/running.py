"""The application as the tests run it: assembled by the same code as in production."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import uvicorn
from asgi_lifespan import LifespanManager
from starlette.types import ASGIApp

from adapters.one_write import OneWrite
from adapters.tokens import SharedSecretTokens
from bootstrap import Assembly, assemble
from ports.clock import Clock
from ports.identity import Role
from settings import Settings

SECRET = "a secret of the tests, of at least thirty-two bytes"


class TestClock(Clock):
    """Real time until it is set; sleeping takes (almost) none."""

    __test__ = False

    def __init__(self) -> None:
        self.offset = timedelta()
        self.slept: list[float] = []

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def set(self, moment: datetime) -> None:
        self.offset = moment - datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(min(seconds, 0.3))


def settings_for(**changes: Any) -> Settings:
    """Defaults, but for a short window of the ERP's limits."""
    return Settings(_env_file=None, **{"omie_window_seconds": 0.2, **changes})


@asynccontextmanager
async def running_assembly(
    settings: Settings, database_url: str, clock: Clock, replacements: Mapping[Any, Any] | None = None
) -> AsyncIterator[Assembly]:
    assembled = assemble(settings, database_url, SECRET, {Clock: clock, **(replacements or {})})
    async with assembled.running():
        yield assembled


class Api:
    """A caller of the built application, over its ASGI door."""

    def __init__(self, client: httpx.AsyncClient, tokens: SharedSecretTokens) -> None:
        self.client = client
        self._tokens = tokens

    def token(self, role: Role, subject: str = "") -> str:
        """Good whatever the test's clock says: a library looks at the real one."""
        return self._tokens.issue(subject or f"test-{role.value}", [role], timedelta(days=3650))

    async def send(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        role: Role | None = Role.CFO,
        language: str = "en",
    ) -> dict[str, Any]:
        """The whole answer."""
        headers = {"accept-language": language}
        if role is not None:
            headers["authorization"] = f"Bearer {self.token(role)}"
        answer = await self.client.post(
            "/graphql", json={"query": query, "variables": variables}, headers=headers
        )
        return dict(answer.json())

    async def data(self, query: str, variables: Mapping[str, Any] | None = None, **options: Any) -> Any:
        """The data of an answer that must have no errors."""
        answer = await self.send(query, variables, **options)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def code(self, query: str, variables: Mapping[str, Any] | None = None, **options: Any) -> str:
        """The code of the first error of an answer that must have one."""
        answer = await self.send(query, variables, **options)
        return str(answer["errors"][0]["extensions"]["code"])


@asynccontextmanager
async def running_api(assembly: Assembly) -> AsyncIterator[Api]:
    """The application with its lifespan, hence with a worker."""
    tokens = SharedSecretTokens(SECRET, assembly.settings.auth_roles_claim, assembly.get(Clock))
    async with LifespanManager(assembly.app(), shutdown_timeout=30) as manager:
        transport = httpx.ASGITransport(manager.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield Api(client, tokens)


@asynccontextmanager
async def running_server(assembly: Assembly) -> AsyncIterator[Api]:
    """The same behind a real port of this machine: whoever is connected can go away."""
    tokens = SharedSecretTokens(SECRET, assembly.settings.auth_roles_claim, assembly.get(Clock))
    async with (
        served(assembly.app()) as address,
        httpx.AsyncClient(base_url=address, timeout=30) as client,
    ):
        yield Api(client, tokens)


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[str]:
    """The address of an application on a port of this machine."""
    config = uvicorn.Config(
        app, port=0, http=OneWrite, log_config=None, timeout_graceful_shutdown=1, timeout_keep_alive=60
    )
    server = uvicorn.Server(config)
    # Without the signals, which are the tests' own process's.
    serving = asyncio.create_task(server._serve())
    while not server.started:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    host, port = server.servers[0].sockets[0].getsockname()
    yield f"http://{host}:{port}"
    server.should_exit = True
    await serving
