"""What may be sent to the ERP, counted by the database for all processes and hosts."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from itertools import count
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.engine import open_engine
from adapters.postgres.quota import LOST, MARGIN, SOON, PostgresQuota
from tests.integration.records import sql

WINDOW = 0.5
SENT = "SELECT sent_at FROM erp_requests WHERE account = 'a' AND method LIKE :method ORDER BY sent_at"


def quota(
    engine: AsyncEngine,
    per_method: int = 100,
    in_all: int = 100,
    in_flight: int = 100,
    window: float = WINDOW,
) -> PostgresQuota:
    return PostgresQuota(
        engine, per_method=per_method, in_all=in_all, in_flight=in_flight, window_seconds=window
    )


async def asked(quota: PostgresQuota, method: str, fingerprint: str, account: str = "a") -> float:
    """Seconds to wait; 0 with leave to send, and the answer is there at once."""
    leave = await quota.reserve(account, method, fingerprint)
    if leave.ticket is not None:
        await quota.release(leave.ticket)
        assert leave.seconds == 0
    return leave.seconds


async def patient(quota: PostgresQuota, method: str, fingerprint: str) -> UUID:
    """Ask as long as it takes, waiting as told; the ticket."""
    for _ in range(50):
        leave = await quota.reserve("a", method, fingerprint)
        if leave.ticket is not None:
            return leave.ticket
        await asyncio.sleep(leave.seconds)
    raise TimeoutError


async def sent(engine: AsyncEngine, method: str = "%") -> list[datetime]:
    return [row.sent_at for row in await sql(engine, SENT, method=method)]


def most_in_a_window(moments: Sequence[datetime], window: float = WINDOW) -> int:
    """The greatest number of moments within less than one window."""
    return max(
        sum(1 for later in moments[n:] if (later - first).total_seconds() < window)
        for n, first in enumerate(moments)
    )


async def test_no_method_over_its_limit_in_any_window(engine: AsyncEngine, database_url: str) -> None:
    other = open_engine(database_url)
    numbers = count()

    async def sender(on: AsyncEngine) -> None:
        for _ in range(3):
            await patient(quota(on, per_method=4), "list", str(next(numbers)))

    await asyncio.gather(*(sender(on) for on in (engine, other, engine, other)))
    moments = await sent(engine)
    await other.dispose()
    assert len(moments) == 12
    assert most_in_a_window(moments) == 4
    assert (moments[-1] - moments[0]).total_seconds() < 6 * WINDOW


async def test_methods_have_limits_of_their_own(engine: AsyncEngine) -> None:
    ours = quota(engine, per_method=2, window=60)
    for method in ("list", "read"):
        assert [await asked(ours, method, f"{method}{n}") for n in range(2)] == [0, 0]
        assert 30 < await asked(ours, method, f"{method}2") <= 60 * MARGIN


async def test_no_account_over_its_limit_in_all(engine: AsyncEngine, database_url: str) -> None:
    other = open_engine(database_url)

    async def sender(on: AsyncEngine, method: str) -> None:
        for n in range(3):
            await patient(quota(on, per_method=4, in_all=5), method, f"{method}{n}")

    await asyncio.gather(*(sender(on, f"{n}") for n, on in enumerate((engine, other, engine, other))))
    moments = await sent(engine)
    await other.dispose()
    assert len(moments) == 12
    assert most_in_a_window(moments) == 5


async def test_the_same_request_waits_the_whole_window(engine: AsyncEngine) -> None:
    ours = quota(engine)
    await patient(ours, "list", "same")
    assert 0 < await asked(ours, "list", "same") <= WINDOW * MARGIN
    assert await asked(ours, "list", "other") == 0
    assert await asked(ours, "list", "same", "b") == 0
    await patient(ours, "list", "same")
    first, _, second = await sent(engine)
    assert (second - first).total_seconds() >= WINDOW * MARGIN


async def test_what_had_to_wait_was_not_counted(engine: AsyncEngine) -> None:
    ours = quota(engine, per_method=1, window=60)
    waits = [await asked(ours, "list", str(n)) for n in range(5)]
    assert waits[0] == 0
    assert waits[1:] == sorted(waits[1:], reverse=True)
    assert len(await sent(engine)) == 1


async def test_twenty_at_once_get_what_is_left(engine: AsyncEngine) -> None:
    ours = quota(engine, per_method=7, window=60)
    waits = await asyncio.gather(*(asked(ours, "list", str(n)) for n in range(20)))
    assert waits.count(0) == 7
    assert all(0 <= wait <= 60 * MARGIN for wait in waits)


async def test_the_clock_is_the_databases(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 0.0)
    monkeypatch.setattr("time.time_ns", lambda: 0)
    ours = quota(engine, window=60)
    before = (await sql(engine, "SELECT clock_timestamp()"))[0][0]
    assert await asked(ours, "list", "same") == 0
    after = (await sql(engine, "SELECT clock_timestamp()"))[0][0]
    assert before < (await sent(engine))[0] < after
    await sql(engine, "UPDATE erp_requests SET sent_at = sent_at - interval '59 seconds'")
    assert 1 < await asked(ours, "list", "same") < 60 * MARGIN - 59
    await sql(engine, "UPDATE erp_requests SET sent_at = sent_at - interval '3 seconds'")
    assert await asked(ours, "list", "same") == 0


async def test_what_is_long_past_is_forgotten(engine: AsyncEngine) -> None:
    ours = quota(engine, window=60)
    for account in "ab":
        assert await asked(ours, "list", "old", account) == 0
    await sql(engine, "UPDATE erp_requests SET sent_at = sent_at - interval '700 seconds'")
    assert await asked(ours, "list", "new") == 0
    rows = await sql(engine, "SELECT account, fingerprint FROM erp_requests ORDER BY account")
    assert [tuple(row) for row in rows] == [("a", "new"), ("b", "old")]


async def test_no_more_in_flight_than_may_be(engine: AsyncEngine) -> None:
    ours = quota(engine, in_flight=2, window=60)
    first, second = [(await ours.reserve("a", "list", str(n))).ticket for n in range(2)]
    assert first is not None
    assert second is not None
    refused = await ours.reserve("a", "list", "3")
    assert refused.ticket is None
    assert 0 < refused.seconds <= SOON
    assert (await ours.reserve("a", "read", "5")).ticket is not None
    assert (await ours.reserve("b", "list", "6")).ticket is not None
    await ours.release(first)
    assert (await ours.reserve("a", "list", "3")).ticket is not None
    assert (await ours.reserve("a", "list", "4")).ticket is None


async def test_twenty_at_once_are_four_in_flight(engine: AsyncEngine) -> None:
    ours = quota(engine, in_flight=4, window=60)
    leaves = await asyncio.gather(*(ours.reserve("a", "list", str(n)) for n in range(20)))
    assert len([leave for leave in leaves if leave.ticket]) == 4


async def test_what_nobody_saw_answered_keeps_its_place_for_a_while(engine: AsyncEngine) -> None:
    """Its worker may be gone, the ERP still at work on it. The same request waits its window all the same."""
    ours = quota(engine, in_flight=1, window=60)
    assert (await ours.reserve("a", "list", "lost")).ticket is not None
    await sql(engine, f"UPDATE erp_requests SET sent_at = sent_at - interval '{LOST - 1} seconds'")
    assert (await ours.reserve("a", "list", "next")).ticket is None
    await sql(engine, "UPDATE erp_requests SET sent_at = sent_at - interval '2 seconds'")
    assert (await ours.reserve("a", "list", "next")).ticket is not None
    assert 40 < (await ours.reserve("a", "list", "lost")).seconds < 60
