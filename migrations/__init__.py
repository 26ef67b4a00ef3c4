"""The database's history, by Alembic. `concilia migrate` is the way in."""

from pathlib import Path
from typing import TextIO

from alembic import command
from alembic.config import Config

VERSIONS = Path(__file__).parent


def config(database_url: str, output: TextIO | None = None) -> Config:
    """Alembic's settings; there is no alembic.ini, the address comes from the application's."""
    settings = Config(output_buffer=output) if output else Config()
    settings.set_main_option("script_location", str(VERSIONS))
    settings.set_main_option("path_separator", "os")
    settings.attributes["database_url"] = database_url
    return settings


def upgrade(database_url: str) -> None:
    """Bring the database to the newest revision."""
    command.upgrade(config(database_url), "head")


def write_sql(output: TextIO) -> None:
    """All revisions as SQL, for review and for linters."""
    command.upgrade(config("postgresql://", output), "head", sql=True)
