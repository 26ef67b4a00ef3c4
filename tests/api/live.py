"""Clients of the live doors, on real connections."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from ports.identity import Role
from tests.running import Api

SYNC = "mutation { syncErp { ...on SyncRun { id } } }"
WATCH = "subscription Watch($id: ID!) { syncProgress(runId: $id) { id status recordCount progress { stage page percent } } }"
PROTOCOL = Subprotocol("graphql-transport-ws")


class Socket:
    """Speaks graphql-transport-ws, or whatever it is told to."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def say(self, **message: Any) -> None:
        await self.connection.send(msgspec.json.encode(message).decode())

    async def hear(self) -> dict[str, Any]:
        return dict(msgspec.json.decode(await self.connection.recv()))

    async def enter(self, **payload: Any) -> None:
        await self.say(type="connection_init", payload=payload)
        assert await self.hear() == {"type": "connection_ack"}

    async def ask(self, id: str, query: str, variables: dict[str, Any] | None = None) -> None:
        await self.say(type="subscribe", id=id, payload={"query": query, "variables": variables})

    async def until_over(self, id: str) -> list[dict[str, Any]]:
        """All messages of one operation, the last one included."""
        heard: list[dict[str, Any]] = []
        while not heard or heard[-1]["type"] == "next":
            message = await self.hear()
            assert message["id"] == id
            heard.append(message)
        return heard

    async def fate(self) -> int | None:
        """The code with which the server closes."""
        try:
            while True:
                await self.connection.recv()
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None


@asynccontextmanager
async def socket(api: Api, *, role: Role | None = None, **options: Any) -> AsyncIterator[Socket]:
    """A connection; with a role it is past its greetings."""
    address = str(api.client.base_url).replace("http", "ws")
    async with connect(
        f"{address}/graphql", **{"subprotocols": [PROTOCOL], "proxy": None, **options}
    ) as made:
        speaker = Socket(made)
        if role is not None:
            await speaker.enter(authorization=f"Bearer {api.token(role)}", **{"accept-language": "en"})
        yield speaker


class Events:
    """The events of one answer."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.comments = 0

    async def __aiter__(self) -> AsyncIterator[tuple[str, Any]]:
        name, data = "", ""
        async for line in self.response.aiter_lines():
            match line.partition(":"):
                case "", ":", _:
                    self.comments += 1
                case "event", _, value:
                    name = value.strip()
                case "data", _, value:
                    data = value.strip()
                case "", "", "" if name:
                    yield name, msgspec.json.decode(data) if data else None
                    name = data = ""


@asynccontextmanager
async def events(
    api: Api, query: str, variables: dict[str, Any] | None = None, **headers: str
) -> AsyncIterator[Events]:
    sent = {"accept": "text/event-stream", "accept-language": "en", **headers}
    body = {"query": query, "variables": variables}
    async with api.client.stream("POST", "/graphql", json=body, headers=sent) as response:
        yield Events(response)
