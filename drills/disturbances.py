"""What is done to a full sync while it goes on. Each tells in a few words what happened."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from adapters.omie.demo.drill import Drill
from drills.drift import Drift
from drills.stage import Stage

Disturbance: TypeAlias = Callable[[Stage], Awaitable[str]]

KILLS = 20
AWAY = 4.0
"""Seconds without Postgres."""
CUT = 15.0
"""Seconds without a network."""
BLOCKED = 12.0
"""Seconds for which Omie blocks a method; really they are 1800."""
RECORDS = 800
"""So many, and a few more, the demo's listings show in all."""


async def kills(stage: Stage) -> str:
    """Each at a random page, and only once the worker that took over has kept one."""
    await stage.start_workers(2)
    await stage.sync()
    for page in sorted(random.sample(range(RECORDS // stage.page_size), KILLS)):
        await stage.watch.reached(page * stage.page_size)
        worker, killed_at = await stage.at_work(), time.monotonic()
        worker.kill()
        await worker.wait()
        await asyncio.gather(stage.start_workers(1), stage.watch.moves_on(killed_at))
    return f"{KILLS} workers killed"


async def graceful_stop(stage: Stage) -> str:
    await stage.start_workers(2)
    await stage.sync()
    await stage.in_mid_run()
    worker, told_at = await stage.at_work(), time.monotonic()
    worker.terminate()
    await worker.wait()
    ended = time.monotonic() - told_at
    await stage.watch.moves_on(told_at)
    return f"the worker ended in {ended:.1f} s"


async def postgres_restart(stage: Stage) -> str:
    await stage.start_workers(1)
    await stage.sync()
    await stage.in_mid_run()
    await asyncio.to_thread(stage.postgres.stop)
    await asyncio.sleep(AWAY)
    await asyncio.to_thread(stage.postgres.start)
    await stage.watch.moves_on(time.monotonic())
    return f"away for {AWAY:.0f} s"


async def network_cut(stage: Stage) -> str:
    await stage.start_workers(1)
    await stage.sync()
    await stage.in_mid_run()
    await stage.network.cut(CUT)
    await stage.watch.moves_on(time.monotonic())
    return f"cut for {CUT:.0f} s"


async def block(stage: Stage) -> str:
    await stage.start_workers(1)
    await stage.sync()
    await stage.in_mid_run()
    stage.demo.police.block("ListarContasReceber", BLOCKED)
    await asyncio.sleep(BLOCKED)
    await stage.watch.moves_on(time.monotonic())
    return f"for {BLOCKED:.0f} s, met {stage.demo.counters.blocked} times"


async def faults(stage: Stage) -> str:
    """The seed is one that brings every kind within few requests."""
    stage.demo.drill = Drill(rate=0.3, seed=1789, timeout=1.0)
    await stage.start_workers(1)
    await stage.sync()
    await stage.watch.over()
    done = stage.demo.drill.done
    return f"{done.total()} faults of {len(done)} kinds"


async def two_hosts(stage: Stage) -> str:
    await stage.start_workers(2)
    await asyncio.gather(stage.sync(), stage.sync())
    return "two asked for a run at once"


async def drift(stage: Stage) -> str:
    """What was deleted behind the reader's back only a run over books that stand still can tell."""
    drifting = stage.demo.after_each = Drift(stage.demo.book)
    await stage.start_workers(1)
    await stage.sync()
    await stage.watch.over()
    stage.demo.after_each = lambda _asked: None
    await stage.sync()
    return f"{drifting.changes} changes, then another run"
