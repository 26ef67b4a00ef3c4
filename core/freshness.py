from datetime import datetime, timedelta

from ports.calendar import Period, local_day
from ports.sync_runs import SyncRunRecord


def is_fresh(
    newest: SyncRunRecord | None,
    whole: SyncRunRecord | None,
    period: Period,
    now: datetime,
    *,
    max_age: timedelta,
    full_max_age: timedelta,
) -> bool:
    """Whether the newest successful run is young enough and, for a past month, began after its end.

    It has to rest on a whole one that is not too old either.
    """
    if newest is None or whole is None:
        return False
    young = now - newest.started_at <= max_age and now - whole.started_at <= full_max_age
    past = period.last_day < local_day(now)
    after_its_end = local_day(newest.started_at) > period.last_day
    return young and (after_its_end or not past)
