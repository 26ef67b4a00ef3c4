import msgspec
from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

APPLICATION = "concilia_app"
"""The role that the migrations grant just what the application needs."""
PATIENCE = "60s"
"""How long one statement may take, whoever waits for it."""
SETTINGS = "settings"
"""The execution option of a connection that names what is set in each of its transactions."""


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
        json_deserializer=msgspec.json.decode,
        connect_args={"prepare_threshold": None, "options": "-c timezone=UTC"},
    )
    # Inside the transaction, so that it also holds behind a pooler: the login itself may do nothing.
    event.listen(engine.sync_engine, "begin", _introduce)
    return engine


def _introduce(connection: Connection) -> None:
    """The role, and whatever else is to be known of this transaction, in one question."""
    always = {"role": APPLICATION, "statement_timeout": PATIENCE}
    settings = {**always, **connection.get_execution_options().get(SETTINGS, {})}
    said = ", ".join(["set_config(%s, %s, true)"] * len(settings))
    connection.exec_driver_sql(f"SELECT {said}", tuple(part for pair in settings.items() for part in pair))
