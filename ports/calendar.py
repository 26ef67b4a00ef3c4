"""Days and months as finance people mean them: those of America/Sao_Paulo."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime
from functools import lru_cache
from typing import Self
from zoneinfo import ZoneInfo

_MONTH = re.compile("[0-9]{4}-[0-9]{2}")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")


def local_day(moment: datetime) -> date:
    """The day it is in Sao Paulo at that moment (aware)."""
    return moment.astimezone(SAO_PAULO).date()


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A calendar month, written `2026-11`."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.year, day.month)

    @classmethod
    @lru_cache(maxsize=1200)
    def parse(cls, text: str) -> Self:
        """From `YYYY-MM`; anything else is a `ValueError`."""
        if not _MONTH.fullmatch(text):
            raise ValueError(f"not a month: {text!r}")
        return cls.of(date(int(text[:4]), int(text[5:]), 1))

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @property
    def days(self) -> int:
        return _days_in(self.year, self.month)

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, self.month, self.days)

    def day(self, number: int) -> date:
        """That day of the month, or the last one when the month is shorter."""
        return date(self.year, self.month, min(number, self.days))

    def plus(self, months: int) -> "Period":
        """The month so many months later, or earlier; it may lie beyond the calendar."""
        years, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Period(years, month + 1)

    @property
    def exists(self) -> bool:
        """False of a month that the calendar does not reach."""
        return MINYEAR <= self.year <= MAXYEAR

    def around(self, months: int) -> tuple[date, date]:
        """First and last day of so many months before and after it, as far as the calendar goes."""
        first, last = self.plus(-months), self.plus(months)
        return first.first_day if first.exists else date.min, last.last_day if last.exists else date.max

    def months_after(self, earlier: "Period") -> int:
        return (self.year - earlier.year) * 12 + self.month - earlier.month


@lru_cache(maxsize=1200)
def _days_in(year: int, month: int) -> int:
    return monthrange(year, month)[1]


@dataclass(frozen=True, slots=True)
class DateRange:
    """Days from `start` to `end`, both inclusive; an open side is None."""

    start: date | None = None
    end: date | None = None
