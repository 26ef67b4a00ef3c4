"""A place to measure in."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import migrations
from adapters.embedded_postgres import EmbeddedPostgres


@contextmanager
def database() -> Iterator[str]:
    """A migrated database of a server of its own, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="concilia-bench-"))
    # As root, Postgres runs as another user, who has to reach the folder.
    folder.chmod(0o755)
    try:
        with EmbeddedPostgres(folder) as address:
            migrations.upgrade(address)
            yield address
    finally:
        shutil.rmtree(folder)
