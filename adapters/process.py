import gc
import sys

TURN = 0.0002
"""Seconds for which one thread may keep the others waiting."""
YOUNG = 20_000
"""Objects that may come before the collector looks at them: more than one document or some answers make, so
that what lives no longer than a request is gone by then, and is not taken for what stays."""


def make_responsive() -> None:
    """For a process that serves, once it is assembled.

    What was loaded stays, so the collector need not go over it again and again while requests wait; and the
    event loop gets its turn soon while another thread reads a document.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)
    sys.setswitchinterval(TURN)
