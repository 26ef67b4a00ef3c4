"""Operations that are known by a hash or an id, so that their text need not be sent, or may not."""

import json
from collections.abc import Mapping
from enum import Enum
from hashlib import sha256
from pathlib import Path
from typing import Any

import structlog

from graphql_api.errors import CodedError, ErrorCode, bad_input
from graphql_api.limits.parsing import check_length
from graphql_api.request import NO_QUERY, Envelope, Operation
from graphql_api.shelf import Shelf
from graphql_api.texts import Text

log = structlog.get_logger()

REMEMBERED = 1_000_000
"""Characters of documents that clients have registered."""

# Apollo's link looks for this very message, or for the code.
NOT_FOUND = Text("PersistedQueryNotFound", "PersistedQueryNotFound")
WRONG_HASH = Text("O hash não é o do documento.", "The hash is not that of the document.")
NOT_TRUSTED = Text(
    "Este servidor só executa documentos do seu manifesto; também a introspecção não está nele.",
    "This server executes the documents of its manifest alone; introspection is not among them either.",
)


class Trust(Enum):
    """What becomes of documents that are not in the manifest: executed, executed and logged, or refused."""

    OFF = "off"
    LOG = "log"
    ONLY = "only"


class PersistedOperations:
    """The documents of a manifest, and in their absence those that clients register by their hash (APQ)."""

    def __init__(self, trust: Trust = Trust.OFF, manifest: Mapping[str, str] | None = None) -> None:
        self._trust = trust
        self._manifest = manifest or {}
        self._trusted = frozenset(self._manifest.values())
        self._registered: Shelf[str, str] = Shelf(REMEMBERED)

    def asked(self, envelope: Envelope) -> Operation:
        """The operation that is meant; CodedError when there is none, or it may not be executed."""
        query = self._query(envelope)
        check_length(query)
        if self._trust is not Trust.OFF and query not in self._trusted:
            self._distrust(query, envelope)
        return Operation(query, envelope.operationName or None, envelope.variables)

    def _query(self, envelope: Envelope) -> str:
        given = envelope.documentId or _hash_in(envelope.extensions or {})
        if given is None:
            if not envelope.query:
                raise bad_input(NO_QUERY)
            return envelope.query
        if trusted := self._manifest.get(given):
            return trusted
        if not envelope.query:
            return self._known(given)
        if sha256(envelope.query.encode(errors="replace")).hexdigest() != given:
            raise bad_input(WRONG_HASH)
        self._registered.put(given, envelope.query, len(envelope.query))
        return envelope.query

    def _known(self, given: str) -> str:
        if self._trust is Trust.ONLY:
            raise _not_trusted()
        if query := self._registered.get(given):
            return query
        raise CodedError(ErrorCode.PERSISTED_QUERY_NOT_FOUND, NOT_FOUND, status=None)

    def _distrust(self, query: str, envelope: Envelope) -> None:
        if self._trust is Trust.ONLY:
            raise _not_trusted()
        digest = sha256(query.encode(errors="replace")).hexdigest()
        log.warning("document.untrusted", sha256=digest, operation=envelope.operationName)


def read_manifest(path: Path) -> Mapping[str, str]:
    """Documents by their ids, as Relay, graphql-codegen or Apollo write them; ValueError when it is none."""
    try:
        told: Any = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(told.get("operations"), list):
            told = {one["id"]: one["body"] for one in told["operations"]}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} is no manifest of documents: {error}") from error
    if not all(isinstance(document, str) for document in told.values()):
        raise ValueError(f"{path} is no manifest of documents: they must be strings")
    return dict(told)


def _hash_in(extensions: Mapping[str, Any]) -> str | None:
    told = extensions.get("persistedQuery")
    given = told.get("sha256Hash") if isinstance(told, dict) else None
    return given if isinstance(given, str) else None


def _not_trusted() -> CodedError:
    return CodedError(ErrorCode.PERSISTED_QUERY_NOT_IN_LIST, NOT_TRUSTED, status=403)
