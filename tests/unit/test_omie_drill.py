"""Mishaps of the demo Omie: how often, which, and that they are the same on every run."""

import json
from datetime import UTC, datetime

import pytest

from adapters.omie.demo.drill import Drill, Mishap
from adapters.omie.faults import judged
from ports.erp import ErpAsksToWait

NOON = datetime(2026, 11, 22, 15, 0, 0, tzinfo=UTC)


def test_none_without_a_rate() -> None:
    assert [Drill().next(NOON) for _ in range(100)] == [None] * 100


def test_about_as_many_as_asked_for_and_the_same_ones_again() -> None:
    drill, again = Drill(rate=0.3, seed=5), Drill(rate=0.3, seed=5)
    answers = [drill.next(NOON) for _ in range(1000)]
    assert answers == [again.next(NOON) for _ in range(1000)]
    spoiled = sum(answer is not None for answer in answers)
    assert 250 < spoiled < 350
    assert spoiled == sum(drill.done.values())
    assert set(drill.done) == {mishap.value for mishap in Mishap}
    assert answers != [Drill(rate=0.3, seed=6).next(NOON) for _ in range(1000)]


@pytest.mark.parametrize("mishap", Mishap)
def test_each_can_be_retried(mishap: Mishap) -> None:
    raw = Drill().answer(mishap, NOON)
    outcome = judged(raw.status, raw.body, NOON)
    assert isinstance(outcome, ErpAsksToWait)
    assert outcome.failed
    expected = {Mishap.THROTTLED: 60.0, Mishap.PROCESSING: 3.0}
    assert outcome.seconds == expected.get(mishap, 10.0)


def test_the_time_of_day_that_is_named_is_that_of_sao_paulo() -> None:
    body = json.loads(Drill().answer(Mishap.PROCESSING, NOON).body)
    assert body["faultstring"].endswith("às 12:00:02. (1)")
