"""What every command shares: the installation that it works on, and where it writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from rich.console import Console

from adapters.clock import SystemClock
from adapters.logs import configure_logs
from adapters.tokens import SharedSecretTokens
from bootstrap import Assembly, assemble
from installation import jwt_secret, open_database
from settings import Settings, load_settings

TOKEN_LIFETIME = timedelta(days=7)

console = Console(stderr=True)


@contextmanager
def installation() -> Iterator[tuple[Settings, str]]:
    """The settings, and the address of a database that runs for as long as the block lasts."""
    configure_logs()
    settings = load_settings()
    with open_database(settings) as address:
        yield settings, address


def assembled(settings: Settings, address: str) -> Assembly:
    return assemble(settings, address, jwt_secret(settings))


def tokens_of(settings: Settings) -> SharedSecretTokens:
    return SharedSecretTokens(jwt_secret(settings), settings.auth_roles_claim, SystemClock())
