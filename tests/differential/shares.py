"""Shares of a long run, each of which a process does."""

import asyncio
import logging
import os
import signal
from itertools import count
from typing import NamedTuple

import structlog
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import FlakyFailure

from adapters.process import make_responsive
from bootstrap import assemble
from tests.differential.documents import Written, operations
from tests.differential.roads import Comparison, Counts, Difference, comparing
from tests.running import SECRET, settings_for

AT_A_TIME = 2_000
"""Operations of a share."""
FRESH = 10
"""Documents of one seed: from then on hypothesis mostly repeats itself."""


class Share(NamedTuple):
    """What one process has done."""

    counts: Counts
    known: set[bytes]
    difference: str | None


def prepare() -> None:
    """A process that does shares and nothing else."""
    os.nice(19)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    make_responsive()


def compare_share(database_url: str, first_seed: int) -> Share:
    """Seeds from the first one on, until it is done."""
    with asyncio.Runner() as runner:
        context = comparing(assemble(settings_for(), database_url, SECRET))
        comparison = runner.run(context.__aenter__())
        try:
            for number in count(first_seed):
                if comparison.counts.of("compared") >= AT_A_TIME:
                    break
                _compare_some(runner, comparison, number)
        except Difference as difference:
            return Share(comparison.counts, comparison.known, str(difference))
        except FlakyFailure as once:
            # What depends on what was asked before does not come again when hypothesis looks for less of it.
            told = "\n".join(map(str, once.exceptions))
            return Share(comparison.counts, comparison.known, f"not always: {told}")
        finally:
            runner.run(context.__aexit__(None, None, None))
    return Share(comparison.counts, comparison.known, None)


def _compare_some(runner: asyncio.Runner, comparison: Comparison, number: int) -> None:
    @seed(number)
    @settings(
        max_examples=FRESH,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=[*HealthCheck],
    )
    @given(operations())
    def compare(written: Written) -> None:
        runner.run(comparison.compare(written))

    compare()
