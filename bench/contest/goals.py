"""What is wanted of Concilia: its answers a second to those of each, by workload."""

from typing import NamedTuple


class Goal(NamedTuple):
    ratio: float
    stretch: bool = False


GOALS = {
    "PostGraphile 5": {"W1": Goal(1.2), "W2": Goal(3), "W3": Goal(1.8), "W4": Goal(1.5), "W5": Goal(3)},
    "Mercurius jit": {
        "W1": Goal(0.5, stretch=True),
        "W2": Goal(1.8),
        "W3": Goal(0.8, stretch=True),
        "W4": Goal(1),
        "W5": Goal(2),
    },
    "no GraphQL": {"W1": Goal(0.7), "W2": Goal(0.9), "W3": Goal(0.8), "W4": Goal(0.85), "W5": Goal(0.9)},
}
MEMORY = 150
"""MiB below which one process stays."""
TAIL = 4
"""Times the median, within which 99 of 100 answers come."""
