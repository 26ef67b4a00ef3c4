"""Tokens of an identity provider, whose keys come from a real HTTP server."""

import hmac
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from jwt.utils import base64url_encode
from pydantic import SecretStr, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.oidc import OidcTokens, Provider
from adapters.tokens import SharedSecretTokens
from bootstrap import assemble
from ports.identity import BadToken, Role
from tests.conftest import new_database
from tests.running import SECRET, TestClock, running_api, served, settings_for

AUDIENCE = "concilia"
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())


class Keycloak:
    """What a provider publishes, and how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.away = False
        self.keys: list[dict[str, Any]] = [
            {**json.loads(RSAAlgorithm.to_jwk(RSA.public_key())), "kid": "rsa", "use": "sig", "alg": "RS256"},
            {"kty": "oct", "kid": "shared", "k": "c2VjcmV0"},
            {"kty": "RSA", "kid": "broken"},
        ]
        self.issuer = ""

    def app(self) -> Starlette:
        async def configuration(_request: Request) -> Response:
            return JSONResponse({"jwks_uri": f"{self.issuer}/keys"})

        async def keys(_request: Request) -> Response:
            self.asked += 1
            return JSONResponse({"keys": self.keys}, 503 if self.away else 200)

        return Starlette(
            routes=[Route("/.well-known/openid-configuration", configuration), Route("/keys", keys)]
        )

    def publish(self, name: str) -> None:
        self.keys.append({**json.loads(ECAlgorithm.to_jwk(EC.public_key())), "kid": name})

    def token(self, key: Any = RSA, kid: str | None = "rsa", algorithm: str = "RS256", **changes: Any) -> str:
        claims = {
            "sub": "ana",
            "iss": self.issuer,
            "aud": AUDIENCE,
            "exp": datetime.now(UTC) + timedelta(minutes=5),
            "realm_access": {"roles": ["CFO", "offline_access"]},
            **changes,
        }
        told = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(told, key, algorithm, {"kid": kid} if kid else None)


@pytest.fixture
async def keycloak() -> AsyncIterator[Keycloak]:
    provider = Keycloak()
    async with served(provider.app()) as address:
        provider.issuer = address
        yield provider


@pytest.fixture
async def tokens(keycloak: Keycloak, clock: TestClock) -> AsyncIterator[OidcTokens]:
    async with httpx.AsyncClient() as http:
        provider = Provider(issuer=keycloak.issuer, audience=AUDIENCE)
        yield OidcTokens(http, provider, "realm_access.roles", clock)


async def test_the_bearer_is_who_the_provider_says(keycloak: Keycloak, tokens: OidcTokens) -> None:
    for _ in range(3):
        identity = await tokens.verify(keycloak.token())
    assert (identity.subject, set(identity.roles)) == ("ana", {Role.CFO})
    assert identity.expires_at is not None
    assert keycloak.asked == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "another"},
        {"aud": None},
        {"iss": "https://elsewhere.example"},
        {"exp": datetime(2020, 1, 1, tzinfo=UTC)},
        {"exp": None},
        {"sub": None},
        {"kid": None},
        {"kid": "broken"},
        {"kid": "rsa", "key": EC, "algorithm": "ES256"},
        {"kid": "shared", "key": "secret" * 6, "algorithm": "HS256"},
        {"key": rsa.generate_private_key(public_exponent=65537, key_size=2048)},
    ],
    ids=lambda wrong: "-".join(wrong) + str(next(iter(wrong.values())))[:8],
)
async def test_what_is_not_the_providers_is_refused(
    keycloak: Keycloak, tokens: OidcTokens, wrong: dict[str, Any]
) -> None:
    with pytest.raises(BadToken):
        await tokens.verify(keycloak.token(**wrong))


async def test_the_public_key_is_no_secret(keycloak: Keycloak, tokens: OidcTokens) -> None:
    """The old trick: HS256 with the published key as if it were shared; or no signature at all."""
    public = RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for algorithm in ("HS256", "none"):
        head = base64url_encode(json.dumps({"alg": algorithm, "kid": "rsa"}).encode())
        signed = head + b"." + keycloak.token().split(".")[1].encode()
        signature = hmac.digest(public, signed, "sha256") if algorithm == "HS256" else b""
        with pytest.raises(BadToken):
            await tokens.verify((signed + b"." + base64url_encode(signature)).decode())


async def test_a_new_key_is_found_and_strangers_do_not_make_us_ask_on(
    keycloak: Keycloak, tokens: OidcTokens, clock: TestClock
) -> None:
    await tokens.verify(keycloak.token())
    keycloak.publish("new")
    renewed = keycloak.token(key=EC, kid="new", algorithm="ES256")
    for _ in range(5):
        with pytest.raises(BadToken):
            await tokens.verify(renewed)
    assert keycloak.asked == 1
    clock.set(clock.now() + timedelta(seconds=11))
    assert (await tokens.verify(renewed)).subject == "ana"
    assert keycloak.asked == 2


async def test_known_keys_go_on_while_the_provider_is_away(
    keycloak: Keycloak, tokens: OidcTokens, clock: TestClock
) -> None:
    await tokens.verify(keycloak.token())
    keycloak.away = True
    clock.set(clock.now() + timedelta(hours=2))
    assert (await tokens.verify(keycloak.token())).subject == "ana"
    assert keycloak.asked == 2


async def test_the_application_takes_them(server: str, keycloak: Keycloak) -> None:
    address = new_database(server)
    settings = settings_for(
        app_env="production",
        database_url=SecretStr(address),
        auth_oidc_issuer=keycloak.issuer,
        auth_oidc_audience=AUDIENCE,
        auth_roles_claim="realm_access.roles",
    )
    async with running_api(assemble(settings, address, SECRET)) as api:
        ask = {"query": "{ me { subject roles } }"}
        headers = {"authorization": f"Bearer {keycloak.token()}"}
        answer = await api.client.post("/graphql", json=ask, headers=headers)
        assert answer.json()["data"] == {"me": {"subject": "ana", "roles": ["CFO"]}}
        # Nobody has set a shared secret.
        headers = {"authorization": f"Bearer {api.token(Role.ADMIN)}"}
        assert (await api.client.post("/graphql", json=ask, headers=headers)).status_code == 401


async def test_with_a_secret_of_its_own_both_kinds_are_taken(keycloak: Keycloak, clock: TestClock) -> None:
    shared = SharedSecretTokens(SECRET, "roles", clock)
    async with httpx.AsyncClient() as http:
        provider = Provider(
            issuer="https://unused.example", audience=AUDIENCE, jwks_url=f"{keycloak.issuer}/keys"
        )
        both = OidcTokens(http, provider, "roles", clock, shared)
        assert (await both.verify(shared.issue("eva", [Role.ADMIN], timedelta(minutes=1)))).subject == "eva"
        assert (await both.verify(keycloak.token(iss="https://unused.example"))).subject == "ana"


@pytest.mark.parametrize(
    "wrong",
    [
        {"auth_oidc_issuer": "https://id.example"},
        {"auth_oidc_audience": "x"},
        {"auth_jwks_url": "https://id.example/keys"},
        {"auth_oidc_issuer": "id.example", "auth_oidc_audience": "x"},
    ],
    ids=lambda wrong: "-".join(wrong.values()),
)
def test_settings_that_do_not_go_together(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        settings_for(**wrong)
