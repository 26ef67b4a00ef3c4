"""From an error to what the caller is told: a code always, a text, never an inside."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import uuid4

import structlog
from graphql import GraphQLError, GraphQLFormattedError, GraphQLSyntaxError, Node, ValueNode
from strawberry.utils.str_converters import to_camel_case

from graphql_api.texts import Language, Text, explain
from ports.erp import ErpProblem
from ports.errors import Fault, Refused
from ports.identity import Role
from ports.paging import BadCursor

log = structlog.get_logger()


class ErrorCode(StrEnum):
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    QUERY_TOO_COMPLEX = "QUERY_TOO_COMPLEX"
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    PERSISTED_QUERY_NOT_IN_LIST = "PERSISTED_QUERY_NOT_IN_LIST"
    ERP_UNAVAILABLE = "ERP_UNAVAILABLE"
    INTERNAL_SERVER_ERROR = "INTERNAL_SERVER_ERROR"


NEEDS_TOKEN = Text("É preciso um token válido.", "A valid bearer token is needed.")
NEEDS_ROLE = Text("É preciso um dos papéis {roles}.", "This needs one of the roles {roles}.")
BAD_CURSOR = Text("O cursor não é desta lista.", "The cursor was not given out by this list.")
BAD_CHARACTERS = Text(
    "Há caracteres que não podem ser gravados.", "A value holds characters that cannot be stored."
)
NO_ERP = Text("O ERP não responde.", "The ERP does not answer.")
OUR_FAULT = Text("Falha do nosso lado. Incidente {incident}.", "Our fault. Incident {incident}.")


class CodedError(GraphQLError):
    """An error that the edge itself finds."""

    def __init__(
        self,
        code: ErrorCode,
        text: Text,
        *,
        params: Mapping[str, object] | None = None,
        extensions: dict[str, Any] | None = None,
        status: int | None = 400,
    ) -> None:
        """`params` fill the text; `status` is HTTP's, where the request never came to be an operation;
        without one it goes by the media type."""
        self.code = code
        self.text = text
        self.params = params or {}
        self.status = status
        super().__init__(text.say(Language.ENGLISH, **self.params), extensions=extensions)


def unauthenticated() -> CodedError:
    return CodedError(ErrorCode.UNAUTHENTICATED, NEEDS_TOKEN, status=401)


def forbidden(any_of: Sequence[Role]) -> CodedError:
    names = [role.name for role in any_of]
    return CodedError(
        ErrorCode.FORBIDDEN,
        NEEDS_ROLE,
        params={"roles": ", ".join(names)},
        extensions={"requiredRoles": names},
        status=403,
    )


def bad_input(text: Text, **params: object) -> CodedError:
    return CodedError(ErrorCode.BAD_USER_INPUT, text, params=params)


class _Told(NamedTuple):
    code: ErrorCode
    message: str
    extensions: Mapping[str, Any] = {}


def formatted(error: GraphQLError, language: Language, *, before_execution: bool) -> GraphQLFormattedError:
    """The error as it goes out, with `extensions.code`; what nobody foresaw is masked and logged."""
    told = _told(error, language, before_execution=before_execution)
    wire = error.formatted
    wire["message"] = told.message
    wire["extensions"] = {**told.extensions, "code": told.code}
    return wire


def _told(error: GraphQLError, language: Language, *, before_execution: bool) -> _Told:
    cause = error.original_error
    match cause or error:
        case CodedError() as coded:
            return _Told(coded.code, coded.text.say(language, **coded.params), coded.extensions or {})
        case GraphQLSyntaxError():
            return _Told(ErrorCode.GRAPHQL_PARSE_FAILED, error.message)
        case BadCursor():
            return _Told(ErrorCode.BAD_USER_INPUT, BAD_CURSOR.say(language))
        case Refused(faults=[Fault(path=[*path]) as fault, *_]) if path:
            argument = ".".join(map(to_camel_case, path))
            return _Told(ErrorCode.BAD_USER_INPUT, f"{argument}: {explain(fault, language)}")
        case Refused():
            return _Told(ErrorCode.BAD_USER_INPUT, BAD_CHARACTERS.say(language))
        case ErpProblem():
            return _Told(ErrorCode.ERP_UNAVAILABLE, NO_ERP.say(language))
        case GraphQLError() if before_execution and cause is None:
            return _Told(ErrorCode.GRAPHQL_VALIDATION_FAILED, error.message)
        case GraphQLError() if error.path is None or isinstance(_blamed(error), ValueNode):
            # A variable may bring null to where its default would have been right: that is found out late.
            return _Told(ErrorCode.BAD_USER_INPUT, error.message)
        case unforeseen:
            return _masked(unforeseen, language)


def _blamed(error: GraphQLError) -> Node | None:
    """The part of the document that the error is about."""
    return error.nodes[0] if error.nodes else None


def _masked(unforeseen: BaseException, language: Language) -> _Told:
    incident = uuid4().hex
    log.error("request.failed", incident_id=incident, exc_info=unforeseen)
    message = OUR_FAULT.say(language, incident=incident)
    return _Told(ErrorCode.INTERNAL_SERVER_ERROR, message, {"incidentId": incident})
