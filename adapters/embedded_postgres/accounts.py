"""As whom the server runs. Postgres refuses root, so for root it runs as `nobody`, who may reach little."""

import os
import pwd
import stat
from pathlib import Path

from adapters.embedded_postgres.errors import EmbeddedPostgresError
from adapters.embedded_postgres.places import Places

Account = pwd.struct_passwd
SHARED_FOLDER = Path("/var/lib/concilia")


def server_account() -> Account | None:
    """The user to run the server as; None for the present one."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def reachable(path: Path) -> bool:
    """Anybody may pass through `path` and all the folders above it."""
    return all(step.stat().st_mode & stat.S_IXOTH for step in (path, *path.parents))


def shared_folder(name: str = "") -> Path:
    """A folder of root's that `nobody` can pass through; made if it isn't there."""
    for folder in (SHARED_FOLDER, SHARED_FOLDER / name):
        if not folder.exists():
            folder.mkdir(parents=True)
            # Whatever the umask.
            folder.chmod(0o755)
    return SHARED_FOLDER / name


def private_folder(path: Path, account: Account | None) -> None:
    """Make `path`, only for the server's user; refuse one that somebody else put there."""
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), _uid(account)}:
        raise EmbeddedPostgresError(f"{path} belongs to somebody else")
    if account:
        os.chown(path, account.pw_uid, account.pw_gid)
    path.chmod(0o700)


def settle(places: Places, account: Account | None) -> None:
    """Choose, once, where the data is kept: elsewhere, and linked, if the server can't reach the state."""
    pg, owner = places.state / "pg", _uid(account)
    if account and not (pg.exists() or pg.is_symlink() or reachable(places.state)):
        pg.symlink_to(SHARED_FOLDER / places.mark / "pg")
    if places.data.parent == SHARED_FOLDER / places.mark:
        shared_folder(places.mark)
    if places.data.exists() and places.data.stat().st_uid != owner:
        raise EmbeddedPostgresError(f"{places.data} was made by another user: start as that one or remove it")


def _uid(account: Account | None) -> int:
    return account.pw_uid if account else os.geteuid()
