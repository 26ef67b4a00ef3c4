from collections.abc import Mapping
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.errors import translated
from ports.erp import RequestQuota
from ports.ids import new_id

MARGIN = 1.02
"""Omie counts when a request arrives, we when it leaves: the window is taken a little longer."""

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('erp_requests/' || :account, 0))")
_WAIT = text(
    """
    WITH recent AS (
        SELECT method, fingerprint, sent_at FROM erp_requests
        WHERE account = :account AND sent_at > clock_timestamp() - make_interval(secs => :window)
    )
    SELECT extract(epoch FROM greatest(
        (SELECT max(sent_at) FROM recent WHERE fingerprint = :fingerprint),
        (SELECT sent_at FROM recent WHERE method = :method
         ORDER BY sent_at DESC OFFSET :per_method - 1 LIMIT 1),
        (SELECT sent_at FROM recent ORDER BY sent_at DESC OFFSET :in_all - 1 LIMIT 1)
    ) + make_interval(secs => :window) - clock_timestamp())
    """
)
_SENT = text(
    """
    INSERT INTO erp_requests (id, account, method, fingerprint, sent_at)
    VALUES (:id, :account, :method, :fingerprint, clock_timestamp())
    """
)
_FORGET = text(
    "DELETE FROM erp_requests WHERE account = :account"
    " AND sent_at < clock_timestamp() - make_interval(secs => 10 * :window)"
)


class PostgresQuota(RequestQuota):
    """Every request is written down before it is sent, by the database's clock, for all processes and hosts.

    So in any window no method sees more than its limit, the account no more than `in_all`, and no request
    is sent twice.
    """

    def __init__(self, engine: AsyncEngine, *, per_method: int, in_all: int, window_seconds: float) -> None:
        self._engine = engine
        self._limits = {"per_method": per_method, "in_all": in_all, "window": window_seconds * MARGIN}

    async def reserve(self, account: str, method: str, fingerprint: str) -> float:
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
                    return float(wait)
                await connection.execute(_FORGET, asked)
                await connection.execute(_SENT, {**asked, "id": new_id()})
                return 0
