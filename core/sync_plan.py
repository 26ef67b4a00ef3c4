"""What a run reads, in which order, and how far it has come: pure decisions."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from ports.calendar import local_day
from ports.erp import Entity, ErpPage, Since
from ports.sync_runs import SyncMode, SyncRunRecord, SyncStatus

OVERLAP = timedelta(days=1)
"""The ERP's date filters know days, not hours."""
ROUNDS = 3
"""A listing that moves while it is read is read again, so many times in all."""
DATED = (
    Entity.CLIENT,
    Entity.RECEIVABLE,
    Entity.PAYABLE,
    Entity.SETTLEMENT,
    Entity.PAYABLE_SETTLEMENT,
)
"""What the ERP can list since a day; the small registers are always read whole."""
LISTED_TITLES = (Entity.RECEIVABLE, Entity.PAYABLE)


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
    """From which day an incremental run asks: the start of the last successful one, with an overlap."""
    return local_day(last.started_at) - OVERLAP if last else None


def current(run: SyncRunRecord) -> Pass:
    return plan(run)[run.pass_number]


def pages_left(run: SyncRunRecord) -> list[int]:
    """The pages of this round that are not kept yet; before the first answer, the first."""
    return [number for number in range(1, max(run.total_pages, 1) + 1) if number not in run.pages_kept]


def with_page(run: SyncRunRecord, page: ErpPage[Any]) -> SyncRunRecord:
    """The run with this page kept. A listing whose size is no longer what it was has moved."""
    first = not run.pages_kept
    kept = tuple(sorted({*run.pages_kept, page.number}))
    return replace(
        run,
        pages_kept=kept,
        # What lies beyond the end that the ERP now tells need not be asked for.
        total_pages=max(page.last, kept[-1]),
        total_records=page.total if first else run.total_records,
        moved=run.moved or (not first and page.total != run.total_records),
        resumes_at=None,
    )


def after_round(run: SyncRunRecord, now: datetime) -> SyncRunRecord:
    """All pages are kept: the next pass, or the same once more where the listing moved, or the end."""
    if run.moved and run.round_number < ROUNDS:
        return replace(run, round_number=run.round_number + 1, **_fresh_round(now))
    if run.pass_number + 1 < len(plan(run)):
        return replace(run, pass_number=run.pass_number + 1, round_number=1, **_fresh_round(now))
    return replace(run, status=SyncStatus.SUCCESS, finished_at=now, resumes_at=None)


def proves_absence(run: SyncRunRecord) -> bool:
    """Whether this round saw the whole listing of titles, so that a title it missed may be gone."""
    step = current(run)
    whole = step.since is None and not run.moved and not run.resumed
    return step.entity in LISTED_TITLES and whole and bool(run.total_records)


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
