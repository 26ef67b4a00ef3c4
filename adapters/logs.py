"""Structured logs, one JSON object a line, with nothing secret in them."""

import logging
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any

import msgspec
import structlog

HIDDEN = frozenset({"app_key", "app_secret", "authorization", "token", "password", "secret"})
QUIET = ("alembic", "httpcore", "httpx", "procrastinate", "uvicorn.access")
"""Libraries whose chatter could carry an ERP's headers, or drown our own lines."""


def hide_secrets(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if HIDDEN.isdisjoint(event):
        return event
    return {key: "***" if key in HIDDEN else value for key, value in event.items()}


def add_timestamp(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """As an object: the encoder writes it in a tenth of the time that Python takes."""
    event["timestamp"] = datetime.now(UTC)
    return event


def _json(event: Any, default: Any) -> bytes:
    return msgspec.json.encode(event, enc_hook=default)


def configure_logs() -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            add_timestamp,
            structlog.processors.format_exc_info,
            hide_secrets,
            structlog.processors.JSONRenderer(serializer=_json),
        ],
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
