import gc
import sys

MADE = 50_000
"""Objects, more than are gone again, after which the collector looks for what only holds itself: a list of a
thousand rows is no reason yet."""
TURN = 0.0005
"""Seconds for which one thread may keep the others waiting."""


def make_responsive() -> None:
    """For a process that serves, once it is assembled.

    What was loaded stays, so the collector need not go over it again and again while requests wait; and the
    event loop gets its turn soon while another thread reads a document.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(MADE, *gc.get_threshold()[1:])
    sys.setswitchinterval(TURN)
