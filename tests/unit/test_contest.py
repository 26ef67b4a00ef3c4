"""What the bench says of a contest; the contest itself is run by hand."""

import pytest

from bench.contest.load import Load
from bench.contest.report import Scores, report
from bench.contest.rounds import Score, steady
from bench.contest.workloads import worth


def score(*rates: float, p99: float = 3) -> Score:
    return Score([Load(rate, 1, p99, 100) for rate in rates], [0.1 for _ in rates])


@pytest.mark.parametrize(
    ("rates", "enough"),
    [
        ([], False),
        ([4000, 4000, 4000], False),
        ([4000, 4000, 4000, 4000], True),
        ([3899, 5800, 5891, 7558, 8529], False),
        ([3899, 5800, 5891, 7558, 8529, 7813, 8605, 8053], True),
        ([9000, 8000, 7000, 9400], False),
    ],
    ids=["none", "first", "even", "rises", "noise", "rises again"],
)
def test_a_server_is_warm_when_it_gets_no_faster(rates: list[float], enough: bool) -> None:
    assert steady(rates) is enough


def test_goals_are_told_by_the_median_of_the_rounds() -> None:
    scores: Scores = {
        ("Concilia", "W1"): score(1300, 1300, 1300),
        ("Concilia", "W2"): score(290, 290, 310, p99=4.5),
        ("PostGraphile 5", "W1"): score(1000, 2000, 500),
        ("PostGraphile 5", "W2"): score(100, 100, 100),
    }
    told = [*report(scores, {"Concilia": 149.4, "PostGraphile 5": 400})]
    assert told[told.index("### Goals") + 4 :] == [
        "| to PostGraphile 5 | W1 | ≥ 1.2 | 1.30 | reached |",
        "| to PostGraphile 5 | W2 | ≥ 3 | 2.90 | not reached |",
        "| p99 / p50 | W1 | ≤ 4 | 3.0 | reached |",
        "| p99 / p50 | W2 | ≤ 4 | 4.5 | not reached |",
        "| MiB | | < 150 | 149 | reached |",
    ]
    assert "| PostGraphile 5 | 1.30 (0.65-2.60) | 2.90 (2.90-3.10) |" in told


def test_answers_in_other_spellings_are_worth_the_same() -> None:
    ours = {
        "id": "payment_0a1b",
        "entidade": "CLIENTE",
        "valor": "1.50",
        "cadastradoEm": "2026-11-01T09:00:00.017Z",
    }
    theirs = {
        "rowId": "0a-1b",
        "entidade": "C",
        "valor": "1.50",
        "cadastradoEm": "2026-11-01 09:00:00.017000+00",
    }
    assert worth({"data": {"payment": ours}}) == worth({"data": {"paymentByRowId": theirs}})
    assert worth({"data": {"payment": ours}}) != worth({"data": {"payment": ours | {"valor": "1.5"}}})
