"""Bearer tokens signed by a shared secret (HS256)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from adapters.claims import LEEWAY, REQUIRED, identity_in
from ports.clock import Clock
from ports.identity import BadToken, Identity, Role, TokenVerifier

ALGORITHM = "HS256"
REMEMBERED = 1000
"""Tokens."""


class SharedSecretTokens(TokenVerifier):
    """Verifies, and in development issues. The algorithm is ours, never the token's choice."""

    def __init__(self, secret: str, roles_claim: str, clock: Clock) -> None:
        self._secret = secret
        self._roles_claim = roles_claim
        self._clock = clock
        self._known: dict[str, Identity] = {}

    async def verify(self, token: str) -> Identity:
        """A token that was found good stays so until it expires."""
        known = self._known.get(token)
        if known is None or known.expires_at is None or known.expires_at <= datetime.now(UTC):
            known = self._identity(token)
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[token] = known
        return known

    def _identity(self, token: str) -> Identity:
        try:
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=[ALGORITHM],
                options={"require": [*REQUIRED]},
                leeway=LEEWAY,
            )
            return identity_in(claims, self._roles_claim)
        except (jwt.PyJWTError, OverflowError, ValueError) as error:
            raise BadToken from error

    def issue(self, subject: str, roles: Iterable[Role], lifetime: timedelta) -> str:
        """A token for this subject; the roles stand where `AUTH_ROLES_CLAIM` looks for them."""
        claims: dict[str, Any] = {"sub": subject, "name": subject, "exp": self._clock.now() + lifetime}
        *outer, last = self._roles_claim.split(".")
        place = claims
        for key in outer:
            place = place.setdefault(key, {})
        place[last] = [role.value for role in roles]
        return jwt.encode(claims, self._secret, ALGORITHM)
