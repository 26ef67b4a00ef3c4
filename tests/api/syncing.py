"""Syncs over the API, from their start to their end."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from tests.running import Api

SYNC = "mutation($m: SyncMode) { syncErp(mode: $m) { ...on SyncRun { id } } }"
RUN = """query($id: ID!) { syncRun(id: $id) { status errorMessage mode recordCount clientsCreated clientsUpdated
    receivablesCreated receivablesUpdated issues(first: 1000) { nodes { entity externalId reason } } } }"""


async def until(asked: Callable[[], Awaitable[bool]]) -> None:
    """Ask until the answer is yes."""
    for _ in range(400):
        if await asked():
            return
        await asyncio.sleep(0.05)
    raise TimeoutError


async def synced(api: Api, mode: str = "FULL", language: str = "en") -> dict[str, Any]:
    """A run that has ended well, as the API shows it."""
    run: dict[str, Any] = {}
    started = (await api.data(SYNC, {"m": mode}))["syncErp"]

    async def over() -> bool:
        run.update((await api.data(RUN, {"id": started["id"]}, language=language))["syncRun"])
        return bool(run["status"] != "RUNNING")

    await until(over)
    assert run["status"] == "SUCCESS", run["errorMessage"]
    return run


def reasons(run: dict[str, Any]) -> dict[str, str]:
    """Why records were set aside, by the ERP's id."""
    return {issue["externalId"]: issue["reason"] for issue in run["issues"]["nodes"]}
