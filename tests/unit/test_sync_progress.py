"""How a run goes on from page to page, and how far it has come."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from core.sync import STAGES, advance, percent
from hypothesis import given, settings
from hypothesis import strategies as st

from ports.erp import Entity
from ports.sync_runs import SyncStatus
from tests.builders import LATER, NOW, a_run

FIRST, LAST = Entity.CLIENT, Entity.RECEIVABLE
DONE = {"status": SyncStatus.SUCCESS, "finished_at": LATER}
NEXT_STAGE = {"stage": LAST, "page": 0, "total_pages": 0}


@pytest.mark.parametrize(
    ("stage", "page", "last", "changed"),
    [
        pytest.param(FIRST, 1, 3, {"page": 1, "total_pages": 3}, id="first page"),
        pytest.param(FIRST, 2, 3, {"page": 2, "total_pages": 3}, id="a page between"),
        pytest.param(FIRST, 3, 3, NEXT_STAGE, id="last page of a stage"),
        pytest.param(FIRST, 1, 1, NEXT_STAGE, id="only page of a stage"),
        pytest.param(FIRST, 4, 3, NEXT_STAGE, id="the listing has shrunk"),
        pytest.param(LAST, 1, 3, {"page": 1, "total_pages": 3}, id="first page of the last stage"),
        pytest.param(LAST, 3, 3, {"page": 3, "total_pages": 3, **DONE}, id="last page of all"),
        pytest.param(LAST, 1, 1, {"page": 1, "total_pages": 1, **DONE}, id="only page of the last stage"),
        pytest.param(LAST, 4, 3, {"page": 4, "total_pages": 4, **DONE}, id="the last listing has shrunk"),
    ],
)
def test_advance(stage: Entity, page: int, last: int, changed: dict[str, Any]) -> None:
    run = a_run(
        stage=stage, page=page - 1, total_pages=3, record_count=7, resumes_at=NOW + timedelta(minutes=1)
    )
    assert advance(run, page=page, last=last, now=LATER) == replace(run, resumes_at=None, **changed)


def test_a_run_reads_clients_before_receivables() -> None:
    assert STAGES == (FIRST, LAST)


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        pytest.param({}, 0, id="begun"),
        pytest.param({"page": 1, "total_pages": 4}, 12, id="a quarter of the first stage"),
        pytest.param({"page": 3, "total_pages": 4}, 37, id="three quarters of the first stage"),
        pytest.param({"page": 1, "total_pages": 1}, 50, id="the only page of the first stage"),
        pytest.param({"page": 29, "total_pages": 50}, 29, id="29 of 50"),
        pytest.param({"stage": LAST}, 50, id="second stage begun"),
        pytest.param({"stage": LAST, "page": 1, "total_pages": 2}, 75, id="half of the second stage"),
        pytest.param({"stage": LAST, "page": 999, "total_pages": 1000}, 99, id="nearly"),
        pytest.param({"page": 5, "total_pages": 4}, 50, id="never beyond its stage"),
        pytest.param(
            {"status": SyncStatus.SUCCESS, "stage": LAST, "page": 3, "total_pages": 3}, 100, id="done"
        ),
        pytest.param({"status": SyncStatus.SUCCESS}, 100, id="done, nothing to read"),
        pytest.param({"status": SyncStatus.ERROR, "stage": LAST}, 50, id="failed half way"),
    ],
)
def test_percent(standing: dict[str, Any], expected: int) -> None:
    assert percent(a_run(**standing)) == expected


@settings(max_examples=30, deadline=None)
@given(pages=st.lists(st.integers(1, 40), min_size=2, max_size=2))
def test_a_whole_run_never_goes_back_and_ends_at_100(pages: list[int]) -> None:
    run, shown = a_run(), [0]
    for last in pages:
        for page in range(1, last + 1):
            run = advance(run, page=page, last=last, now=LATER)
            shown.append(percent(run))
    assert shown == sorted(shown)
    assert (run.status, shown[-1], shown.count(100)) == (SyncStatus.SUCCESS, 100, 1)
