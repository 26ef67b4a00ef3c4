"""What one installation stands on: its database, and the secret of its tokens."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import migrations
from adapters.embedded_postgres import EmbeddedPostgres
from settings import STATE, Settings

SECRET_FILE = STATE / "jwt_secret"


@contextmanager
def open_database(settings: Settings) -> Iterator[str]:
    """The database's address: the configured one, or, for as long as the block lasts, an embedded one.

    An embedded database is brought to the newest revision; a configured one is `concilia migrate`'s.
    """
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    with EmbeddedPostgres(STATE) as address:
        migrations.upgrade(address)
        yield address


def jwt_secret(settings: Settings) -> str:
    """The configured secret, or, in development, one made once and kept."""
    if settings.auth_jwt_secret is not None:
        return settings.auth_jwt_secret.get_secret_value()
    if not SECRET_FILE.exists():
        STATE.mkdir(exist_ok=True)
        SECRET_FILE.touch(mode=0o600)
        SECRET_FILE.write_text(secrets.token_hex(32), encoding="ascii")
    return SECRET_FILE.read_text(encoding="ascii")
