"""What the demo may and may not touch: its rows have source `demo`."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.errors import translated

DEMO = "demo"

TABLES = (
    "payments",
    "contracts",
    "acknowledgements",
    "client_links",
    "clients",
    "erp_receivables",
    "erp_payables",
    "erp_receipts",
    "erp_rereads",
    "erp_sync_log",
    "register_entries",
)
"""In an order in which their rows can go."""

_AS_SYNC = text("SET LOCAL ROLE concilia_sync")
"""Nobody else may touch the sync's log."""
_ANY_ROW = text(" UNION ALL ".join(f"(SELECT FROM {table} LIMIT 1)" for table in TABLES))
_DEMO_ROW = text(
    " UNION ALL ".join(f"(SELECT FROM {table} WHERE source = :demo LIMIT 1)" for table in TABLES)
)
_FIRST_LINK = text(
    """
    UPDATE clients SET omie_codigo = (
        SELECT code FROM client_links WHERE client_id = clients.id ORDER BY position LIMIT 1
    )
    """
)


async def is_empty(engine: AsyncEngine) -> bool:
    """Whether nothing at all is kept yet."""
    with translated():
        async with engine.begin() as connection:
            await connection.execute(_AS_SYNC)
            return (await connection.execute(_ANY_ROW)).first() is None


async def has_demo(engine: AsyncEngine) -> bool:
    with translated():
        async with engine.begin() as connection:
            await connection.execute(_AS_SYNC)
            return (await connection.execute(_DEMO_ROW, {"demo": DEMO})).first() is not None


async def clear_demo(engine: AsyncEngine) -> int:
    """Delete every demo row, and the contracts of demo clients with them; how many rows."""
    gone = 0
    with translated():
        async with engine.begin() as connection:
            await connection.execute(_AS_SYNC)
            for table in TABLES:
                delete = text(f"DELETE FROM {table} WHERE source = :demo")  # noqa: S608
                gone += (await connection.execute(delete, {"demo": DEMO})).rowcount
            await connection.execute(_FIRST_LINK)
    return gone
