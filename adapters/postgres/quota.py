from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.errors import translated
from ports.erp import Leave, RequestQuota
from ports.ids import new_id

SOON = 0.25
"""Seconds after which a place in flight may be free."""
LOST = 10.0
"""Seconds after which a request that nobody saw answered takes no place in flight: its worker is given up by
then, and a worker that lives counts its own besides."""
MARGIN = 1.02
"""Omie counts when a request arrives, we when it leaves: the window is taken a little longer."""

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('erp_requests/' || :account, 0))")
_WAIT = text(
    """
    WITH recent AS (
        SELECT method, fingerprint, sent_at, answered_at FROM erp_requests
        WHERE account = :account AND sent_at > clock_timestamp() - make_interval(secs => :window)
    )
    SELECT extract(epoch FROM greatest(
        (SELECT clock_timestamp() - make_interval(secs => :window - :soon) FROM recent
         WHERE method = :method AND answered_at IS NULL
           AND sent_at > clock_timestamp() - make_interval(secs => :lost)
         OFFSET :in_flight - 1 LIMIT 1),
        (SELECT max(sent_at) FROM recent WHERE fingerprint = :fingerprint),
        (SELECT sent_at FROM recent WHERE method = :method
         ORDER BY sent_at DESC OFFSET :per_method - 1 LIMIT 1),
        (SELECT sent_at FROM recent ORDER BY sent_at DESC OFFSET :in_all - 1 LIMIT 1)
    ) + make_interval(secs => :window) - clock_timestamp())
    """
)
_SENT = text(
    """
    WITH long_past AS (
        DELETE FROM erp_requests
        WHERE account = :account AND sent_at < clock_timestamp() - make_interval(secs => 10 * :window)
    )
    INSERT INTO erp_requests (id, account, method, fingerprint, sent_at)
    VALUES (:id, :account, :method, :fingerprint, clock_timestamp())
    """
)
_ANSWERED = text("UPDATE erp_requests SET answered_at = clock_timestamp() WHERE id = :id")


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
        asked: Mapping[str, Any] = {
            **self._limits,
            "account": account,
            "method": method,
            "fingerprint": fingerprint,
        }
        with translated():
            async with self._engine.begin() as connection:
                await connection.execute(_LOCK, asked)
                wait = (await connection.execute(_WAIT, asked)).scalar_one()
                if wait is not None and wait > 0:
                    return Leave(None, float(wait))
                ticket = new_id()
                await connection.execute(_SENT, {**asked, "id": ticket})
                return Leave(ticket)

    async def release(self, ticket: UUID) -> None:
        with translated():
            async with self._engine.begin() as connection:
                await connection.execute(_ANSWERED, {"id": ticket})
