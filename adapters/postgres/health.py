from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.errors import translated
from ports.errors import Problem


async def is_ready(engine: AsyncEngine) -> bool:
    """Whether the database answers and has been migrated."""
    try:
        with translated():
            async with engine.connect() as connection:
                await connection.execute(text("SELECT FROM tolerance_rules LIMIT 1"))
    except Problem:
        return False
    return True
