"""The door of the ERP's messages: who may come in, and what is kept of what they bring."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import psycopg
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bootstrap import Assembly
from ports.erp import Entity
from ports.rereads import Reread
from ports.work import Duty, OpenWork
from tests.running import TestClock, running_assembly, settings_for
from tests.webhooks import CLIENT, DELETED, RECEIVABLE, TITLE, message, settled

TOKEN = "a-token-that-nobody-guesses"
DOOR = f"/webhooks/omie/{TOKEN}"
ALTERED = "Financas.ContaReceber.Alterado"
KEPT = "SELECT source, entity, external_id FROM erp_rereads ORDER BY entity, external_id"
MESSAGES = "SELECT count(*) FROM erp_webhook_messages"


def settings(**changes: Any) -> Any:
    return settings_for(omie_webhook_token=SecretStr(TOKEN), **changes)


@pytest.fixture
async def hooked(database_url: str, clock: TestClock) -> AsyncIterator[Assembly]:
    """The application without a worker: what is kept stays to be looked at."""
    async with running_assembly(settings(), database_url, clock) as assembly:
        yield assembly


@pytest.fixture
async def caller(hooked: Assembly) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(hooked) as client:
        yield client


def calling(assembly: Assembly) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(assembly.app()), base_url="http://test")


async def kept(assembly: Assembly) -> list[Reread]:
    async with assembly.engine.connect() as connection:
        rows = await connection.execute(text(KEPT))
        return [Reread(source, Entity[entity], external_id) for source, entity, external_id in rows]


async def remembered(assembly: Assembly) -> int:
    async with assembly.engine.connect() as connection:
        return int((await connection.execute(text(MESSAGES))).scalar_one())


def code_of(answer: httpx.Response) -> str:
    return str(answer.json()["errors"][0]["extensions"]["code"])


async def test_a_ping(caller: httpx.AsyncClient, hooked: Assembly) -> None:
    answer = await caller.post(DOOR, json={"ping": "omie"})
    assert (answer.status_code, answer.json()) == (200, {"pong": "omie"})
    assert await kept(hooked) == []


async def test_records_that_messages_name_are_to_be_read_again(
    caller: httpx.AsyncClient, hooked: Assembly
) -> None:
    for topic, event in (
        (ALTERED, RECEIVABLE),
        ("Financas.ContaReceber.BaixaRealizada", settled("conta_a_receber", 11, 12)),
        ("Financas.ContaPagar.Excluido", DELETED),
        ("ClienteFornecedor.Alterado", CLIENT),
    ):
        answer = await caller.post(DOOR, json=message(topic, event))
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert await kept(hooked) == [
        Reread("demo", Entity.CLIENT, "7410258963"),
        Reread("demo", Entity.PAYABLE, str(TITLE)),
        Reread("demo", Entity.RECEIVABLE, "11"),
        Reread("demo", Entity.RECEIVABLE, "12"),
        Reread("demo", Entity.RECEIVABLE, str(TITLE)),
    ]
    assert await remembered(hooked) == 4


@pytest.mark.parametrize(
    ("topic", "event"),
    [
        (ALTERED, "Contas a receber"),
        ("VendaProduto.Incluida", {"codigo_lancamento_omie": 1}),
        ("Financas.ContaCorrente.Lancamento.Incluido", {"nCodLanc": 1}),
    ],
)
async def test_other_messages_are_accepted_and_ignored(
    caller: httpx.AsyncClient, hooked: Assembly, topic: str, event: object
) -> None:
    assert (await caller.post(DOOR, json=message(topic, event))).status_code == 200
    assert (await kept(hooked), await remembered(hooked)) == ([], 0)


async def test_a_message_that_comes_again_changes_nothing(
    caller: httpx.AsyncClient, hooked: Assembly
) -> None:
    sent = message(ALTERED, RECEIVABLE)
    answers = await asyncio.gather(*(caller.post(DOOR, json=sent) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    reread = Reread("demo", Entity.RECEIVABLE, str(TITLE))
    assert (await kept(hooked), await remembered(hooked)) == ([reread], 1)
    async with hooked.get(OpenWork)(duty=Duty.SYNC) as work:
        await work.rereads.done(reread, datetime.now(UTC))
        await work.commit()
    assert (await caller.post(DOOR, json=sent)).status_code == 200
    assert await kept(hooked) == []
    assert (await caller.post(DOOR, json=message(ALTERED, RECEIVABLE))).status_code == 200
    assert await kept(hooked) == [reread]


@pytest.mark.parametrize(
    "path",
    [f"/webhooks/omie/{TOKEN}x", "/webhooks/omie/ã%FF", f"/webhooks/omie/{TOKEN.upper()}", "/webhooks/omie/"],
)
async def test_a_wrong_token_meets_what_any_unknown_address_meets(
    caller: httpx.AsyncClient, hooked: Assembly, path: str
) -> None:
    answer = await caller.post(path, json=message(ALTERED, RECEIVABLE))
    unknown = await caller.post("/nowhere")
    assert (answer.status_code, answer.content) == (404, unknown.content)
    assert await kept(hooked) == []


async def test_without_a_token_there_is_no_door(database_url: str, clock: TestClock) -> None:
    async with running_assembly(settings_for(), database_url, clock) as assembly, calling(assembly) as caller:
        for path in (DOOR, "/webhooks/omie/None", "/webhooks/omie/"):
            assert (await caller.post(path, json={"ping": "omie"})).status_code == 404


async def test_without_an_erp_there_is_no_door(database_url: str, clock: TestClock) -> None:
    without = settings(database_url=SecretStr(database_url))
    async with running_assembly(without, database_url, clock) as assembly, calling(assembly) as caller:
        assert (await caller.post(DOOR, json={"ping": "omie"})).status_code == 404


async def test_the_configured_account_alone_is_heard(database_url: str, clock: TestClock) -> None:
    keys = {"omie_app_key": SecretStr("1234567890123"), "omie_app_secret": SecretStr("s")}
    async with running_assembly(settings(**keys), database_url, clock) as ours, calling(ours) as caller:
        foreign = await caller.post(DOOR, json=message(ALTERED, RECEIVABLE))
        assert (foreign.status_code, code_of(foreign)) == (403, "FORBIDDEN")
        assert await kept(ours) == []
        mine = message(ALTERED, RECEIVABLE, appKey="1234567890123")
        assert (await caller.post(DOOR, json=mine)).status_code == 200
        assert await kept(ours) == [Reread("omie", Entity.RECEIVABLE, str(TITLE))]


async def test_a_foreign_message_leaves_nothing(caller: httpx.AsyncClient, hooked: Assembly) -> None:
    sent = message(ALTERED, RECEIVABLE, appKey="999")
    answer = await caller.post(DOOR, json=sent, headers={"accept-language": "en"})
    assert (answer.status_code, code_of(answer)) == (403, "FORBIDDEN")
    assert answer.json()["errors"][0]["message"] == "The message is of another account."
    assert (await kept(hooked), await remembered(hooked)) == ([], 0)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'"omie"'])
async def test_what_is_no_message(caller: httpx.AsyncClient, body: bytes) -> None:
    answer = await caller.post(DOOR, content=body)
    assert (answer.status_code, code_of(answer)) == (400, "BAD_USER_INPUT")


async def test_a_body_is_limited(caller: httpx.AsyncClient, hooked: Assembly) -> None:
    """Just below the limit it is taken, with every record that it names."""
    many = settled("conta_a_receber", *range(1, 3001))
    whole = json.dumps(message("Financas.ContaReceber.BaixaRealizada", many)).encode()
    begun = time.monotonic()
    assert (await caller.post(DOOR, content=whole.ljust(1024**2))).status_code == 200
    assert time.monotonic() - begun < 3
    assert len(await kept(hooked)) == 3000
    answer = await caller.post(DOOR, content=whole.ljust(1024**2 + 1))
    assert (answer.status_code, code_of(answer)) == (413, "BAD_USER_INPUT")
    assert "1 MiB" in answer.json()["errors"][0]["message"]


async def test_only_post(caller: httpx.AsyncClient) -> None:
    assert (await caller.get(DOOR)).status_code == 405


async def test_without_the_database_omie_is_to_deliver_again(
    server: str, database_url: str, caller: httpx.AsyncClient, hooked: Assembly
) -> None:
    sent, name = message(ALTERED, RECEIVABLE), database_url.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        admin.execute(
            "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        try:
            answer = await caller.post(DOOR, json=sent)
        finally:
            admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
    assert (answer.status_code, code_of(answer)) == (503, "INTERNAL_SERVER_ERROR")
    assert (await caller.post(DOOR, json=sent)).status_code == 200
    assert len(await kept(hooked)) == 1


async def test_a_database_that_hangs_does_not_keep_omie_waiting(
    database_url: str, caller: httpx.AsyncClient, hooked: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graphql_api.webhooks.PATIENCE", 0.3)
    sent = message(ALTERED, RECEIVABLE)
    with psycopg.connect(database_url) as holder:
        holder.execute("LOCK TABLE erp_rereads")
        answer = await caller.post(DOOR, json=sent)
    assert (answer.status_code, code_of(answer)) == (503, "INTERNAL_SERVER_ERROR")
    assert (await caller.post(DOOR, json=sent)).status_code == 200
    assert len(await kept(hooked)) == 1


async def test_neither_token_nor_key_nor_body_is_logged(
    caller: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    for sent in (message(ALTERED, {}), message(ALTERED, RECEIVABLE, appKey="999"), {"ping": "omie"}):
        await caller.post(DOOR, json=sent)
    printed = capsys.readouterr()
    told = "".join(
        f"{record.getMessage()}" for record in caplog.records if record.name not in ("httpx", "httpcore")
    )
    told += printed.out + printed.err
    assert "webhook.names_nothing" in told
    assert not [secret for secret in (TOKEN, "1000000000001", "maria@") if secret in told]
