"""What asks for too much is refused with its figure, at once; what is merely large is not."""

import asyncio
import json
from collections.abc import AsyncIterator
from time import process_time
from typing import Any

import httpx
import psycopg
import pytest
from graphql import get_introspection_query, get_named_type, is_leaf_type
from sqlalchemy import text

from bootstrap import assemble
from graphql_api.context import Context
from graphql_api.limits import budgets
from graphql_api.limits.budgets import BUDGETS, NOBODY, Limit
from graphql_api.schema import build_schema
from ports.identity import Role
from tests.api.documents import RECEIVABLE
from tests.conftest import new_database
from tests.running import SECRET, Api, running_server, settings_for

FRAGMENTS = " ".join(f"fragment f{n} on Viewer {{ name ...f{n + 1} ...f{n + 1} }}" for n in range(80))
BOMB = "{ me { ...f0 } } " + FRAGMENTS + " fragment f80 on Viewer { name }"
DIRECTIVES = "@skip(if: false) " * 200
CLIENTS = "clients(first: 1000) { nodes { contracts(first: 1000) { nodes { client { contracts(first: 1000) { nodes { title } } } } } } }"


def fields_of(name: str, depth: int) -> str:
    """All fields of a type, and of the types below it, to this depth."""
    chosen = []
    kind: Any = build_schema().core.type_map[name]
    for field, it in kind.fields.items():
        below: Any = get_named_type(it.type)
        if is_leaf_type(below):
            chosen.append(field)
        elif depth and hasattr(below, "fields"):
            chosen.append(f"{field} {{ {fields_of(below.name, depth - 1)} }}")
    return " ".join(chosen)


@pytest.mark.parametrize(
    ("query", "limit"),
    [
        (BOMB, "cost"),
        ("{ me { name " + DIRECTIVES + "} }", "directives"),
        ("{" + " ".join(f"a{n}: __typename" for n in range(10_000)) + "}", "length"),
        ("{" + " ".join(f"a{n}: __typename" for n in range(1_000)) + "}", "tokens"),
        ("{" + " ".join(f"a{n}: __typename" for n in range(60)) + "}", "aliases"),
        ("{ me {" + " name" * 60 + "} }", "repeats"),
        ("{" + " ".join(["me { name }"] * 21) + "}", "rootFields"),
        ("{" + "...{" * 160 + "__typename" + "}" * 160 + "}", "depth"),
        ("{ __type(name: Query) {" + "ofType {" * 30 + "name" + "}" * 32, "depth"),
        ("{" + CLIENTS + "}", "cost"),
        (
            "{ __typename } " + " ".join(f"fragment f{n} on Query {{ __typename }}" for n in range(101)),
            "fragments",
        ),
    ],
    ids=lambda value: f"{len(value)}",
)
async def test_too_much_is_refused_by_its_figure(shared_api: Api, query: str, limit: str) -> None:
    began = process_time()
    error = (await shared_api.send(query))["errors"][0]
    assert process_time() - began < 3
    told = error["extensions"]
    assert (told["code"], told["limit"]) == ("QUERY_TOO_COMPLEX", limit)
    assert told["figure"] > told["allowed"]
    assert str(told["figure"]) in error["message"]
    assert str(told["allowed"]) in error["message"]


@pytest.mark.parametrize(
    ("variables", "limit"),
    [
        ({"f": {"externalId": ["x"] * 10_000}}, "list"),
        ({"f": {"situacao": ["VENCIDO"] * 1_001}}, "list"),
        ({"f": None, "other": [[{}] * 6_001]}, "list"),
        ({"f": None, "other": [[0] * 1_000] * 501}, "values"),
    ],
)
async def test_too_long_lists_are_refused(shared_api: Api, variables: dict[str, Any], limit: str) -> None:
    asked = "query($f: PaymentFilter) { payments(filter: $f) { totalCount } }"
    told = (await shared_api.send(asked, variables))["errors"][0]["extensions"]
    assert (told["code"], told["limit"]) == ("QUERY_TOO_COMPLEX", limit)


async def test_of_many_errors_some_are_told(shared_api: Api) -> None:
    fields = " ".join(f"nam{n}" for n in range(100))
    errors = (await shared_api.send(f"{{ me {{ {fields} }} }}"))["errors"]
    assert len(errors) == 21
    assert {error["extensions"]["code"] for error in errors} == {"GRAPHQL_VALIDATION_FAILED"}
    assert "name" in errors[0]["message"]
    assert errors[-1]["message"].startswith("Too many validation errors")


async def test_fragments_that_lead_to_themselves_are_for_validation(shared_api: Api) -> None:
    circle = "{ me { ...A } } fragment A on Viewer { name ...B } fragment B on Viewer { ...A }"
    assert await shared_api.code(circle) == "GRAPHQL_VALIDATION_FAILED"
    error = (await shared_api.send("{ ...Nope }"))["errors"][0]
    assert error["message"] == "Unknown fragment 'Nope'."


@pytest.mark.parametrize("role", list(Role))
async def test_every_role_reads_a_thousand_payments_with_all_their_fields(
    shared_api: Api, role: Role
) -> None:
    query = f"query($n: Int = 1000) {{ payments(first: $n) {{ totalCount edges {{ cursor }} nodes {{ {fields_of('Payment', 2)} }} }} }}"
    answer = await shared_api.send(query, role=role)
    cost = answer["extensions"]["cost"]
    assert cost["allowed"] == BUDGETS[role]
    assert 100_000 < cost["requested"] <= cost["allowed"]
    assert answer["data"]["payments"]["totalCount"] == 0


async def test_five_thousand_full_rows_fit(shared_api: Api) -> None:
    row = {
        **RECEIVABLE,
        "descricao": "x",
        "atributos": [{"chave": f"k{n}", "valor": "v" * 40} for n in range(20)],
    }
    query = f"mutation($i: [PaymentInput!]!) {{ createPayments(inputs: $i) {{ ...on BulkPaymentResult {{ created rows {{ payment {{ {fields_of('Payment', 1)} }} refusal {{ code message fields {{ path code message }} }} }} }} }} }}"
    inputs = [row] * 5_000
    assert 8 * 1024**2 < len(json.dumps({"query": query, "variables": {"i": inputs}})) < 16 * 1024**2
    # Faulty rows, so that this test writes nothing and is not slow.
    made = (await shared_api.data(query, {"i": inputs}, role=Role.FINANCE))["createPayments"]
    assert (made["created"], len(made["rows"])) == (0, 5_000)


async def test_introspection_is_within_what_nobody_may_ask(shared_api: Api) -> None:
    answer = await shared_api.send(get_introspection_query(), role=None)
    assert answer["extensions"]["cost"]["allowed"] == NOBODY
    assert "errors" not in answer


async def test_a_stranger_sends_less(shared_api: Api) -> None:
    body = json.dumps({"query": "{ me { name } }", "variables": {"x": "y" * 2_000_000}})
    headers = {"content-type": "application/json"}
    refused = await shared_api.client.post("/graphql", content=body, headers=headers)
    assert refused.status_code == 413
    headers["authorization"] = f"Bearer {shared_api.token(Role.VIEWER)}"
    read = await shared_api.client.post("/graphql", content=body, headers=headers)
    assert read.json()["data"] == {"me": {"name": "test-viewer"}}


async def test_a_large_body_is_refused_before_it_is_sent(live: Api) -> None:
    _, port = str(live.client.base_url).rsplit(":", 1)
    reader, writer = await asyncio.open_connection("127.0.0.1", int(port.strip("/")))
    writer.write(
        b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 31457280\r\n\r\n{"
    )
    async with asyncio.timeout(2):
        assert b" 413 " in await reader.readline()
    writer.close()


async def test_who_leaves_before_the_body_is_sent_is_no_incident(
    live: Api, caplog: pytest.LogCaptureFixture
) -> None:
    _, port = str(live.client.base_url).rsplit(":", 1)
    for origin in (b"", b"origin: http://x\r\n"):
        _, writer = await asyncio.open_connection("127.0.0.1", int(port.strip("/")))
        writer.write(
            b"POST /graphql HTTP/1.1\r\nhost: x\r\n" + origin + b"content-type: application/json\r\n"
            b"content-length: 100\r\n\r\n{"
        )
        await asyncio.sleep(0.1)
        writer.close()
        await writer.wait_closed()
    await live.send("{ me { name } }")
    await asyncio.sleep(0.1)
    assert [one.getMessage() for one in caplog.records if one.levelname == "ERROR"] == []


async def test_a_slow_body_is_given_up(shared_api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphql_api.request.PATIENCE", 0.05)

    async def drop_by_drop() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.02)

    answer = await shared_api.client.post(
        "/graphql", content=drop_by_drop(), headers={"content-type": "application/json"}
    )
    assert answer.status_code == 408
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


class Slow:
    """A question that Postgres takes long to answer, and whether it is still at it."""

    def __init__(self, address: str) -> None:
        self.address = address

    async def __call__(self, context: Context, node_id: str) -> None:
        async with context.open_work() as work:
            await work._connection.execute(text("SELECT pg_sleep(20)"))  # type: ignore[attr-defined]

    async def asked(self) -> bool:
        async with await psycopg.AsyncConnection.connect(self.address, autocommit=True) as connection:
            found = await connection.execute(
                "SELECT FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(20)' AND state = 'active'"
            )
            return found.rowcount > 0

    async def until(self, *, asked: bool) -> None:
        async with asyncio.timeout(5):
            while await self.asked() is not asked:  # noqa: ASYNC110
                await asyncio.sleep(0.02)


@pytest.fixture
async def slow(server: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Api, Slow]]:
    address = new_database(server)
    question = Slow(address)
    monkeypatch.setattr("graphql_api.operations.caller.find_node", question)
    async with running_server(assemble(settings_for(), address, SECRET)) as api:
        yield api, question


async def test_what_takes_too_long_is_ended(slow: tuple[Api, Slow], monkeypatch: pytest.MonkeyPatch) -> None:
    api, question = slow
    monkeypatch.setitem(budgets.ALLOWED, Limit.SECONDS, 0.3)
    answer = await api.send('{ node(id: "x") { id } }')
    told = answer["errors"][0]["extensions"]
    assert (told["code"], told["limit"]) == ("QUERY_TOO_COMPLEX", "seconds")
    await question.until(asked=False)


async def test_a_client_that_leaves_ends_its_question(slow: tuple[Api, Slow]) -> None:
    api, question = slow
    asking = asyncio.create_task(api.send('{ node(id: "x") { id } }'))
    await question.until(asked=True)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await question.until(asked=False)
    with pytest.raises(httpx.ReadTimeout):
        await api.client.get(
            "/graphql",
            params={"query": '{ node(id: "x") { id } }'},
            headers={"authorization": f"Bearer {api.token(Role.CFO)}"},
            timeout=0.5,
        )
    await question.until(asked=False)
