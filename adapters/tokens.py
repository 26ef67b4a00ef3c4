"""Bearer tokens signed by a shared secret (HS256)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from ports.clock import Clock
from ports.identity import BadToken, Identity, Role, TokenVerifier

ALGORITHM = "HS256"
LEEWAY = timedelta(seconds=10)
_KNOWN = {role.value: role for role in Role}


class SharedSecretTokens(TokenVerifier):
    """Verifies, and in development issues. The algorithm is ours, never the token's choice."""

    def __init__(self, secret: str, roles_claim: str, clock: Clock) -> None:
        self._secret = secret
        self._roles_path = roles_claim.split(".")
        self._clock = clock

    def verify(self, token: str) -> Identity:
        try:
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=[ALGORITHM],
                options={"require": ["sub", "exp"]},
                leeway=LEEWAY,
            )
            expires_at = datetime.fromtimestamp(int(claims["exp"]), UTC) + LEEWAY
        except (jwt.PyJWTError, OverflowError, ValueError) as error:
            raise BadToken from error
        name = claims.get("name")
        return Identity(
            claims["sub"],
            name if isinstance(name, str) else None,
            self._roles(claims),
            expires_at,
        )

    def issue(self, subject: str, roles: Iterable[Role], lifetime: timedelta) -> str:
        """A token for this subject; the roles stand where `AUTH_ROLES_CLAIM` looks for them."""
        claims: dict[str, Any] = {"sub": subject, "name": subject, "exp": self._clock.now() + lifetime}
        *outer, last = self._roles_path
        place = claims
        for key in outer:
            place = place.setdefault(key, {})
        place[last] = [role.value for role in roles]
        return jwt.encode(claims, self._secret, ALGORITHM)

    def _roles(self, claims: dict[str, Any]) -> frozenset[Role]:
        found: Any = claims
        for key in self._roles_path:
            found = found.get(key) if isinstance(found, dict) else None
        named = [found] if isinstance(found, str) else found if isinstance(found, list) else []
        return frozenset(_KNOWN[str(role).lower()] for role in named if str(role).lower() in _KNOWN)
