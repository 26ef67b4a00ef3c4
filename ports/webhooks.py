"""What an ERP tells us of its own accord: never news to be believed, only a hint where to look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ports.errors import Problem
from ports.rereads import Reread


class ForeignWebhook(Problem):
    """The message is of another account."""


class UnreadableWebhook(Problem):
    """That is no message of an ERP."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One message, and the records that it names. It may come more than once, with the same id."""

    source: str
    message_id: str | None
    rereads: Sequence[Reread]


class WebhookReader(Protocol):
    def read(self, body: bytes) -> Notice | None:
        """What a message says; None when it only tries whether somebody is there.

        ForeignWebhook and UnreadableWebhook when it is not for us.
        """
        ...


class WebhookStore(Protocol):
    async def claim(self, source: str, message_id: str, at: datetime) -> bool:
        """Whether this message comes for the first time."""
        ...

    async def forget(self, before: datetime) -> int:
        """Drop the ids of messages that came before; how many."""
        ...
