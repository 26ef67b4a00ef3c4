"""Keys: UUIDv7 inside, so that rows lie in the order in which they were made; `payment_0193…` outside."""

import hashlib
import re
import secrets
import time
from uuid import UUID

OURS = "concilia"
"""The source of records that were made here, not by an ERP."""

_PUBLIC = re.compile(r"([a-z]+)_([0-9a-f]{32})")


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562): 48 bits of milliseconds, 12 of their fraction, 62 of chance."""
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    fraction = rest * 4096 // 1_000_000
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62
    return UUID(int=value | secrets.randbits(62))


def public_id(kind: str, key: UUID) -> str:
    """The id by which the outside knows a record."""
    return f"{kind}_{key.hex}"


def parse_public_id(text: str) -> tuple[str, UUID] | None:
    """Kind and key of a public id; None when it is none."""
    match = _PUBLIC.fullmatch(text)
    return (match[1], UUID(int=int(match[2], 16))) if match else None


def derived_id(*parts: bytes) -> UUID:
    """A UUIDv8 (RFC 9562) that is the same whenever the parts are: 122 bits of their SHA-256."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8) + part)
    value = int.from_bytes(digest.digest()[:16])
    return UUID(int=value & ~(0xF << 76) & ~(0b11 << 62) | 0x8 << 76 | 0b10 << 62)
