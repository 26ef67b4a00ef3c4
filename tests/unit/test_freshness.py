"""Whether the figures of a month rest on a sync that may be trusted."""

from datetime import UTC, datetime, timedelta

import pytest

from core.freshness import is_fresh
from ports.calendar import Period
from ports.sync_runs import SyncMode, SyncStatus
from tests.builders import a_run

MAX_AGE, FULL_MAX_AGE = timedelta(hours=26), timedelta(days=8)
NOW = "2026-12-02T12:00"
"""09:00 in Sao Paulo."""


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def fresh(
    started: str | None,
    month: str,
    *,
    now: str = NOW,
    max_age: timedelta = MAX_AGE,
    full_max_age: timedelta = FULL_MAX_AGE,
) -> bool:
    run = a_run(status=SyncStatus.SUCCESS, started_at=moment(started)) if started else None
    return is_fresh(run, run, Period.parse(month), moment(now), max_age=max_age, full_max_age=full_max_age)


@pytest.mark.parametrize(
    ("started", "month", "expected"),
    [
        pytest.param(None, "2026-12", False, id="no run"),
        pytest.param(None, "2026-11", False, id="no run, past month"),
        pytest.param("2026-12-02T11:59", "2026-12", True, id="just now"),
        pytest.param("2026-12-01T10:00", "2026-12", True, id="as old as may be"),
        pytest.param("2026-12-01T09:59", "2026-12", False, id="a minute too old"),
        pytest.param("2026-12-02T11:59", "2027-01", True, id="future month"),
        pytest.param("2026-12-01T09:59", "2027-01", False, id="future month, too old"),
        pytest.param("2026-12-01T10:00", "2026-11", True, id="past month, after its end"),
        pytest.param("2026-12-01T09:59", "2026-11", False, id="past month, after its end, too old"),
        pytest.param("2026-12-02T11:59", "2020-01", True, id="long past month"),
    ],
)
def test_is_fresh(started: str | None, month: str, expected: bool) -> None:
    assert fresh(started, month) is expected


@pytest.mark.parametrize(
    ("started", "now", "expected"),
    [
        pytest.param("2026-11-30T20:00", "2026-12-01T12:00", False, id="before the month's end"),
        pytest.param("2026-12-01T02:59", "2026-12-01T12:00", False, id="its last minute in Sao Paulo"),
        pytest.param("2026-12-01T03:00", "2026-12-01T12:00", True, id="the month after in Sao Paulo"),
        pytest.param("2026-11-30T20:00", "2026-12-01T02:59", True, id="the month is not over in Sao Paulo"),
        pytest.param("2026-11-30T20:00", "2026-12-01T03:00", False, id="the month is over in Sao Paulo"),
    ],
)
def test_a_past_month_needs_a_run_after_its_end(started: str, now: str, expected: bool) -> None:
    assert fresh(started, "2026-11", now=now) is expected


@pytest.mark.parametrize(
    ("max_age", "full_max_age", "expected"),
    [
        pytest.param(timedelta(hours=3), timedelta(hours=3), True, id="both as old as may be"),
        pytest.param(timedelta(hours=2), timedelta(days=8), False, id="run too old"),
        pytest.param(timedelta(days=8), timedelta(hours=2), False, id="full run too old"),
    ],
)
def test_a_run_is_a_full_one_too(max_age: timedelta, full_max_age: timedelta, expected: bool) -> None:
    assert fresh("2026-12-02T09:00", "2026-12", max_age=max_age, full_max_age=full_max_age) is expected


@pytest.mark.parametrize(
    ("full_started", "expected"),
    [
        pytest.param(None, False, id="no full run"),
        pytest.param("2026-11-24T12:00", True, id="a full run as old as may be"),
        pytest.param("2026-11-24T11:59", False, id="a full run too old"),
    ],
)
def test_an_incremental_run_rests_on_a_full_one(full_started: str | None, expected: bool) -> None:
    newest = a_run(status=SyncStatus.SUCCESS, mode=SyncMode.INCREMENTAL, started_at=moment(NOW))
    whole = a_run(status=SyncStatus.SUCCESS, started_at=moment(full_started)) if full_started else None
    ages = {"max_age": MAX_AGE, "full_max_age": FULL_MAX_AGE}
    assert is_fresh(newest, whole, Period(2026, 11), moment(NOW), **ages) is expected
