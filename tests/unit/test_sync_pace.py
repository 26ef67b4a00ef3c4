"""What `concilia sync --wait` makes of its looks at a run."""

from dataclasses import replace

import pytest

from commands.syncing import PagesRead, passes_done
from core.sync_plan import plan
from ports.ids import new_id
from ports.sync_runs import SyncMode, SyncRunRecord, SyncStatus, SyncTrigger
from tests.builders import NOW

FRESH = SyncRunRecord(
    id=new_id(),
    source="omie",
    status=SyncStatus.RUNNING,
    mode=SyncMode.FULL,
    trigger=SyncTrigger.COMMAND,
    started_at=NOW,
    round_started_at=NOW,
)


def at(pass_number: int, kept: int, total: int, round_number: int = 1) -> SyncRunRecord:
    return replace(
        FRESH,
        pass_number=pass_number,
        round_number=round_number,
        pages_kept=tuple(range(1, kept + 1)),
        total_pages=total,
    )


@pytest.mark.parametrize(
    ("looks", "pages"),
    [
        pytest.param([FRESH], 0, id="nothing yet"),
        pytest.param([at(0, 1, 5), at(0, 3, 5)], 3, id="within a pass"),
        pytest.param([at(0, 3, 5), at(1, 2, 9)], 7, id="the rest of the last pass counts"),
        pytest.param([at(0, 3, 5), at(3, 0, 0)], 7, id="two passes unseen, a page each"),
        pytest.param([at(1, 3, 3), at(1, 2, 3, round_number=2)], 6, id="a round anew"),
    ],
)
def test_pages_read(looks: list[SyncRunRecord], pages: int) -> None:
    read = PagesRead(FRESH)
    for run in looks:
        read.look(run)
    assert read.count == pages


def test_a_run_that_was_joined_counts_from_then_on() -> None:
    read = PagesRead(at(1, 40, 50))
    read.look(at(1, 42, 50))
    assert read.count == 2


def test_passes_done() -> None:
    whole = len(plan(FRESH))
    assert passes_done(FRESH) == 0
    assert passes_done(at(1, 1, 4)) == 1.25
    ended = replace(at(whole - 1, 1, 2), status=SyncStatus.SUCCESS, finished_at=NOW)
    assert passes_done(ended) == whole
