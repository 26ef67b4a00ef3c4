"""Bearer tokens of an identity provider (Keycloak, Auth0, Supabase), by the keys that it publishes."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import jwt
import structlog

from adapters.claims import LEEWAY, REQUIRED, identity_in
from ports.clock import Clock
from ports.identity import BadToken, Identity, TokenVerifier

ALGORITHMS = ("RS256", "ES256")
KEPT = timedelta(hours=1)
"""How long keys are used before they are asked for anew."""
PAUSE = timedelta(seconds=10)
"""Between two questions: strangers' tokens with made-up keys cannot make us ask without end."""
PATIENCE = 5.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    issuer: str
    audience: str
    jwks_url: str | None = None
    """By default the one that the issuer's openid-configuration names."""


class OidcTokens(TokenVerifier):
    """Verifies. A new key is found when the first token comes that is signed by it; while the provider does
    not answer the old keys go on."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        provider: Provider,
        roles_claim: str,
        clock: Clock,
        otherwise: TokenVerifier | None = None,
    ) -> None:
        """`otherwise` is for tokens of other algorithms."""
        self._http = http
        self._provider = provider
        self._roles_claim = roles_claim
        self._clock = clock
        self._otherwise = otherwise
        self._keys: Mapping[str, jwt.PyJWK] = {}
        self._asked_at: datetime | None = None
        self._asking = asyncio.Lock()

    async def verify(self, token: str) -> Identity:
        try:
            header = jwt.get_unverified_header(token)
            if self._otherwise is not None and header.get("alg") not in ALGORITHMS:
                return await self._otherwise.verify(token)
            claims = jwt.decode(
                token,
                await self._key(header.get("kid")),
                algorithms=[*ALGORITHMS],
                audience=self._provider.audience,
                issuer=self._provider.issuer,
                options={"require": [*REQUIRED, "iss", "aud"]},
                leeway=LEEWAY,
            )
            return identity_in(claims, self._roles_claim)
        except (jwt.PyJWTError, OverflowError, ValueError) as error:
            raise BadToken from error

    async def _key(self, name: object) -> jwt.PyJWK:
        if not isinstance(name, str):
            raise BadToken
        async with self._asking:
            since = self._clock.now() - self._asked_at if self._asked_at else None
            if since is None or since > KEPT or (name not in self._keys and since > PAUSE):
                self._asked_at = self._clock.now()
                await self._ask()
        if name not in self._keys:
            raise BadToken
        return self._keys[name]

    async def _ask(self) -> None:
        try:
            address = self._provider.jwks_url or (await self._configuration())["jwks_uri"]
            told = await self._json(address)
            self._keys = {key.key_id: key for key in _usable(told["keys"])}
        except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("oidc.keys_unread", issuer=self._provider.issuer, error=type(error).__name__)

    async def _configuration(self) -> Any:
        return await self._json(f"{self._provider.issuer.rstrip('/')}/.well-known/openid-configuration")

    async def _json(self, address: str) -> Any:
        return (await self._http.get(address, timeout=PATIENCE)).raise_for_status().json()


def _usable(keys: list[dict[str, Any]]) -> list[Any]:
    """Public keys for signatures by our algorithms; what else is published is none of our business."""
    found = []
    for key in keys:
        if key.get("kid") and key.get("kty") in ("RSA", "EC") and key.get("use", "sig") == "sig":
            try:
                made = jwt.PyJWK.from_dict(key)
            except jwt.PyJWTError:
                continue
            if made.algorithm_name in ALGORITHMS:
                found.append(made)
    return found
