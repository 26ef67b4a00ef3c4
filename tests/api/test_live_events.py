"""Server-sent events: who gets them, and what they say of what was refused."""

import pytest

from ports.identity import Role
from tests.api.live import WATCH, events
from tests.running import Api


async def test_a_query_as_events(live: Api) -> None:
    async with events(live, "{ me { subject } }", authorization=f"Bearer {live.token(Role.CFO)}") as answer:
        heard = [event async for event in answer]
    (name, told), over = heard
    assert (name, told["data"], over) == ("next", {"me": {"subject": "test-cfo"}}, ("complete", None))


@pytest.mark.parametrize(
    ("query", "role", "code"),
    [
        ("{ nope }", Role.CFO, "GRAPHQL_VALIDATION_FAILED"),
        ("{", Role.CFO, "GRAPHQL_PARSE_FAILED"),
        ("{ me {" + " name" * 60 + "} }", Role.CFO, "QUERY_TOO_COMPLEX"),
        ("query A { me { name } } query B { me { name } }", Role.CFO, "BAD_USER_INPUT"),
        ('subscription { syncProgress(runId: "x") { id } }', Role.CFO, "BAD_USER_INPUT"),
        ('subscription { syncProgress(runId: "x") { id } }', Role.VIEWER, "FORBIDDEN"),
    ],
)
async def test_a_refusal_as_events(live: Api, query: str, role: Role, code: str) -> None:
    async with events(live, query, authorization=f"Bearer {live.token(role)}") as answer:
        (name, told), over = [event async for event in answer]
    assert answer.response.status_code == 200
    assert (name, over) == ("next", ("complete", None))
    assert told["errors"][0]["extensions"]["code"] == code


async def test_what_is_no_request_gets_no_stream(live: Api) -> None:
    headers = {"accept": "text/event-stream"}
    for given, status in (({"content": b"{"}, 400), ({"json": {"query": 1}}, 400)):
        answer = await live.client.post(
            "/graphql", headers={**headers, "content-type": "application/json"}, **given
        )
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (
            status,
            "application/json",
        )
    forged = await live.client.post(
        "/graphql", json={"query": "{me{name}}"}, headers={**headers, "authorization": "Bearer x"}
    )
    assert (forged.status_code, forged.json()["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")


async def test_urql_gets_json(live: Api) -> None:
    accept = "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed"
    answer = await live.client.post(
        "/graphql", json={"query": "{ me { subject } }"}, headers={"accept": accept}
    )
    assert answer.json()["data"] == {"me": None}


async def test_a_subscription_that_asks_for_json(live: Api) -> None:
    headers = {"authorization": f"Bearer {live.token(Role.CFO)}", "accept-language": "en"}
    body = {"query": WATCH, "variables": {"id": "x"}}
    by_post = await live.client.post("/graphql", json=body, headers=headers)
    by_get = await live.client.get("/graphql", params={"query": WATCH}, headers=headers)
    for answer in (by_post, by_get):
        assert answer.status_code == 406
        (told,) = answer.json()["errors"]
        assert told["extensions"]["code"] == "BAD_USER_INPUT"
        assert "text/event-stream" in told["message"]
