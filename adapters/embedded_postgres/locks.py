"""File locks which the kernel drops by itself when the last process that holds them is gone."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EXCLUSIVE = fcntl.LOCK_EX
SHARED = fcntl.LOCK_SH
NOW = fcntl.LOCK_NB


def take(path: Path, mode: int = EXCLUSIVE) -> int | None:
    """Lock `path` until the returned descriptor is closed; with `NOW`, None if somebody is in the way."""
    # Reading is enough for flock, and lets a plain user lock a file that root once made.
    descriptor = os.open(path, os.O_RDONLY | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, mode)
    except BaseException as stopped:
        os.close(descriptor)
        if isinstance(stopped, BlockingIOError):
            return None
        raise
    return descriptor


@contextmanager
def locked(path: Path, mode: int = EXCLUSIVE) -> Iterator[int | None]:
    """`take` for the length of a block. A child that inherited the descriptor keeps the lock after it."""
    descriptor = take(path, mode)
    try:
        yield descriptor
    finally:
        if descriptor is not None:
            os.close(descriptor)


def is_free(path: Path) -> bool:
    """Nobody holds `path` exclusively."""
    with locked(path, SHARED | NOW) as descriptor:
        return descriptor is not None
