"""Stops the server when its last user is gone, however it went: `python -m … <state> <descriptor>`."""

import os
import sys
from pathlib import Path

from adapters.embedded_postgres.locks import locked
from adapters.embedded_postgres.places import Places
from adapters.embedded_postgres.postmaster import halt


def watch(places: Places, life: int) -> None:
    """Wait until nobody uses the server, then stop it. `life`: the descriptor of the watchdog's own lock."""
    with locked(places.users_lock):
        try:
            halt(places)
        finally:
            # Before the users' lock: whoever joins next must see that it needs a new watchdog.
            os.close(life)


def main() -> None:
    """Leave the process that started us, which waits for this half of the fork only, and watch."""
    if os.fork() == 0:
        os.chdir("/")
        watch(Places(Path(sys.argv[1])), int(sys.argv[2]))


if __name__ == "__main__":
    main()
