"""syncProgress, over both doors, while a real run goes on."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import pytest

from adapters.claims import LEEWAY
from bootstrap import Assembly, assemble
from graphql_api.live import events as sse
from ports.erp import Entity, ErpGateway, ErpPage
from ports.identity import Role
from ports.run_watch import RunWatch
from tests.api.live import SYNC, WATCH, events, socket
from tests.integration.fake_erp import FakeErp
from tests.integration.records import register, title, until
from tests.running import SECRET, Api, running_server, settings_for

RUNS = "{ syncRuns(first: 1) { nodes { id status } } }"


class SlowErp(FakeErp):
    """A page takes its time, as everywhere."""

    async def _page(self, entity: Entity, listed: Sequence[Any], page: int) -> ErpPage[Any]:
        await asyncio.sleep(0.1)
        return await super()._page(entity, listed, page)


@pytest.fixture
def erp() -> FakeErp:
    """Two pages of clients, two of receivables; the second page of clients is held back."""
    held = SlowErp([register(str(n)) for n in range(1, 5)], [title(str(n)) for n in range(1, 4)])
    held.hold_at = (Entity.CLIENT, 2)
    return held


@pytest.fixture
def assembly(database_url: str, erp: FakeErp) -> Assembly:
    return assemble(settings_for(), database_url, SECRET, {ErpGateway: erp})


@pytest.fixture
async def api(assembly: Assembly) -> AsyncIterator[Api]:
    async with running_server(assembly) as caller:
        yield caller


@pytest.fixture
async def run_id(api: Api, erp: FakeErp) -> str:
    """A run that has kept its first page, and waits."""
    started = (await api.data(SYNC))["syncErp"]["id"]
    await asyncio.wait_for(erp.held.wait(), 10)
    return str(started)


async def until_watched(assembly: Assembly, count: int) -> None:
    watch: Any = assembly.get(RunWatch)

    async def asked() -> bool:
        return int(watch.watched) == count

    await until(asked, 5)


def steps(messages: list[dict[str, Any]]) -> list[tuple[str, int, str]]:
    found = [message["data"]["syncProgress"] for message in messages]
    return [(run["progress"]["stage"], run["progress"]["page"], run["status"]) for run in found]


SLOW_STEPS = [("client", 1, "RUNNING"), ("receivable", 0, "RUNNING"), ("receivable", 1, "RUNNING")]
"""The empty listings after them may pass faster than anybody looks."""
OVER = ("document_type", 1, "SUCCESS")


async def test_each_page_is_a_message_on_the_socket(
    api: Api, assembly: Assembly, erp: FakeErp, run_id: str
) -> None:
    async with socket(api, role=Role.CFO) as line:
        await line.ask("1", WATCH, {"id": run_id})
        first = await line.hear()
        erp.release.set()
        *others, over = await line.until_over("1")
    *slow, last = steps([message["payload"] for message in [first, *others]])
    assert (slow[:3], last) == (SLOW_STEPS, OVER)
    assert over == {"id": "1", "type": "complete"}
    await until_watched(assembly, 0)


async def test_each_page_is_an_event(api: Api, assembly: Assembly, erp: FakeErp, run_id: str) -> None:
    heard = []
    authorization = f"Bearer {api.token(Role.ADMIN)}"
    async with events(api, WATCH, {"id": run_id}, authorization=authorization) as answer:
        async for name, data in answer:
            erp.release.set()
            heard.append((name, data))
    assert answer.response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.response.headers["cache-control"] == "no-store"
    *slow, last = steps([data for _, data in heard[:-1]])
    assert (slow[:3], last) == (SLOW_STEPS, OVER)
    assert heard[-1] == ("complete", None)
    await until_watched(assembly, 0)


async def test_many_watch_one_run(api: Api, assembly: Assembly, erp: FakeErp, run_id: str) -> None:
    async with socket(api, role=Role.CFO) as line, socket(api, role=Role.ADMIN) as other:
        for n in range(50):
            await line.ask(str(n), WATCH, {"id": run_id})
        assert {(await line.hear())["id"] for _ in range(50)} == set(map(str, range(50)))
        await line.ask("50", WATCH, {"id": run_id})
        refused = await line.hear()
        assert (refused["id"], refused["type"]) == ("50", "error")
        assert refused["payload"][0]["extensions"]["code"] == "BAD_USER_INPUT"
        assert "50" in refused["payload"][0]["message"]
        await other.ask("0", WATCH, {"id": run_id})
        await other.hear()
        await until_watched(assembly, 51)
        await line.ask("7", WATCH, {"id": run_id})
        assert await line.fate() == 4409
        await until_watched(assembly, 1)
        erp.release.set()
        assert (await other.until_over("0"))[-1]["type"] == "complete"


async def test_whoever_leaves_watches_no_more(api: Api, assembly: Assembly, run_id: str) -> None:
    async with socket(api, role=Role.CFO) as line:
        await line.ask("1", WATCH, {"id": run_id})
        await line.hear()
        await until_watched(assembly, 1)
        await line.say(type="complete", id="1")
        await until_watched(assembly, 0)
        await line.ask("1", WATCH, {"id": run_id})
        await line.hear()
        await line.say(type="complete", id="unknown")
        await until_watched(assembly, 1)
    await until_watched(assembly, 0)

    async with socket(api, role=Role.CFO) as line:
        await line.ask("1", WATCH, {"id": run_id})
        await line.hear()
        # No farewell.
        line.connection.transport.abort()
        await until_watched(assembly, 0)

    authorization = f"Bearer {api.token(Role.CFO)}"
    async with events(api, WATCH, {"id": run_id}, authorization=authorization) as answer:
        await anext(aiter(answer))
        await until_watched(assembly, 1)
    await until_watched(assembly, 0)


async def test_the_watch_ends_with_the_token(api: Api, assembly: Assembly, run_id: str) -> None:
    short = f"Bearer {api._tokens.issue('test', [Role.CFO], timedelta(seconds=2) - LEEWAY)}"
    async with socket(api) as line:
        await line.enter(authorization=short)
        await line.ask("1", WATCH, {"id": run_id})
        await line.hear()
        async with events(api, WATCH, {"id": run_id}, authorization=short) as answer:
            heard = [event async for event in answer]
        assert await line.fate() == 4403
    assert [name for name, _ in heard] == ["next", "next", "complete"]
    assert heard[1][1]["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    await until_watched(assembly, 0)


async def test_a_pulse_while_nothing_happens(
    api: Api, erp: FakeErp, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sse, "PULSE", 0.1)
    authorization = f"Bearer {api.token(Role.CFO)}"
    async with events(api, WATCH, {"id": run_id}, authorization=authorization) as answer:
        asyncio.get_running_loop().call_later(0.5, erp.release.set)
        heard = [event async for event in answer]
    assert answer.comments >= 3
    assert heard[-1] == ("complete", None)


async def test_a_run_that_is_over_is_told_once(api: Api, erp: FakeErp, run_id: str) -> None:
    erp.release.set()

    async def is_over() -> bool:
        return bool((await api.data(RUNS))["syncRuns"]["nodes"][0]["status"] == "SUCCESS")

    await until(is_over)
    async with socket(api, role=Role.CFO) as line:
        await line.ask("1", WATCH, {"id": run_id})
        told, over = await line.until_over("1")
    assert steps([told["payload"]]) == [OVER]
    assert over["type"] == "complete"


async def test_events_by_get(api: Api, erp: FakeErp, run_id: str) -> None:
    erp.release.set()
    headers = {"accept": "text/event-stream", "authorization": f"Bearer {api.token(Role.CFO)}"}
    query = f'subscription {{ syncProgress(runId: "{run_id}") {{ status }} }}'
    answer = await api.client.get("/graphql", params={"query": query}, headers=headers)
    assert '"SUCCESS"' in answer.text
    assert answer.text.endswith("event: complete\ndata:\n\n")
    change = await api.client.get("/graphql", params={"query": SYNC}, headers=headers)
    assert "BAD_USER_INPUT" in change.text
