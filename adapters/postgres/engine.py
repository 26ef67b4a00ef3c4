from collections.abc import Sequence
from functools import lru_cache

import msgspec
from psycopg.sql import SQL
from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

APPLICATION = "concilia_app"
"""The role that the migrations grant just what the application needs."""
PATIENCE = "60s"
"""How long one statement may take, whoever waits for it."""
SETTINGS = "settings"
"""The execution option of a connection that names what is set in each of its transactions."""
STILL = "still"
"""The one that says that its transactions see the database as it stands at their first question."""


def sqlalchemy_url(database_url: str) -> URL:
    """The address as SQLAlchemy wants it, whatever the scheme says."""
    return make_url(database_url).set(drivername="postgresql+psycopg")


def open_engine(database_url: str, *, pool_size: int = 10) -> AsyncEngine:
    """A pool. No prepared statements, no session state: it also works through a transaction pooler."""
    engine = create_async_engine(
        sqlalchemy_url(database_url),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=True,
        # The driver begins no transaction: that would be a message of its own.
        isolation_level="AUTOCOMMIT",
        json_deserializer=msgspec.json.decode,
        connect_args={"prepare_threshold": None, "options": "-c timezone=UTC"},
    )
    # Inside the transaction, so that it also holds behind a pooler: the login itself may do nothing.
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    """The transaction, its role, and whatever else is to be known of it, in one message."""
    options = connection.get_execution_options()
    settings = {"role": APPLICATION, "statement_timeout": PATIENCE} | options.get(SETTINGS, {})
    begun = _beginning(tuple(settings.items()), still=options.get(STILL, False))
    connection.exec_driver_sql(begun, execution_options={"no_parameters": True})


@lru_cache
def _beginning(settings: Sequence[tuple[str, str]], *, still: bool) -> str:
    said = [SQL("set_config({}, {}, true)").format(*pair) for pair in settings]
    level = SQL("REPEATABLE READ" if still else "READ COMMITTED")
    return SQL("BEGIN ISOLATION LEVEL {}; SELECT {}").format(level, SQL(", ").join(said)).as_string()
