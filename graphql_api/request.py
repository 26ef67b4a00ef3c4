"""Reading a GraphQL request, strictly: whatever is not one is refused with a code before anything runs."""

from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request

from graphql_api.errors import CodedError, ErrorCode, bad_input
from graphql_api.texts import Text

LARGEST_BODY = 16 * 1024 * 1024
JSON = "application/json"

NOT_JSON = Text("O corpo não é JSON válido.", "The body is not valid JSON.")
NOT_AN_OPERATION = Text(
    "Envie um objeto com query e operationName como textos, variables e extensions como objetos.",
    "Send an object with query and operationName as strings, variables and extensions as objects.",
)
NO_QUERY = Text("Falta query.", "There is no query.")
BAD_TYPE = Text("Envie application/json.", "Send application/json.")
TOO_LARGE = Text("O corpo passa de 16 MiB.", "The body is over 16 MiB.")


T = TypeVar("T")


class Envelope(msgspec.Struct):
    """A request as every transport spells it."""

    query: str | None = None
    operationName: str | None = None  # noqa: N815
    variables: dict[str, Any] | None = None
    extensions: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    query: str
    name: str | None
    variables: dict[str, Any] | None


async def read_operation(request: Request) -> Operation:
    """The operation that a request asks for; CodedError when it asks for none."""
    envelope = _from_address(request) if request.method == "GET" else await _from_body(request)
    return operation_in(envelope)


def operation_in(envelope: Envelope) -> Operation:
    """CodedError when there is none."""
    if not envelope.query:
        raise bad_input(NO_QUERY)
    return Operation(envelope.query, envelope.operationName or None, envelope.variables)


def _from_address(request: Request) -> Envelope:
    given: dict[str, Any] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if name in given:
            given[name] = _decoded(given[name].encode(errors="replace"), dict)
    return msgspec.convert(given, Envelope)


async def _from_body(request: Request) -> Envelope:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != JSON:
        raise CodedError(ErrorCode.BAD_USER_INPUT, BAD_TYPE, status=415)
    return _decoded(await _limited_body(request), Envelope)


async def _limited_body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise CodedError(ErrorCode.BAD_USER_INPUT, TOO_LARGE, status=413)
    return bytes(body)


def _decoded(text: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.ValidationError:
        raise bad_input(NOT_AN_OPERATION) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise bad_input(NOT_JSON) from None
