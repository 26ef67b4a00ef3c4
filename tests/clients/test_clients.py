"""Clients of other makers, as they are, against the built application: `make clients`."""

import asyncio
import os
from pathlib import Path

from bootstrap import assemble
from ports.identity import Role
from tests.conftest import new_database
from tests.running import SECRET, running_server, settings_for

HERE = Path(__file__).parent


async def test_all_clients(server: str) -> None:
    async with running_server(assemble(settings_for(), new_database(server), SECRET)) as api:
        told = {"URL": str(api.client.base_url), "TOKEN": api.token(Role.CFO)}
        node = await asyncio.create_subprocess_exec(
            "node",
            "--test-reporter=spec",
            "main.test.mjs",
            cwd=HERE,
            env={**os.environ, **told},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await asyncio.wait_for(node.communicate(), 120)
    assert node.returncode == 0, said.decode()
