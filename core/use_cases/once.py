"""Idempotency: a request that is repeated under its key has its effect once."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from core.payment import WHEN_ABSENT
from core.text import is_absent, text_faults
from ports.errors import RefusalCode, Refused, refused
from ports.idempotency import Outcome
from ports.identity import Identity
from ports.work import Work


class Key(NamedTuple):
    """A caller's key for one request of one mutation."""

    mutation: str
    subject: str
    key: str

    @classmethod
    def of(cls, mutation: str, by: Identity, key: str | None) -> "Key | None":
        """None when the caller sent none; Refused when it cannot be one."""
        if key is None:
            return None
        if faults := list(text_faults(key, "idempotency_key", least=1)):
            raise Refused(faults)
        return cls(mutation, by.subject, key)


async def first_outcomes(
    work: Work, key: Key | None, digest: str, expected: Sequence[Outcome] = ()
) -> Sequence[Outcome] | None:
    """What came of the same request before; None when this is the first, which now holds the key.

    What is `expected` of it needs no `remember`.
    """
    if key is None or (first := await work.keys.claim(*key, digest, expected)) is None:
        return None
    if first.digest != digest:
        raise refused(RefusalCode.IDEMPOTENCY_KEY_REUSED, "idempotency_key")
    return first.outcomes


async def remember(work: Work, key: Key | None, outcomes: Sequence[Outcome]) -> None:
    if key is not None:
        await work.keys.decide(*key, outcomes)


def digest_of(inputs: Iterable[Mapping[str, Any]], *, policy: str = "") -> str:
    """Equal for inputs that mean the same: 1.5 and 1.50, an absent field and an empty one."""
    digest = hashlib.sha256(policy.encode())
    for sent in inputs:
        told = WHEN_NOTHING_IS_SENT | {
            name: _told(name, value) for name, value in sent.items() if name != TOTAL and not is_absent(value)
        }
        digest.update(f"[{', '.join(told.values())}]".encode())
    return digest.hexdigest()


def _told(name: str, value: object) -> str:
    return f"({name!r}, {str(value.normalize() if isinstance(value, Decimal) else value)!r})"


TOTAL = "valor_total"
"""Says nothing that the other amounts do not say."""
WHEN_NOTHING_IS_SENT = {name: _told(name, WHEN_ABSENT.get(name)) for name in sorted({*WHEN_ABSENT, TOTAL})}
