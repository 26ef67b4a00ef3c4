"""What the claims of a token, once it is verified, say of its bearer."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ports.identity import Identity, Role

LEEWAY = timedelta(seconds=10)
REQUIRED = ("sub", "exp")
_KNOWN = {role.value: role for role in Role}


def identity_in(claims: Mapping[str, Any], roles_path: str) -> Identity:
    """The roles stand at the dotted path; OverflowError or ValueError when it expires at no moment."""
    name = claims.get("name")
    return Identity(
        claims["sub"],
        name if isinstance(name, str) else None,
        _roles(claims, roles_path),
        datetime.fromtimestamp(int(claims["exp"]), UTC) + LEEWAY,
    )


def _roles(claims: Mapping[str, Any], path: str) -> frozenset[Role]:
    found: Any = claims
    for key in path.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    named = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    return frozenset(_KNOWN[str(role).lower()] for role in named if str(role).lower() in _KNOWN)
