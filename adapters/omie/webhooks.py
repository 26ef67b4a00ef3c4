"""Omie's webhooks: unsigned, so nothing but ids is taken from them, and those only as hints."""

from collections.abc import Iterator
from contextlib import suppress
from hmac import compare_digest
from typing import NamedTuple

import structlog

from adapters.omie.credentials import OmieCredentials
from adapters.omie.values import Record, RecordError, code, decoded, text
from ports.erp import Entity
from ports.rereads import Reread
from ports.webhooks import ForeignWebhook, Notice, UnreadableWebhook, WebhookReader

log = structlog.get_logger()


class _Family(NamedTuple):
    entity: Entity
    id_field: str
    nested: str | None = None
    """Where an event about money received or paid names its titles."""


_FAMILIES = {
    "ClienteFornecedor.": _Family(Entity.CLIENT, "codigo_cliente_omie"),
    "Financas.ContaReceber.": _Family(Entity.RECEIVABLE, "codigo_lancamento_omie", "conta_a_receber"),
    "Financas.ContaPagar.": _Family(Entity.PAYABLE, "codigo_lancamento_omie", "conta_a_pagar"),
}


class OmieWebhooks(WebhookReader):
    """The messages of one Omie account.

    One that names nothing we keep is a notice without records: Omie holds back all that follows a message
    that it could not deliver.
    """

    def __init__(self, credentials: OmieCredentials, source: str) -> None:
        self._app_key = credentials.app_key.encode()
        self._source = source

    def read(self, body: bytes) -> Notice | None:
        try:
            message = decoded(body)
        except ValueError:
            raise UnreadableWebhook from None
        if not isinstance(message, dict):
            raise UnreadableWebhook
        if "ping" in message and "appKey" not in message:
            return None
        if not compare_digest((_stated(message, "appKey") or "").encode(), self._app_key):
            raise ForeignWebhook
        return Notice(self._source, _stated(message, "messageId"), tuple(self._named(message)))

    def _named(self, message: Record) -> Iterator[Reread]:
        """Each record once. A deletion is a hint like any other: whether it is gone, a consultation tells."""
        topic = _stated(message, "topic") or ""
        family = next((_FAMILIES[prefix] for prefix in _FAMILIES if topic.startswith(prefix)), None)
        if family is None:
            return
        ids = dict.fromkeys(_ids(message.get("event"), family))
        if not ids:
            log.warning("webhook.names_nothing", topic=topic)
        yield from (Reread(self._source, family.entity, each) for each in ids)


def _ids(event: object, family: _Family) -> Iterator[str]:
    for record in _records(event):
        with suppress(RecordError):
            if stated := code(record, family.id_field):
                yield stated
        if family.nested:
            yield from _ids(record.get(family.nested), family._replace(nested=None))


def _records(event: object) -> Iterator[Record]:
    """An object, an array of them, or, from old apps, their JSON as a text."""
    if isinstance(event, str):
        with suppress(ValueError):
            event = decoded(event.encode(errors="surrogatepass"))
    found = event if isinstance(event, list) else [event]
    yield from (record for record in found if isinstance(record, dict))


def _stated(message: Record, key: str) -> str | None:
    """A text that could be kept; anything else counts as absent."""
    try:
        return text(message, key)
    except RecordError:
        return None
