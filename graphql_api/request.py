"""Reading a GraphQL request, strictly: whatever is not one is refused with a code before anything runs."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import msgspec
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Scope

from graphql_api.accept import JSON
from graphql_api.errors import CodedError, ErrorCode, bad_input
from graphql_api.leaving import ClientGone
from graphql_api.texts import Text
from ports.patience import Patience

LARGEST_BODY = 16 * 1024**2
LARGEST_OF_STRANGERS = 1024**2
PATIENCE = 30.0
"""Seconds in which a body has to be here."""

NOT_JSON = Text("O corpo não é JSON válido.", "The body is not valid JSON.")
NOT_AN_OPERATION = Text(
    "Envie um objeto com query e operationName como textos, variables e extensions como objetos.",
    "Send an object with query and operationName as strings, variables and extensions as objects.",
)
NO_QUERY = Text("Falta query.", "There is no query.")
BAD_TYPE = Text("Envie application/json.", "Send application/json.")
TOO_SLOW = Text("O corpo não chegou em {seconds} s.", "The body has not come within {seconds} s.")
TOO_LARGE = Text("O corpo passa de {mebibytes} MiB.", "The body is over {mebibytes} MiB.")


T = TypeVar("T")


class Envelope(msgspec.Struct):
    """A request as every transport spells it."""

    query: str | None = None
    documentId: str | None = None  # noqa: N815
    operationName: str | None = None  # noqa: N815
    variables: dict[str, Any] | None = None
    extensions: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    query: str
    name: str | None
    variables: dict[str, Any] | None


class Received(Request):
    """A request whose headers are found by their names, in small letters; otherwise all are gone through each
    time that one is asked for."""

    @cached_property
    def headers(self) -> Headers:
        return _Headers(scope=self.scope)


class _Headers(Headers):
    def __init__(self, scope: Scope) -> None:
        super().__init__(scope=scope)
        self._first = dict(reversed(self.raw))

    def get(self, key: str, default: Any = None) -> Any:
        found = self._first.get(key.encode())
        return default if found is None else found.decode("latin-1")


async def read_envelope(request: Request, *, known: bool) -> Envelope:
    """What a request asks for; CodedError when it is no GraphQL request.

    A caller who is not `known` may send no more than a large document.
    """
    if request.method == "GET":
        return _from_address(request)
    return await _from_body(request, LARGEST_BODY if known else LARGEST_OF_STRANGERS)


def _from_address(request: Request) -> Envelope:
    given: dict[str, Any] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if name in given:
            given[name] = _decoded(given[name].encode(errors="replace"), dict)
    return msgspec.convert(given, Envelope)


async def _from_body(request: Request, largest: int) -> Envelope:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != JSON:
        raise CodedError(ErrorCode.BAD_USER_INPUT, BAD_TYPE, status=415)
    return _decoded(await limited_body(request, largest), Envelope)


async def limited_body(request: Request, largest: int) -> bytes:
    """The body; CodedError as soon as it is known to be over `largest` bytes, or is too long in coming."""
    declared = request.headers.get("content-length", "")
    _check_size(int(declared[:18]) if declared.isdecimal() else 0, largest)
    body = bytearray()
    try:
        with Patience(PATIENCE):
            more = True
            while more:
                message = await request.receive()
                if message["type"] == "http.disconnect":
                    raise ClientGone
                body += message.get("body", b"")
                _check_size(len(body), largest)
                more = message.get("more_body", False)
    except TimeoutError:
        patience = {"seconds": int(PATIENCE)}
        raise CodedError(ErrorCode.BAD_USER_INPUT, TOO_SLOW, params=patience, status=408) from None
    return bytes(body)


def _check_size(size: int, largest: int) -> None:
    if size > largest:
        told = {"mebibytes": largest // 1024**2}
        raise CodedError(ErrorCode.BAD_USER_INPUT, TOO_LARGE, params=told, status=413)


def _decoded(text: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.ValidationError:
        raise bad_input(NOT_AN_OPERATION) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise bad_input(NOT_JSON) from None
