"""What a run reads, in which order, and how far it has come: pure decisions.

The pages of a listing are read several at a time, as fast as the ERP allows. Meanwhile records come and go,
and pages shift: a record that crosses over into a page already read is hidden. Three nets catch it:

- A round during which the listing changed its size is read again. A whole listing is then read from its last
  page to its first, one after the other: it is in the order of the records' codes, so a deletion can only
  show a record twice, and a new one comes at the end. That round needs no third. What changed since a day is
  in no such order, and is read again up to `ROUNDS` times.
- As much may come as goes, and the size stays. But there are two listings of the titles, the second of how
  far each is settled: a title of which only one has told is asked for singly.
- The next incremental run asks from the day before this one's start; and from where this one did, when a
  listing of changes never stood still.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from ports.calendar import local_day
from ports.erp import Entity, ErpPage, Since
from ports.sync_runs import SyncMode, SyncRunRecord, SyncStatus

OVERLAP = timedelta(days=1)
"""The ERP's date filters know days, not hours."""
ROUNDS = 3
"""So many times in all is read what changed since a day, when it moves."""
DATED = (
    Entity.CLIENT,
    Entity.RECEIVABLE,
    Entity.PAYABLE,
    Entity.SETTLEMENT,
    Entity.PAYABLE_SETTLEMENT,
)
"""What the ERP can list since a day; the small registers are always read whole."""
SETTLED_BY = {Entity.SETTLEMENT: Entity.RECEIVABLE, Entity.PAYABLE_SETTLEMENT: Entity.PAYABLE}
LISTED_TITLES = tuple(SETTLED_BY.values())


class Pass(NamedTuple):
    """One listing to read from its first page to its last; whole, or since a day."""

    entity: Entity
    since: Since | None = None


def plan(run: SyncRunRecord) -> tuple[Pass, ...]:
    """Everything; or what changed, then what came to be, since the day from which the run asks."""
    if run.mode is SyncMode.FULL or run.since is None:
        return tuple(Pass(entity) for entity in Entity)
    steps: list[Pass] = []
    for entity in Entity:
        if entity in DATED:
            steps += [Pass(entity, Since(run.since)), Pass(entity, Since(run.since, created=True))]
        else:
            steps.append(Pass(entity))
    return tuple(steps)


def window(last: SyncRunRecord | None) -> date | None:
    """From which day an incremental run asks: the start of the last successful one, with an overlap.

    From where that one did, when it may have missed something.
    """
    if last is None:
        return None
    return local_day(last.started_at) - OVERLAP if last.steady else last.since


def current(run: SyncRunRecord) -> Pass:
    return plan(run)[run.pass_number]


def backwards(run: SyncRunRecord) -> bool:
    """Whether this round goes from the last page to the first, one after the other."""
    return run.round_number > 1 and current(run).since is None


def pages_left(run: SyncRunRecord) -> list[int]:
    """The pages of this round that are not kept yet, in their order; before the first answer, the first."""
    pages, kept = range(1, max(run.total_pages, 1) + 1), set(run.pages_kept)
    left = [number for number in pages if number not in kept]
    return left[::-1] if backwards(run) else left


def with_page(run: SyncRunRecord, page: ErpPage[Any]) -> SyncRunRecord:
    """The run with this page kept. A listing whose size is no longer what it was has moved."""
    known = run.total_records
    kept = tuple(sorted({*run.pages_kept, page.number}))
    return replace(
        run,
        pages_kept=kept,
        # What lies beyond the end that the ERP now tells need not be asked for.
        total_pages=max(page.last, kept[-1]),
        total_records=page.total if known is None else known,
        moved=run.moved or (known is not None and page.total != known),
        resumes_at=None,
    )


def after_round(run: SyncRunRecord, now: datetime) -> SyncRunRecord:
    """All pages are kept: the next pass, or the same once more where the listing moved, or the end."""
    unseen = run.moved and not backwards(run)
    if unseen and run.round_number < ROUNDS:
        again = replace(run, round_number=run.round_number + 1, **_fresh_round(now))
        return replace(again, total_pages=run.total_pages) if backwards(again) else again
    run = replace(run, steady=run.steady and not unseen)
    if run.pass_number + 1 < len(plan(run)):
        return replace(run, pass_number=run.pass_number + 1, round_number=1, **_fresh_round(now))
    return replace(run, status=SyncStatus.SUCCESS, finished_at=now, resumes_at=None)


def proves_absence(run: SyncRunRecord) -> bool:
    """Whether this round saw the whole listing of titles, so that a title it missed may be gone."""
    step = current(run)
    whole = step.since is None and not run.resumed and (not run.moved or backwards(run))
    return step.entity in LISTED_TITLES and whole and bool(run.total_records)


def completes_settlements(run: SyncRunRecord) -> bool:
    """Whether this round is the last to tell how far the changed titles of one side are settled."""
    step = current(run)
    return step.entity in SETTLED_BY and step.since is not None and step.since.created


def _fresh_round(now: datetime) -> dict[str, Any]:
    return {
        "round_started_at": now,
        "pages_kept": (),
        "total_pages": 0,
        "total_records": None,
        "moved": False,
        "resumed": False,
        "resumes_at": None,
    }


def percent(run: SyncRunRecord) -> int:
    """0 to 100, each pass an equal share."""
    if run.status is SyncStatus.SUCCESS:
        return 100
    pages = max(run.total_pages, 1)
    kept = run.pass_number * pages + min(len(run.pages_kept), pages)
    return kept * 100 // (pages * len(plan(run)))
