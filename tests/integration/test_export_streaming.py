"""Exports over real sockets, when the database or the client goes away in the middle."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

import httpx
import psycopg
import pytest
import uvicorn
from openpyxl.workbook.workbook import Workbook

from adapters.clock import SystemClock
from adapters.tokens import SharedSecretTokens
from bootstrap import assemble
from ports.identity import Role
from tests.integration.conftest import CUT, Outage
from tests.integration.records import until
from tests.many_payments import fill
from tests.running import SECRET, settings_for

MANY = 40_000
"""Twenty-five megabytes: far more than sockets hold, so that the server has to wait for the client."""

IN_A_QUESTION = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'FETCH%' AND state <> 'idle'
"""


@asynccontextmanager
async def served(database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """The application behind its real server, and a caller of it."""
    app = assemble(settings_for(), database_url, SECRET).app()
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None))
    serving = asyncio.create_task(server.serve())

    async def started() -> bool:
        return server.started

    await until(started)
    port = server.servers[0].sockets[0].getsockname()[1]
    tokens = SharedSecretTokens(SECRET, "roles", SystemClock())
    token = tokens.issue("ana", [Role.CFO], timedelta(hours=1))
    try:
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers={"authorization": f"Bearer {token}"}
        ) as client:
            yield client
    finally:
        server.should_exit = True
        await serving


async def asking(database_url: str) -> int:
    """How many exports have a question open."""
    async with await psycopg.AsyncConnection.connect(database_url) as connection:
        row = await (await connection.execute(IN_A_QUESTION)).fetchone()
    assert row is not None
    return int(row[0])


async def test_a_whole_file_arrives(database_url: str) -> None:
    fill(database_url, MANY)
    async with served(database_url) as client:
        listing = (await client.get("/exports/payments.json", timeout=60)).json()
    assert listing["paginacao"]["total_registros"] == len(listing["dados"]) == MANY


@pytest.mark.parametrize("format", ["json", "csv"])
async def test_a_database_lost_in_the_middle_cuts_the_connection(
    server: str, database_url: str, format: str
) -> None:
    fill(database_url, MANY)
    name = database_url.partition("?")[0].rpartition("/")[2]
    async with served(database_url) as client:
        async with client.stream("GET", f"/exports/payments.{format}", timeout=60) as answer:
            assert answer.status_code == 200
            pieces = answer.aiter_raw()
            await anext(pieces)
            assert await asking(database_url) == 1
            with psycopg.connect(server, autocommit=True) as admin:
                admin.execute(CUT, [name])
            with pytest.raises(httpx.RemoteProtocolError):
                async for _ in pieces:
                    pass
        assert (await client.get("/health/ready")).status_code == 200


@pytest.mark.parametrize("format", ["json", "csv", "xlsx"])
async def test_a_database_that_is_away_is_told(database_url: str, outage: Outage, format: str) -> None:
    async with served(database_url) as client:
        async with outage():
            answer = await client.get(f"/exports/payments.{format}", headers={"accept-language": "en"})
        (error,) = answer.json()["errors"]
        assert (answer.status_code, error["extensions"]["code"]) == (503, "INTERNAL_SERVER_ERROR")
        assert error["extensions"]["incidentId"] in error["message"]
        assert "content-disposition" not in answer.headers
        assert (await client.get(f"/exports/payments.{format}")).status_code == 200


async def test_a_database_that_is_away_when_a_workbook_comes_back(database_url: str, outage: Outage) -> None:
    book = Workbook()
    (sheet,) = book.worksheets
    sheet.append(["id", "fingerprint", "reason", "owner", "note"])
    sheet.append(["line_2026-11.DUE_DATE.code-1", "1.00 -", "TIMING"])
    book.save(saved := io.BytesIO())
    async with served(database_url) as client:
        sent = partial(client.post, "/exports/reconciliation/2026-11.xlsx", content=saved.getvalue())
        async with outage():
            answer = await sent()
        (error,) = answer.json()["errors"]
        assert (answer.status_code, error["extensions"]["code"]) == (503, "INTERNAL_SERVER_ERROR")
        assert (await sent()).headers["concilia-refused"] == "1"


@pytest.mark.parametrize("format", ["json", "xlsx"])
async def test_a_client_that_goes_away_ends_the_question(database_url: str, format: str) -> None:
    fill(database_url, MANY)
    async with served(database_url) as client:
        asked = asyncio.create_task(_first_piece(client, format))

        async def begun() -> bool:
            return await asking(database_url) == 1

        async def over() -> bool:
            return await asking(database_url) == 0

        await until(begun)
        asked.cancel()
        await asyncio.wait([asked])
        await until(over, seconds=5)


async def _first_piece(client: httpx.AsyncClient, format: str) -> None:
    async with client.stream("GET", f"/exports/payments.{format}", timeout=60) as answer:
        await anext(answer.aiter_raw())
        await asyncio.Event().wait()


async def test_exports_leave_connections_to_others(database_url: str) -> None:
    fill(database_url, MANY)
    async with served(database_url) as client:
        waiting = [asyncio.create_task(_first_piece(client, "json")) for _ in range(12)]

        async def crowded() -> bool:
            return await asking(database_url) == 3

        await until(crowded)
        query = {"query": "{ payments(first: 1) { nodes { codigo } } }"}
        answer = await client.post("/graphql", json=query, timeout=5)
        assert "errors" not in answer.json()
        assert await crowded()
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting)
