"""Where an embedded server keeps its things: every path follows from the state folder."""

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Places:
    """The paths of one server. `state` is absolute, with symbolic links resolved."""

    state: Path

    @property
    def data(self) -> Path:
        """The database; `pg` is a link if it had to be kept elsewhere (see `accounts.settle`)."""
        return (self.state / "pg").resolve()

    @property
    def sockets(self) -> Path:
        """A short path whatever the state's is: a Unix socket's may not exceed some 100 bytes."""
        # Not TMPDIR, which may differ from one user of the server to the next.
        return Path("/tmp") / f"concilia-{self.mark}"  # noqa: S108 - `accounts.private_folder` checks its owner

    @property
    def mark(self) -> str:
        """Tells this server from those of other state folders."""
        return hashlib.sha256(bytes(self.state)).hexdigest()[:10]

    @property
    def log(self) -> Path:
        """What the server and its tools print."""
        return self.state / "pg.log"

    @property
    def start_lock(self) -> Path:
        """Held while joining or leaving."""
        return self.state / "start.lock"

    @property
    def users_lock(self) -> Path:
        """Held, shared, by every user; alone by whoever stops the server."""
        return self.state / "users.lock"

    @property
    def server_lock(self) -> Path:
        """Held by every process of the server."""
        return self.state / "server.lock"

    @property
    def watchdog_lock(self) -> Path:
        """Held by the watchdog."""
        return self.state / "watchdog.lock"
