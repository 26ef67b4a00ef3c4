from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool

from adapters.postgres.engine import SETTINGS
from adapters.postgres.errors import translated
from adapters.postgres.work import ROLES
from ports.figures import Figure, Figures
from ports.work import Duty

POOL = "Connections of this process to the database, by what they do."
RUNS = "Runs in erp_sync_log, by how they stand."
PAGES = "Pages kept of the stage that the running sync is at."
JOBS = "Jobs of the queue, by how they stand."
QUOTA = "Requests to the ERP in the last window, by method."

_RUNS = text("SELECT status, count(*) FROM erp_sync_log GROUP BY status")
_PAGES = text("SELECT coalesce(sum(cardinality(pages_kept)), 0) FROM erp_sync_log WHERE status = 'RUNNING'")
_JOBS = text("SELECT status::TEXT, count(*) FROM procrastinate_jobs GROUP BY status")
_QUOTA = text(
    """
    SELECT method, count(*) FROM erp_requests
    WHERE sent_at > clock_timestamp() - make_interval(secs => :window) GROUP BY method
    """
)


class PostgresFigures(Figures):
    """Of the database, for all processes; of the pool, for this one."""

    def __init__(self, engine: AsyncEngine, window_seconds: float) -> None:
        self._engine = engine
        self._window = window_seconds

    async def __call__(self) -> Sequence[Figure]:
        figures = list(self._pool())
        with translated():
            async with self._engine.connect() as connection:
                await connection.execution_options(**{SETTINGS: {"role": ROLES[Duty.SYNC]}})
                for status, count in await connection.execute(_RUNS):
                    figures.append(Figure("concilia_sync_runs", RUNS, count, {"status": status}))
                pages = (await connection.execute(_PAGES)).scalar_one()
                figures.append(Figure("concilia_sync_pages", PAGES, pages))
                for status, count in await connection.execute(_JOBS):
                    figures.append(Figure("concilia_jobs", JOBS, count, {"status": status}))
                for method, count in await connection.execute(_QUOTA, {"window": self._window}):
                    figures.append(Figure("concilia_erp_requests", QUOTA, count, {"method": method}))
        return figures

    def _pool(self) -> Sequence[Figure]:
        pool = self._engine.pool
        assert isinstance(pool, QueuePool)  # noqa: S101
        used, size = pool.checkedout(), pool.size()
        return [
            Figure("concilia_pool_connections", POOL, used, {"state": "used"}),
            Figure("concilia_pool_connections", POOL, size - used, {"state": "free"}),
        ]
