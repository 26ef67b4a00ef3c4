"""Cron's fields, as people of Sao Paulo read them."""

from datetime import UTC, datetime

import pytest

from adapters.cron import CronSchedule
from ports.calendar import SAO_PAULO


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, second, tzinfo=SAO_PAULO)


@pytest.mark.parametrize(
    ("expression", "now", "tick"),
    [
        ("0 6 * * *", at(22, 6), at(22, 6)),
        ("0 6 * * *", at(22, 6, 0, 59), at(22, 6)),
        ("0 6 * * *", at(22, 5, 59, 59), at(21, 6)),
        ("*/15 * * * *", at(22, 10, 44), at(22, 10, 30)),
        ("0 3 * * sun", at(22, 3), at(22, 3)),
        ("0 3 * * 0", at(22, 2, 59), at(15, 3)),
        ("30 8-18/2 * * MON-FRI", at(22, 12), at(20, 18, 30)),
        ("  0  6 *\t* * ", at(22, 7), at(22, 6)),
    ],
)
def test_the_newest_tick(expression: str, now: datetime, tick: datetime) -> None:
    schedule = CronSchedule(expression)
    assert schedule.last_tick(now) == tick
    assert schedule.last_tick(now.astimezone(UTC)) == tick


def test_the_hours_are_those_of_sao_paulo() -> None:
    tick = CronSchedule("0 6 * * *").last_tick(datetime(2026, 11, 22, 12, tzinfo=UTC))
    assert tick.astimezone(UTC) == datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "daily",
        "@daily",
        "0 6 * *",
        "0 6 * * * *",
        "61 * * * *",
        "*/0 * * * *",
        "0 0 31 2 *",
        "R * * * *",
        "H 3 * * *",
        "0 6 * * someday",
        "0 6 * * *; rm",
    ],
)
def test_what_is_no_schedule(expression: str) -> None:
    with pytest.raises(ValueError, match="five fields of cron"):
        CronSchedule(expression)
