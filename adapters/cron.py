"""Cron's five fields, in the time of Sao Paulo."""

import re
from datetime import datetime, timedelta

from croniter import croniter
from croniter.croniter import CroniterError

from ports.calendar import SAO_PAULO
from ports.schedules import Schedule

_NAMES = "sun|mon|tue|wed|thu|fri|sat|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_FIELD = rf"(?:[0-9*/,-]|{_NAMES})+"
_FIELDS = re.compile(rf"{_FIELD}( {_FIELD}){{4}}", re.IGNORECASE)
"""croniter knows more than cron, such as fields by chance, which would tick on every host at another time."""


class CronSchedule(Schedule):
    def __init__(self, expression: str) -> None:
        """ValueError when it is none, or never comes."""
        self._expression = " ".join(expression.split())
        if not (_FIELDS.fullmatch(self._expression) and self._ever_comes()):
            raise ValueError("must be five fields of cron, such as 0 6 * * *")

    def last_tick(self, now: datetime) -> datetime:
        minute = now.astimezone(SAO_PAULO).replace(second=0, microsecond=0)
        found: datetime = croniter(self._expression, minute + timedelta(minutes=1)).get_prev(datetime)
        return found

    def _ever_comes(self) -> bool:
        try:
            self.last_tick(datetime.now(SAO_PAULO))
        except CroniterError:
            return False
        return True
