"""What a run reads, how it goes on from page to page, and how far it has come."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.sync_plan import (
    DATED,
    ROUNDS,
    Pass,
    after_round,
    current,
    pages_left,
    percent,
    plan,
    proves_absence,
    window,
    with_page,
)
from ports.erp import Entity, ErpPage, Since
from ports.sync_runs import SyncMode, SyncRunRecord, SyncStatus
from tests.builders import LATER, NOW, a_run

DAY = date(2026, 11, 20)
SINCE, MADE_SINCE = Since(DAY), Since(DAY, created=True)
RECEIVABLES = list(Entity).index(Entity.RECEIVABLE)
FULL_PASSES = len(Entity)


def a_page(number: int, last: int, total: int | None = 100) -> ErpPage[Any]:
    return ErpPage(number=number, last=last, total=total, items=())


def test_a_full_run_reads_every_listing_whole_and_clients_first() -> None:
    assert plan(a_run()) == tuple(Pass(entity) for entity in Entity)
    assert plan(a_run(since=DAY)) == plan(a_run())
    assert plan(a_run())[0].entity is Entity.CLIENT


def test_an_incremental_run_asks_for_changes_then_for_what_came_to_be() -> None:
    steps = plan(a_run(mode=SyncMode.INCREMENTAL, since=DAY))
    for entity in Entity:
        theirs = [step.since for step in steps if step.entity is entity]
        assert theirs == ([SINCE, MADE_SINCE] if entity in DATED else [None])
    assert [entity for entity in Entity if entity not in DATED] == list(Entity)[5:]


def test_the_window_is_the_day_before_the_last_start_in_sao_paulo() -> None:
    assert window(None) is None
    assert window(a_run(started_at=datetime(2026, 11, 22, 2, 59, tzinfo=UTC))) == DAY
    assert window(a_run(started_at=datetime(2026, 11, 22, 3, 0, tzinfo=UTC))) == DAY + timedelta(days=1)


def test_the_window_reaches_back_to_where_changes_were_last_seen_to_stand_still() -> None:
    unsteady = a_run(mode=SyncMode.INCREMENTAL, since=DAY - timedelta(days=9), steady=False)
    assert window(unsteady) == DAY - timedelta(days=9)
    assert window(replace(unsteady, steady=True)) != window(unsteady)


@pytest.mark.parametrize(
    ("kept", "total_pages", "left"),
    [
        pytest.param((), 0, [1], id="before the first answer"),
        pytest.param((1,), 4, [2, 3, 4], id="after it"),
        pytest.param((1, 3), 4, [2, 4], id="pages in parallel"),
        pytest.param((1, 2), 2, [], id="done"),
    ],
)
def test_pages_left(kept: tuple[int, ...], total_pages: int, left: list[int]) -> None:
    run = a_run(pages_kept=kept, total_pages=total_pages)
    assert pages_left(run) == left
    assert pages_left(replace(run, round_number=2)) == left[::-1]
    changes = replace(run, round_number=2, mode=SyncMode.INCREMENTAL, since=DAY)
    assert pages_left(changes) == left


STANDING = {"pages_kept": (1,), "total_pages": 3, "total_records": 100}


@pytest.mark.parametrize(
    ("standing", "page", "changed"),
    [
        pytest.param(
            {},
            a_page(1, 3),
            {"pages_kept": (1,), "total_pages": 3, "total_records": 100},
            id="the first tells the size",
        ),
        pytest.param(STANDING, a_page(3, 3), {"pages_kept": (1, 3)}, id="another"),
        pytest.param(
            STANDING,
            a_page(2, 4, 101),
            {"pages_kept": (1, 2), "total_pages": 4, "moved": True},
            id="it has grown",
        ),
        pytest.param(
            STANDING,
            a_page(2, 2, 99),
            {"pages_kept": (1, 2), "total_pages": 2, "moved": True},
            id="it has shrunk",
        ),
        pytest.param(
            {**STANDING, "pages_kept": (1, 3)},
            a_page(2, 2, 99),
            {"pages_kept": (1, 2, 3), "total_pages": 3, "moved": True},
            id="shrunk behind what is kept",
        ),
        pytest.param(
            {**STANDING, "moved": True},
            a_page(2, 3),
            {"pages_kept": (1, 2), "moved": True},
            id="once moved, moved",
        ),
        pytest.param(
            {**STANDING, "total_records": None},
            a_page(2, 3, None),
            {"pages_kept": (1, 2)},
            id="it does not say",
        ),
    ],
)
def test_with_page(standing: dict[str, Any], page: ErpPage[Any], changed: dict[str, Any]) -> None:
    run = a_run(**standing, record_count=7, resumes_at=NOW + timedelta(minutes=1))
    assert with_page(run, page) == replace(run, resumes_at=None, **changed)


FRESH = {
    "round_started_at": LATER,
    "pages_kept": (),
    "total_pages": 0,
    "total_records": None,
    "moved": False,
    "resumed": False,
    "resumes_at": None,
}
AGAIN = {"round_number": 2, **FRESH}
CHANGES = {"mode": SyncMode.INCREMENTAL, "since": DAY}
DONE = {"status": SyncStatus.SUCCESS, "finished_at": LATER}


@pytest.mark.parametrize(
    ("standing", "changed"),
    [
        pytest.param({}, {"pass_number": 1, **FRESH}, id="the next pass"),
        pytest.param({"moved": True}, {**AGAIN, "total_pages": 2}, id="it moved: once more, backwards"),
        pytest.param(
            {"moved": True, "round_number": 2},
            {"pass_number": 1, "round_number": 1, **FRESH},
            id="backwards, and it moved again: nothing can be hidden",
        ),
        pytest.param({**CHANGES, "moved": True}, AGAIN, id="changes moved: once more"),
        pytest.param(
            {**CHANGES, "moved": True, "round_number": ROUNDS},
            {"pass_number": 1, "round_number": 1, "steady": False, **FRESH},
            id="changes moved every time",
        ),
        pytest.param({"pass_number": FULL_PASSES - 1}, DONE, id="the end"),
        pytest.param(
            {"pass_number": FULL_PASSES - 1, "moved": True}, {**AGAIN, "total_pages": 2}, id="not yet"
        ),
    ],
)
def test_after_round(standing: dict[str, Any], changed: dict[str, Any]) -> None:
    run = a_run(pages_kept=(1, 2), total_pages=2, total_records=100, resumed=True, **standing)
    assert after_round(run, LATER) == replace(run, **changed)


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        pytest.param({}, True, id="whole"),
        pytest.param({"pass_number": 0}, False, id="clients"),
        pytest.param({"moved": True}, False, id="it moved"),
        pytest.param({"moved": True, "round_number": 2}, True, id="it moved while read backwards"),
        pytest.param({"resumed": True, "round_number": 2}, False, id="backwards, begun by another"),
        pytest.param({"resumed": True}, False, id="another worker began it"),
        pytest.param({"total_records": 0}, False, id="empty"),
        pytest.param({"total_records": None}, False, id="of unknown size"),
        pytest.param({"mode": SyncMode.INCREMENTAL, "since": DAY, "pass_number": 2}, False, id="changes"),
    ],
)
def test_proves_absence(standing: dict[str, Any], expected: bool) -> None:
    run = a_run(**{"pass_number": RECEIVABLES, "total_records": 100, **standing})
    assert proves_absence(run) is expected


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        pytest.param({}, 0, id="begun"),
        pytest.param({"pages_kept": (1,), "total_pages": 2}, 5, id="half of the first of nine"),
        pytest.param({"pass_number": 1}, 11, id="one of nine"),
        pytest.param({"pass_number": 8, "pages_kept": (1,), "total_pages": 1000}, 88, id="the last begun"),
        pytest.param({"status": SyncStatus.SUCCESS}, 100, id="done"),
        pytest.param({"status": SyncStatus.ERROR, "pass_number": 1}, 11, id="failed"),
    ],
)
def test_percent(standing: dict[str, Any], expected: int) -> None:
    assert percent(a_run(**standing)) == expected


@settings(max_examples=30, deadline=None)
@given(sizes=st.lists(st.integers(1, 40), min_size=FULL_PASSES, max_size=FULL_PASSES), random=st.randoms())
def test_a_whole_run_never_goes_back_and_ends_at_100(sizes: list[int], random: Any) -> None:
    """Whatever the order in which the pages of a round arrive."""
    run, shown, read = a_run(), [0], list[tuple[Entity, int]]()
    while run.status is SyncStatus.RUNNING:
        run = _kept_one(run, random.choice(pages_left(run)), sizes, read)
        shown.append(percent(run))
    assert shown == sorted(shown)
    assert (run.status, shown[-1], shown.count(100)) == (SyncStatus.SUCCESS, 100, 1)
    assert sorted(read, key=str) == sorted(
        ((entity, page) for entity, last in zip(Entity, sizes, strict=True) for page in range(1, last + 1)),
        key=str,
    )


def _kept_one(
    run: SyncRunRecord, number: int, sizes: list[int], read: list[tuple[Entity, int]]
) -> SyncRunRecord:
    read.append((current(run).entity, number))
    run = with_page(run, a_page(number, sizes[run.pass_number]))
    return run if pages_left(run) else after_round(run, LATER)
