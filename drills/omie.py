"""A demo Omie on a port of its own, whose network can be cut."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn

from adapters.omie.demo.app import DemoOmie

# That its callers disconnect is what a drill is about.
logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """A Ctrl-C ends the drills, and they end their servers."""
        yield


class Network:
    """What leads to a demo Omie."""

    def __init__(self, demo: DemoOmie) -> None:
        self._demo = demo
        self._port = 0
        self._connect()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}/api/v1"

    async def cut(self, seconds: float) -> None:
        """Requests under way break off, new ones are refused."""
        await self.disconnect()
        await asyncio.sleep(seconds)
        self._connect()

    def _connect(self) -> None:
        listener = socket.create_server(("127.0.0.1", self._port))
        self._port = listener.getsockname()[1]
        self._server = _Server(uvicorn.Config(self._demo.app, lifespan="off", ws="none", log_config=None))
        self._serving = asyncio.create_task(self._server.serve(sockets=[listener]))

    async def disconnect(self) -> None:
        self._server.should_exit = self._server.force_exit = True
        for connection in list(self._server.server_state.connections):
            connection.transport.abort()
        await self._serving


@asynccontextmanager
async def connected(demo: DemoOmie) -> AsyncIterator[Network]:
    network = Network(demo)
    try:
        yield network
    finally:
        await network.disconnect()
