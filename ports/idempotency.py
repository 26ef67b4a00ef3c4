"""Keys by which a caller may repeat a request without repeating its effect."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol, TypeAlias
from uuid import UUID

from ports.errors import Fault

Outcome: TypeAlias = UUID | tuple[Fault, ...]
"""What came of one input: a record, or a refusal."""


class Claim(NamedTuple):
    """A caller's key for one request of one mutation, and the digest of its inputs."""

    mutation: str
    subject: str
    key: str
    digest: str


class KeyUse(NamedTuple):
    """What a key was used for: a digest of the inputs, and what came of each."""

    digest: str
    outcomes: Sequence[Outcome]


class IdempotencyStore(Protocol):
    async def claim(
        self, mutation: str, subject: str, key: str, digest: str, outcomes: Sequence[Outcome] = ()
    ) -> KeyUse | None:
        """None when the key was free and is now held for this input; else its first use.

        `outcomes` are what will come of it if it is kept, where that is known beforehand. While another work
        holds the key undecided, waits for that work to end.
        """
        ...

    async def decide(self, mutation: str, subject: str, key: str, outcomes: Sequence[Outcome]) -> None:
        """What came of the input for which this work claimed the key."""
        ...

    async def forget(self, before: datetime) -> int:
        """Drop the keys that were used before then; how many they were."""
        ...
