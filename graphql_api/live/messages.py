"""The words of graphql-transport-ws."""

from typing import Any, TypeAlias

import msgspec

from graphql_api.request import Envelope

PROTOCOL = "graphql-transport-ws"


class ConnectionInit(msgspec.Struct, tag_field="type", tag="connection_init"):
    payload: dict[str, Any] | None = None


class Ping(msgspec.Struct, tag_field="type", tag="ping"):
    payload: dict[str, Any] | None = None


class Pong(msgspec.Struct, tag_field="type", tag="pong"):
    payload: dict[str, Any] | None = None


class Subscribe(msgspec.Struct, tag_field="type", tag="subscribe"):
    id: str
    payload: Envelope


class Complete(msgspec.Struct, tag_field="type", tag="complete"):
    id: str


Message: TypeAlias = ConnectionInit | Ping | Pong | Subscribe | Complete

_reader: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)


class Closed(Exception):
    """The connection ends, with this code and reason."""

    def __init__(self, code: int, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(reason)


def read(text: str) -> Message:
    """Closed when the client said something that the protocol does not know."""
    try:
        return _reader.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        raise Closed(4400, "Not a message of graphql-transport-ws") from None
