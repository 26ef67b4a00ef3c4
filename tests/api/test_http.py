"""The door: what is no GraphQL request is refused with a code before anything runs."""

from time import process_time

import pytest

from ports.identity import Role
from tests.running import Api

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"1",
        b"true",
        b'"text"',
        b"[]",
        b"[" + b",".join([b'{"query": "{me{subject}}"}'] * 10_000) + b"]",
        b"{",
        b"\xff\xfe",
        b'{"query": "\xc3\x28"}',
        b'{"query": NaN}',
        b"1" * 100_000,
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"query": 1}',
        b'{"query": null}',
        b'{"query": "{me{subject}}", "variables": 3}',
        b'{"query": "{me{subject}}", "operationName": {}}',
        b'{"query": "{me{subject}}", "extensions": []}',
    ],
    ids=lambda body: repr(body[:40]),
)
async def test_a_body_that_is_no_request(shared_api: Api, body: bytes) -> None:
    answer = await shared_api.client.post("/graphql", content=body, headers=JSON)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert "data" not in answer.json()


async def test_a_body_over_the_limit(shared_api: Api) -> None:
    answer = await shared_api.client.post("/graphql", content=b'{"query":"' + b"x" * 17_000_000, headers=JSON)
    assert answer.status_code == 413


async def test_only_json_bodies_are_read(shared_api: Api) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = await shared_api.client.post("/graphql", content=b"{}", headers={"content-type": kind})
        assert answer.status_code == 415


async def test_queries_by_get_and_changes_by_post_only(shared_api: Api) -> None:
    query = await shared_api.client.get("/graphql", params={"query": "{me{subject}}", "variables": "{}"})
    assert query.json()["data"] == {"me": None}
    change = await shared_api.client.get("/graphql", params={"query": "mutation{syncErp{__typename}}"})
    assert change.status_code == 405
    broken = await shared_api.client.get("/graphql", params={"query": "{me{subject}}", "variables": "["})
    assert broken.status_code == 400


async def test_the_media_type_asked_for_decides_the_status(shared_api: Api) -> None:
    modern = {"accept": "application/graphql-response+json, application/json;q=0.9"}
    for headers, status, kind in (
        (modern, 400, "application/graphql-response+json"),
        ({}, 200, "application/json"),
    ):
        answer = await shared_api.client.post("/graphql", json={"query": "{ nope }"}, headers=headers)
        assert answer.status_code == status
        assert answer.headers["content-type"].startswith(kind)
        assert answer.headers["cache-control"] == "no-store"
        assert "data" not in answer.json()


@pytest.mark.parametrize("header", ["Basic abc", "Bearer", "Bearer x.y.z", "Bearer ", "nonsense"])
async def test_a_bad_token_is_unauthenticated(shared_api: Api, header: str) -> None:
    answer = await shared_api.client.post(
        "/graphql", json={"query": "{me{subject}}"}, headers={"authorization": header}
    )
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_an_unknown_operation_name(shared_api: Api) -> None:
    for asked in (
        {"query": "query A{me{subject}}", "operationName": "B"},
        {"query": "fragment F on Query{me{name}}"},
    ):
        answer = await shared_api.client.post("/graphql", json=asked)
        assert answer.json()["errors"][0]["extensions"]["code"] in (
            "BAD_USER_INPUT",
            "GRAPHQL_VALIDATION_FAILED",
        )


async def test_several_operations_and_none_named_run_nothing(shared_api: Api) -> None:
    several = 'mutation A { createClient(input: {name: "A"}) { __typename } } query B { me { name } }'
    token = shared_api.token(Role.CFO)
    headers = {"authorization": f"Bearer {token}"}
    unnamed = await shared_api.client.post("/graphql", json={"query": several}, headers=headers)
    assert unnamed.status_code == 400
    assert unnamed.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    named = {"query": several, "operationName": "B"}
    answer = await shared_api.client.post("/graphql", json=named, headers=headers)
    assert answer.json()["data"] == {"me": {"name": "test-cfo"}}
    assert await shared_api.data("{ clients { totalCount } }") == {"clients": {"totalCount": 0}}
    broken = {"query": "query A{me{name}} query B{"}
    refused = await shared_api.client.post("/graphql", json=broken, headers=headers)
    assert refused.json()["errors"][0]["extensions"]["code"] == "GRAPHQL_PARSE_FAILED"


async def test_probes(shared_api: Api) -> None:
    assert (await shared_api.client.get("/health/live")).json() == {"status": "ok"}
    assert (await shared_api.client.get("/health/ready")).json() == {"status": "ok"}


async def test_the_page_names_no_other_host(shared_api: Api) -> None:
    page = await shared_api.client.get("/graphql", headers={"accept": "text/html,*/*;q=0.8"})
    assert page.status_code == 200
    assert "http://" not in page.text
    assert "https://" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_an_inner_fault_is_masked_and_can_be_found_in_the_log(
    shared_api: Api, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise ZeroDivisionError("an inside that nobody may see")

    monkeypatch.setattr("graphql_api.operations.caller.find_node", broken)
    answer = await shared_api.send('{ node(id: "x") { id } }', role=Role.ADMIN)
    told = answer["errors"][0]
    assert told["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert "inside" not in str(answer)
    logged = capsys.readouterr()
    assert told["extensions"]["incidentId"] in logged.out + logged.err


async def test_other_pages_may_ask_only_when_listed(live: Api) -> None:
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "authorization"}
    for origin, welcome in (("https://panel.example", True), ("https://elsewhere.example", False)):
        preflight = await live.client.options("/graphql", headers={**asked, "origin": origin})
        assert (preflight.status_code == 200) is welcome
        answer = await live.client.post(
            "/graphql", json={"query": "{ __typename }"}, headers={"origin": origin}
        )
        assert (answer.headers.get("access-control-allow-origin") == origin) is welcome
        assert "access-control-allow-credentials" not in answer.headers


async def test_a_large_answer_is_compressed(shared_api: Api) -> None:
    large = {"query": "{ __schema { types { name description } } }"}
    answer = await shared_api.client.post("/graphql", json=large, headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert {"accept", "authorization", "accept-encoding"} <= {
        name.strip().lower() for name in answer.headers["vary"].split(",")
    }
    assert len(answer.json()["data"]["__schema"]["types"]) > 50
    plain = await shared_api.client.post("/graphql", json=large, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers


async def test_ugly_bodies_cost_little(shared_api: Api) -> None:
    began = process_time()
    for body in (b"null", b"7", b"\xff\xfe", b"[" * 100_000, b'{"query":"' + b"x" * 30_000_000):
        answer = await shared_api.client.post("/graphql", content=body, headers=JSON)
        assert 400 <= answer.status_code < 500
        assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert process_time() - began < 0.5
