"""Keys by which a caller may repeat a request without repeating its effect."""

from typing import NamedTuple, Protocol
from uuid import UUID


class KeyUse(NamedTuple):
    """What a key was used for: a digest of the input, and the record that came of it."""

    digest: str
    record_id: UUID


class IdempotencyStore(Protocol):
    async def claim(self, mutation: str, subject: str, key: str, use: KeyUse) -> KeyUse | None:
        """None when the key was free and is now this use's; else its first use.

        While another work holds the key undecided, waits for that work to end.
        """
        ...
