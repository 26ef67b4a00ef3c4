"""A demo Omie behind a real socket, and gateways to it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID, uuid4

import httpx
import uvicorn
from starlette.applications import Starlette

from adapters.omie.credentials import OmieCredentials
from adapters.omie.demo.app import DEMO_CREDENTIALS, DemoOmie
from adapters.omie.demo.book import Book
from adapters.omie.gateway import OmieGateway
from adapters.omie.transport import OmieTransport, TransportOptions
from ports.calendar import Period
from ports.erp import Leave, RequestQuota


class Quota(RequestQuota):
    """Lets everything pass, unless told to wait."""

    def __init__(self) -> None:
        self.wait = 0.0
        self.reserved: list[tuple[str, str, str]] = []
        self.in_flight: set[UUID] = set()

    async def reserve(self, account: str, method: str, fingerprint: str) -> Leave:
        self.reserved.append((account, method, fingerprint))
        if self.wait:
            return Leave(None, self.wait)
        ticket = uuid4()
        self.in_flight.add(ticket)
        return Leave(ticket)

    async def release(self, ticket: UUID) -> None:
        self.in_flight.remove(ticket)


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Bench:
    """A demo Omie that is being served, and gateways to it."""

    def __init__(self, demo: DemoOmie, client: httpx.AsyncClient, base_url: str) -> None:
        self.demo = demo
        self.quota = Quota()
        self._client = client
        self._base_url = base_url

    def gateway(
        self,
        page_size: int = 100,
        credentials: OmieCredentials = DEMO_CREDENTIALS,
        answer_within: float = 5.0,
    ) -> OmieGateway:
        options = TransportOptions(base_url=self._base_url, answer_within=answer_within)
        transport = OmieTransport(self._client, credentials, self.quota, RealClock(), options)
        return OmieGateway(transport, "omie", page_size)


class Served(Protocol):
    app: Starlette


class Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@asynccontextmanager
async def served(demo: Served) -> AsyncIterator[str]:
    """The base address of the demo, or of another, while it listens on a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(uvicorn.Config(demo.app, lifespan="off", ws="none", log_config=None))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        await server.ready.wait()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/api/v1"
        finally:
            server.should_exit = True
            await serving


@asynccontextmanager
async def bench_of_november() -> AsyncIterator[Bench]:
    """Anchored, so that the books are the same on every day."""
    demo = DemoOmie(Book.of(Period(2026, 11)))
    async with served(demo) as base_url, httpx.AsyncClient() as client:
        yield Bench(demo, client, base_url)
