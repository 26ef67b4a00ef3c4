"""From a request's `Authorization` to who calls, and on whose behalf the database then works."""

from functools import partial

from ports.identity import BadToken, Identity, Role, TokenVerifier
from ports.work import Duty, OpenWork


def on_behalf_of(identity: Identity | None, open_work: OpenWork) -> OpenWork:
    """What ADMIN and CFO alone may read, the database too shows to them alone."""
    if identity is None or identity.roles.isdisjoint({Role.ADMIN, Role.CFO}):
        return open_work
    return partial(open_work, duty=Duty.DIRECTION)


async def identity_of(verifier: TokenVerifier, authorization: str | None) -> Identity | None:
    """Nobody without the header; BadToken when it is no good bearer token."""
    if authorization is None:
        return None
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise BadToken
    return await verifier.verify(token.strip())
