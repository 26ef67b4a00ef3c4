"""Who is calling, and what they may do."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from ports.errors import Problem


class Role(StrEnum):
    ADMIN = "admin"
    CFO = "cfo"
    FINANCE = "finance"
    VIEWER = "viewer"


@dataclass(frozen=True, slots=True)
class Identity:
    """The caller, as the bearer token says."""

    subject: str
    name: str | None
    roles: frozenset[Role]
    expires_at: datetime | None = None
    """From then on the token is not accepted any more."""


class BadToken(Problem):
    """The token is not valid."""


class TokenVerifier(Protocol):
    async def verify(self, token: str) -> Identity:
        """The caller behind a bearer token; BadToken when it is forged, expired or malformed."""
        ...
