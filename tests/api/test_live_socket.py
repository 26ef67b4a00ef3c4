"""graphql-transport-ws on a real port, rule by rule."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from adapters.claims import LEEWAY
from graphql_api.live import session
from ports.identity import Role
from tests.api.live import WATCH, socket
from tests.running import Api

ME = "{ me { subject roles } }"
CREATE = 'mutation { createClient(input: {name: "Padaria"}) { ...on Client { name } } }'


def token(api: Api, lifetime: timedelta, role: Role = Role.CFO) -> str:
    return f"Bearer {api._tokens.issue('test', [role], lifetime)}"


async def test_queries_and_changes(live: Api) -> None:
    async with socket(live, role=Role.CFO) as line:
        await line.ask("1", ME)
        me = {"me": {"subject": "test-cfo", "roles": ["CFO"]}}
        told, over = await line.until_over("1")
        assert (told["payload"]["data"], over) == (me, {"id": "1", "type": "complete"})
        # The id is free again.
        await line.ask("1", CREATE)
        made, over = await line.until_over("1")
        assert made["payload"]["data"] == {"createClient": {"name": "Padaria"}}
        assert over["type"] == "complete"


async def test_operations_do_not_wait_for_each_other(live: Api) -> None:
    async with socket(live, role=Role.CFO) as line:
        for n in range(20):
            await line.ask(str(n), "{ clients { totalCount } }")
        heard = [await line.hear() for _ in range(40)]
    assert {message["id"] for message in heard if message["type"] == "complete"} == set(map(str, range(20)))


async def test_pings(live: Api) -> None:
    async with socket(live) as line:
        # Also before the greetings.
        await line.say(type="ping", payload={"any": 1})
        assert await line.hear() == {"type": "pong"}
        await line.say(type="pong")
        await line.enter()
        await line.say(type="ping")
        assert await line.hear() == {"type": "pong"}


@pytest.mark.parametrize(
    ("query", "role", "code"),
    [
        ("{", Role.CFO, "GRAPHQL_PARSE_FAILED"),
        ("{ nope }", Role.CFO, "GRAPHQL_VALIDATION_FAILED"),
        ("query A { me { name } } query B { me { name } }", Role.CFO, "BAD_USER_INPUT"),
        ("fragment F on Query { me { name } }", Role.CFO, "BAD_USER_INPUT"),
        ("", Role.CFO, "BAD_USER_INPUT"),
        ('subscription { syncProgress(runId: "sync_1") { id } }', Role.CFO, "BAD_USER_INPUT"),
        (
            'subscription { syncProgress(runId: "sync_01939f3c5c2d7d8a8f5b3c1d2e3f4a5b") { id } }',
            Role.ADMIN,
            "BAD_USER_INPUT",
        ),
        ('subscription { syncProgress(runId: "x") { id } }', Role.FINANCE, "FORBIDDEN"),
        ('subscription { syncProgress(runId: "x") { id } }', Role.VIEWER, "FORBIDDEN"),
    ],
)
async def test_an_operation_that_is_refused(live: Api, query: str, role: Role, code: str) -> None:
    async with socket(live, role=role) as line:
        await line.ask("1", query)
        (told,) = await line.until_over("1")
        assert told["type"] == "error"
        assert [error["extensions"]["code"] for error in told["payload"]] == [code]
        # The connection and the others on it go on.
        await line.ask("1", ME)
        assert len(await line.until_over("1")) == 2


async def test_variables_that_do_not_fit(live: Api) -> None:
    async with socket(live, role=Role.CFO) as line:
        for given in ({"a": 1}, ["a", "b"], None, 1.5):
            await line.ask("1", WATCH, {"id": given})
            (told,) = await line.until_over("1")
            assert told["payload"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_without_a_token(live: Api) -> None:
    async with socket(live) as line:
        await line.enter()
        await line.ask("1", ME)
        assert (await line.until_over("1"))[0]["payload"]["data"] == {"me": None}
        await line.ask("2", WATCH, {"id": "x"})
        (told,) = await line.until_over("2")
        assert told["payload"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_the_languages_of_errors(live: Api) -> None:
    async with socket(live, additional_headers={"accept-language": "en"}) as line:
        await line.enter()
        await line.ask("1", WATCH, {"id": "x"})
        assert (await line.until_over("1"))[0]["payload"][0]["message"] == "A valid bearer token is needed."
    async with socket(live, additional_headers={"accept-language": "en"}) as line:
        await line.enter(**{"Accept-Language": "pt-BR"})
        await line.ask("1", WATCH, {"id": "x"})
        assert (await line.until_over("1"))[0]["payload"][0]["message"] == "É preciso um token válido."


async def test_a_token_in_the_headers_of_the_handshake(live: Api) -> None:
    headers = {"authorization": token(live, timedelta(hours=1))}
    async with socket(live, additional_headers=headers) as line:
        await line.enter()
        await line.ask("1", ME)
        assert (await line.until_over("1"))[0]["payload"]["data"]["me"]["roles"] == ["CFO"]


@pytest.mark.parametrize("authorization", ["Bearer x.y.z", "Basic abc", "", 7, ["Bearer"], None])
async def test_a_token_that_is_none(live: Api, authorization: Any) -> None:
    async with socket(live) as line:
        await line.say(type="connection_init", payload={"authorization": authorization})
        if authorization is None:
            assert await line.hear() == {"type": "connection_ack"}
        else:
            assert await line.fate() == 4403


async def test_a_token_expires_in_mid_stream(live: Api) -> None:
    async with socket(live) as line:
        await line.enter(authorization=token(live, timedelta(seconds=1.5) - LEEWAY))
        await line.ask("1", ME)
        assert len(await line.until_over("1")) == 2
        async with asyncio.timeout(4):
            assert await line.fate() == 4403


async def test_greetings_come_within_a_time(live: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "INIT_SECONDS", 0.2)
    async with socket(live) as line:
        assert await line.fate() == 4408
    async with socket(live) as line:
        await line.enter()
        await asyncio.sleep(0.4)
        await line.say(type="ping")
        assert await line.hear() == {"type": "pong"}


async def test_greetings_come_once(live: Api) -> None:
    async with socket(live, role=Role.CFO) as line:
        await line.say(type="connection_init")
        assert await line.fate() == 4429


async def test_no_operation_before_the_greetings(live: Api) -> None:
    async with socket(live) as line:
        await line.ask("1", ME)
        assert await line.fate() == 4401


@pytest.mark.parametrize(
    "message",
    [
        "",
        "nonsense",
        "null",
        "[]",
        "{}",
        '{"type": "start", "id": "1", "payload": {"query": "{me{name}}"}}',
        '{"type": 1}',
        '{"type": "subscribe"}',
        '{"type": "subscribe", "id": 1, "payload": {"query": "{me{name}}"}}',
        '{"type": "subscribe", "id": "1"}',
        '{"type": "subscribe", "id": "1", "payload": {"query": 1}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{me{name}}", "variables": []}}',
        '{"type": "complete"}',
        '{"type": "ping", "payload": 1}',
        '{"type":' * 50_000,
        b"{}",
    ],
    ids=lambda message: repr(message[:60]),
)
async def test_what_is_no_message(live: Api, message: str | bytes) -> None:
    async with socket(live, role=Role.CFO) as line:
        await line.connection.send(message)
        assert await line.fate() == 4400


async def test_a_message_has_its_limit(live: Api) -> None:
    async with socket(live, role=Role.CFO) as line:
        await line.ask("1", ME, {"unused": "x" * 1_000_000})
        assert len(await line.until_over("1")) == 2
        await line.ask("1", f"{ME}#{'x' * 1_100_000}")
        assert await line.fate() == 1009


async def test_the_limits_hold_on_a_socket_too(live: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """And a flood of what they refuse is refused itself, until there is room again."""
    monkeypatch.setattr(session, "AT_ONCE", 3)
    aliases = "{" + " ".join(f"a{n}: __typename" for n in range(60)) + "}"
    async with socket(live, role=Role.CFO) as line:
        for n in range(5):
            await line.ask(str(n), f"# {n}\n{aliases}")
        errors = [(await line.hear())["payload"][0]["extensions"] for _ in range(5)]
        assert sorted(error["code"] for error in errors) == [
            *["BAD_USER_INPUT"] * 2,
            *["QUERY_TOO_COMPLEX"] * 3,
        ]
        assert [error["limit"] for error in errors if "limit" in error] == ["aliases"] * 3
        await line.ask("5", ME)
        assert len(await line.until_over("5")) == 2


async def test_another_protocol(live: Api) -> None:
    for spoken in (None, ["graphql-ws"]):
        async with socket(live, subprotocols=spoken) as line:
            assert await line.fate() == 4406


async def test_pages_of_other_origins(live: Api) -> None:
    own = str(live.client.base_url).rstrip("/")
    for origin in (own, "https://panel.example"):
        async with socket(live, role=Role.CFO, origin=origin):
            pass
    for origin in ("https://elsewhere.example", "null", own.replace("http", "ftp") + "0"):
        with pytest.raises(InvalidStatus, match="403"):
            async with socket(live, origin=origin):
                pass
