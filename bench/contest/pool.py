"""What the servers have in common that ask psycopg themselves: ten connections, every statement prepared."""

from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import RowFactory
from psycopg.types.string import TextLoader
from psycopg_pool import AsyncConnectionPool


def pool_of(database_url: str, rows: RowFactory[Any], *as_text: str) -> AsyncConnectionPool[Any]:
    """Closed as yet; values of the types named `as_text` come as Postgres writes them."""

    async def configure(connection: AsyncConnection[Any]) -> None:
        for name in as_text:
            connection.adapters.register_loader(name, TextLoader)
        await connection.execute("SET timezone TO 'UTC'")

    return AsyncConnectionPool(
        database_url,
        min_size=10,
        kwargs={"autocommit": True, "prepare_threshold": 0, "row_factory": rows},
        configure=configure,
        open=False,
    )


async def live(pool: AsyncConnectionPool[Any], receive: Any, send: Any) -> None:
    """ASGI's lifespan: the pool's."""
    await receive()
    await pool.open()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await pool.close()
    await send({"type": "lifespan.shutdown.complete"})
