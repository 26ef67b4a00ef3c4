"""Bounds of time: they end what is late, and nothing else."""

import asyncio
from time import perf_counter

import pytest

from ports.patience import TICK, After, Patience


async def test_what_is_over_in_time_is_left_alone() -> None:
    with Patience(0.05):
        await asyncio.sleep(0)
    await asyncio.sleep(0.05 + 2 * TICK)


async def test_what_is_late_is_ended() -> None:
    began = perf_counter()
    with pytest.raises(TimeoutError), Patience(0.05):
        await asyncio.sleep(30)
    assert 0.04 < perf_counter() - began < 5
    assert (task := asyncio.current_task())
    assert task.cancelling() == 0


async def test_each_has_its_own_time() -> None:
    async def wait(patience: float) -> str:
        try:
            with Patience(patience):
                await asyncio.sleep(0.3)
        except TimeoutError:
            return "late"
        return "in time"

    told = await asyncio.gather(*(wait(patience) for patience in (0.05, 30, 0.1, 30)))
    assert told == ["late", "in time", "late", "in time"]


async def test_the_inner_one_may_be_shorter() -> None:
    with Patience(30), pytest.raises(TimeoutError), Patience(0.05):
        await asyncio.sleep(30)


async def test_the_outer_one_may_be_shorter() -> None:
    with pytest.raises(TimeoutError), Patience(0.05), Patience(30):
        await asyncio.sleep(30)


async def test_a_cancellation_from_outside_stays_one() -> None:
    async def wait() -> None:
        with Patience(30):
            await asyncio.sleep(30)

    task = asyncio.create_task(wait())
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_error_stays_what_it_is() -> None:
    with pytest.raises(KeyError), Patience(30):
        raise KeyError


async def test_after_a_while_something_is_done_once() -> None:
    done: list[str] = []
    with After(0.05, lambda: done.append("late")):
        await asyncio.sleep(0.05 + 4 * TICK)
    with After(30, lambda: done.append("never")):
        await asyncio.sleep(2 * TICK)
    assert done == ["late"]
