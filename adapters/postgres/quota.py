from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from psycopg import AsyncClientCursor, AsyncConnection
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.engine import APPLICATION
from adapters.postgres.errors import translated
from ports.erp import Leave, RequestQuota
from ports.ids import new_id

SOON = 0.25
"""Seconds after which a place in flight may be free."""
LOST = 10.0
"""Seconds without an answer after which a request no longer takes a place in flight: its worker may be gone.

A worker that lives keeps to the number by itself, however long its answers take.
"""
MARGIN = 1.02
"""Omie counts when a request arrives, we when it leaves: the window is taken a little longer."""

# First the lock, then the look: what a statement sees is settled before it waits.
_RESERVE = """
    SELECT set_config('role', %(role)s, true),
        pg_advisory_xact_lock(hashtextextended('erp_requests/' || %(account)s, 0));
    WITH long_past AS (
        DELETE FROM erp_requests
        WHERE account = %(account)s AND sent_at < clock_timestamp() - make_interval(secs => 10 * %(window)s)
    ), recent AS (
        SELECT method, fingerprint, sent_at, answered_at FROM erp_requests
        WHERE account = %(account)s AND sent_at > clock_timestamp() - make_interval(secs => %(window)s)
    ), free AS (
        SELECT extract(epoch FROM greatest(
            (SELECT clock_timestamp() - make_interval(secs => %(window)s - %(soon)s) FROM recent
             WHERE method = %(method)s AND answered_at IS NULL
               AND sent_at > clock_timestamp() - make_interval(secs => %(lost)s)
             OFFSET %(in_flight)s - 1 LIMIT 1),
            (SELECT max(sent_at) FROM recent WHERE fingerprint = %(fingerprint)s),
            (SELECT sent_at FROM recent WHERE method = %(method)s
             ORDER BY sent_at DESC OFFSET %(per_method)s - 1 LIMIT 1),
            (SELECT sent_at FROM recent ORDER BY sent_at DESC OFFSET %(in_all)s - 1 LIMIT 1)
        ) + make_interval(secs => %(window)s) - clock_timestamp()) AS seconds
    ), sent AS (
        INSERT INTO erp_requests (id, account, method, fingerprint, sent_at)
        SELECT %(id)s, %(account)s, %(method)s, %(fingerprint)s, clock_timestamp() FROM free
        WHERE coalesce(seconds, 0) <= 0
    )
    SELECT coalesce(seconds, 0)::FLOAT8 FROM free
"""
# Not waited for until it is on disk: what a crash forgets only keeps its place in flight for a while.
_ANSWERED = """
    SELECT set_config('role', %(role)s, true), set_config('synchronous_commit', 'off', true);
    UPDATE erp_requests SET answered_at = clock_timestamp() WHERE id = %(id)s RETURNING id
"""


class PostgresQuota(RequestQuota):
    """Every request is written down before it is sent, by the database's clock, for all processes and hosts.

    So in any window no method sees more than its limit, the account no more than `in_all`, and no request
    is sent twice.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        per_method: int,
        in_all: int,
        in_flight: int,
        window_seconds: float,
    ) -> None:
        self._engine = engine
        window = window_seconds * MARGIN
        self._limits = {
            "per_method": per_method,
            "in_all": in_all,
            "in_flight": in_flight,
            "window": window,
            "soon": min(SOON, window),
            "lost": LOST,
        }

    async def reserve(self, account: str, method: str, fingerprint: str) -> Leave:
        ticket = new_id()
        asked: Mapping[str, Any] = {
            **self._limits,
            "id": ticket,
            "account": account,
            "method": method,
            "fingerprint": fingerprint,
        }
        ((seconds,),) = await self._send(_RESERVE, asked)
        return Leave(None, seconds) if seconds > 0 else Leave(ticket)

    async def release(self, ticket: UUID) -> None:
        await self._send(_ANSWERED, {"id": ticket})

    async def _send(self, statements: str, values: Mapping[str, Any]) -> Sequence[Any]:
        """All in one message, as one transaction: a request to the ERP waits for it. The last one's rows."""
        with translated():
            async with self._engine.connect() as connection:
                driver = (await connection.get_raw_connection()).driver_connection
                cursor = AsyncClientCursor(cast("AsyncConnection[Any]", driver))
                await cursor.execute(statements.encode(), {"role": APPLICATION, **values})
                while cursor.nextset():
                    pass
                return await cursor.fetchall()
