"""The WebSocket door of the API."""

from collections.abc import Awaitable, Callable, Collection
from urllib.parse import urlsplit

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from graphql_api.answers import Operations
from graphql_api.context import Context
from graphql_api.live.messages import PROTOCOL
from graphql_api.live.session import Session
from graphql_api.texts import Language


def socket_route(
    path: str,
    operations: Operations,
    make_context: Callable[[str | None, Language], Awaitable[Context]],
    origins: Collection[str],
) -> WebSocketRoute:
    """`origins` are the foreign pages that may connect; browsers leave it to the server to ask."""

    async def connect(websocket: WebSocket) -> None:
        if not _is_welcome(websocket, origins):
            await websocket.close()
        elif PROTOCOL not in websocket.scope["subprotocols"]:
            await websocket.accept()
            await websocket.close(4406, "Subprotocol not acceptable")
        else:
            await websocket.accept(PROTOCOL)
            await Session(websocket, operations, make_context).run()

    return WebSocketRoute(path, connect)


def _is_welcome(websocket: WebSocket, origins: Collection[str]) -> bool:
    """Whatever is no page, our own pages, and those of `origins`."""
    origin = websocket.headers.get("origin")
    if origin is None or not {origin, "*"}.isdisjoint(origins):
        return True
    return urlsplit(origin).netloc == websocket.headers.get("host")
