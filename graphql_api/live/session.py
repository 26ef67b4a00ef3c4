"""One WebSocket connection, by the rules of graphql-transport-ws."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from typing import Any

import msgspec
from graphql import OperationType
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketDisconnected

from graphql_api.answers import Operations, refusal
from graphql_api.context import Context
from graphql_api.errors import CodedError, ErrorCode, unauthenticated
from graphql_api.live.messages import Closed, Complete, ConnectionInit, Message, Ping, Pong, Subscribe, read
from graphql_api.texts import Language, Text, pick_language
from ports.identity import BadToken
from ports.tasks import end

LARGEST_MESSAGE = 1024 * 1024
AT_ONCE = 50
"""Operations under way on one connection."""

INIT_SECONDS = 10.0
PATIENCE = 60.0
"""Seconds in which a client has to take a message."""

GONE = suppress(WebSocketDisconnect, WebSocketDisconnected, TimeoutError)
"""Nobody takes what is said any more."""

TOO_MANY = Text(
    "No máximo {limit} operações ao mesmo tempo por conexão.",
    "At most {limit} operations at a time on one connection.",
)


class Session:
    """Reads messages until one side ends it. Each operation is a task with a context of its own."""

    def __init__(
        self,
        websocket: WebSocket,
        operations: Operations,
        make_context: Callable[[str | None, Language], Awaitable[Context]],
    ) -> None:
        self._websocket = websocket
        self._graphql = operations
        self._make_context = make_context
        self._authorization = websocket.headers.get("authorization")
        self._language = pick_language(websocket.headers.get("accept-language", ""))
        self._initialised = False
        self._operations: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        try:
            await self._converse()
        except Closed as closed:
            with GONE:
                async with asyncio.timeout(PATIENCE):
                    await self._websocket.close(closed.code, closed.reason)

    async def _converse(self) -> None:
        try:
            async with asyncio.timeout(INIT_SECONDS) as deadline:
                while (said := await self._websocket.receive())["type"] != "websocket.disconnect":
                    await self._hear(_read(said.get("text")), deadline)
        except TimeoutError:
            if self._initialised:
                raise Closed(4403, "Forbidden: the token has expired") from None
            raise Closed(4408, "Connection initialisation timeout") from None
        finally:
            await end(*self._operations.values())

    async def _hear(self, message: Message, deadline: asyncio.Timeout) -> None:
        match message:
            case ConnectionInit():
                await self._initialise(message.payload or {}, deadline)
            case Ping():
                await self._send({"type": "pong"})
            case Pong():
                pass
            case Subscribe():
                await self._subscribe(message)
            case Complete():
                if task := self._operations.pop(message.id, None):
                    await end(task)

    async def _initialise(self, payload: dict[str, Any], deadline: asyncio.Timeout) -> None:
        """The payload stands in for headers, which a browser cannot set."""
        if self._initialised:
            raise Closed(4429, "Too many initialisation requests")
        given = {name.lower(): value for name, value in payload.items()}
        self._authorization = given.get("authorization", self._authorization)
        self._language = pick_language(str(given.get("accept-language", self._language.value)))
        try:
            left = (await self._context()).seconds_left
        except BadToken:
            raise Closed(4403, "Forbidden: the token is not valid") from None
        self._initialised = True
        deadline.reschedule(None if left is None else asyncio.get_running_loop().time() + left)
        await self._send({"type": "connection_ack"})

    async def _context(self) -> Context:
        """Who calls is looked at anew for each operation."""
        if not isinstance(self._authorization, str | None):
            raise BadToken
        return await self._make_context(self._authorization, self._language)

    async def _subscribe(self, asked: Subscribe) -> None:
        if not self._initialised:
            raise Closed(4401, "Unauthorized")
        if asked.id in self._operations:
            raise Closed(4409, "Subscriber for this id already exists")
        if len(self._operations) >= AT_ONCE:
            full = CodedError(ErrorCode.BAD_USER_INPUT, TOO_MANY, params={"limit": AT_ONCE})
            await self._send(self._error(asked.id, full))
        else:
            self._operations[asked.id] = asyncio.create_task(self._carry_out(asked))

    async def _carry_out(self, asked: Subscribe) -> None:
        with GONE:
            try:
                last = await self._answer(asked)
            finally:
                # Before the last message: by then the client may use the id again.
                self._operations.pop(asked.id, None)
            await self._send(last)

    async def _answer(self, asked: Subscribe) -> dict[str, Any]:
        """Sends all messages but the last, which it returns."""
        try:
            operation = self._graphql.asked(asked.payload)
            answers = self._graphql.stream(operation, await self._context(), tuple(OperationType))
        except BadToken:
            return self._error(asked.id, unauthenticated())
        except CodedError as error:
            return self._error(asked.id, error)
        async with aclosing(answers):
            async for answer in answers:
                if answer.before:
                    return {"id": asked.id, "type": "error", "payload": answer.wire["errors"]}
                await self._send({"id": asked.id, "type": "next", "payload": answer.wire})
        return {"id": asked.id, "type": "complete"}

    def _error(self, id: str, error: CodedError) -> dict[str, Any]:
        return {"id": id, "type": "error", "payload": refusal(error, self._language).wire["errors"]}

    async def _send(self, message: dict[str, Any]) -> None:
        async with asyncio.timeout(PATIENCE):
            await self._websocket.send_text(msgspec.json.encode(message).decode())


def _read(text: str | None) -> Message:
    if text is None:
        raise Closed(4400, "Messages are text")
    if len(text) > LARGEST_MESSAGE:
        raise Closed(1009, "Message too big")
    return read(text)
