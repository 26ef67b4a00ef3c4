"""How Alembic meets the database. Read by Alembic, imported by nobody."""

from alembic import context
from sqlalchemy import create_engine
from sqlmodel import SQLModel

import adapters.postgres.audit_tables
import adapters.postgres.erp_tables
import adapters.postgres.tables  # noqa: F401
from adapters.postgres.engine import sqlalchemy_url

URL = sqlalchemy_url(context.config.attributes["database_url"])


def ours(name: str | None, kind: str, _parents: object) -> bool:
    """The job queue's tables belong to procrastinate."""
    return kind != "table" or not str(name).startswith("procrastinate_")


if context.is_offline_mode():
    context.configure(
        url=URL, target_metadata=SQLModel.metadata, literal_binds=True, dialect_opts={"paramstyle": "named"}
    )
    with context.begin_transaction():
        context.run_migrations()
else:
    engine = create_engine(URL)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=SQLModel.metadata, include_name=ours)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()
