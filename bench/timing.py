from collections.abc import Awaitable, Callable
from statistics import median
from time import perf_counter

ROUNDS = 7


async def median_ms(act: Callable[[], Awaitable[object]]) -> float:
    """Of some runs, after one that warms the caches."""
    await act()
    times = []
    for _ in range(ROUNDS):
        began = perf_counter()
        await act()
        times.append((perf_counter() - began) * 1000)
    return median(times)
