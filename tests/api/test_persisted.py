"""Documents by hash (APQ, as Apollo's link speaks it) and by the ids of a manifest."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from bootstrap import assemble
from graphql_api.persisted import read_manifest
from settings import Settings
from tests.api.live import socket
from tests.conftest import new_database
from tests.running import SECRET, Api, running_api, settings_for

ME = "query Me { me { subject } }"
HASH = sha256(ME.encode()).hexdigest()
MODERN = {"accept": "application/graphql-response+json"}


def by_hash(given: str = HASH, **more: Any) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": given}}, **more}


async def ask(api: Api, body: dict[str, Any]) -> Any:
    return (await api.client.post("/graphql", json=body)).json()


def code(answer: Any) -> str:
    return str(answer["errors"][0]["extensions"]["code"])


async def test_a_document_is_registered_by_its_hash(shared_api: Api) -> None:
    unknown = await shared_api.client.post("/graphql", json=by_hash(), headers=MODERN)
    assert unknown.status_code == 400
    assert unknown.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    assert code(unknown.json()) == "PERSISTED_QUERY_NOT_FOUND"
    assert (await shared_api.client.post("/graphql", json=by_hash())).status_code == 200
    assert (await ask(shared_api, by_hash(query=ME)))["data"] == {"me": None}
    assert (await ask(shared_api, by_hash()))["data"] == {"me": None}
    extensions = json.dumps(by_hash()["extensions"])
    by_get = await shared_api.client.get("/graphql", params={"extensions": extensions})
    assert by_get.json()["data"] == {"me": None}


async def test_a_hash_must_be_that_of_the_document(shared_api: Api) -> None:
    other = by_hash("0" * 64)
    assert code(await ask(shared_api, {**other, "query": ME})) == "BAD_USER_INPUT"
    assert code(await ask(shared_api, other)) == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize("odd", [None, 3, {}, {"sha256Hash": 4}, []])
async def test_odd_extensions_are_none(shared_api: Api, odd: Any) -> None:
    answer = await ask(shared_api, {"extensions": {"persistedQuery": odd}})
    assert code(answer) == "BAD_USER_INPUT"


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    file = tmp_path / "manifest.json"
    file.write_text(json.dumps({"me-1": ME, HASH: ME}))
    return file


async def test_only_documents_of_the_manifest(server: str, manifest: Path) -> None:
    settings = settings_for(persisted_operations="only", persisted_operations_manifest=manifest)
    async with running_api(assemble(settings, new_database(server), SECRET)) as api:
        for trusted in ({"documentId": "me-1"}, by_hash(), {"query": ME}, by_hash(query=ME)):
            assert (await ask(api, trusted))["data"] == {"me": None}
        stranger = "{ me { name } }"
        known = sha256(stranger.encode()).hexdigest()
        for refused in (
            {"query": stranger},
            {"documentId": "me-2"},
            by_hash(known, query=stranger),
            by_hash(known),
        ):
            answer = await api.client.post("/graphql", json=refused)
            assert (answer.status_code, code(answer.json())) == (403, "PERSISTED_QUERY_NOT_IN_LIST")
            assert "introspection" in (await api.send(stranger))["errors"][0]["message"]


async def test_strangers_can_be_logged(
    server: str, manifest: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_for(persisted_operations="log", persisted_operations_manifest=manifest)
    async with running_api(assemble(settings, new_database(server), SECRET)) as api:
        assert (await ask(api, {"query": ME}))["data"] == {"me": None}
        assert "untrusted" not in "".join(capsys.readouterr())
        assert (await ask(api, {"query": "query N { me { name } }"}))["data"] == {"me": None}
        assert "document.untrusted" in "".join(capsys.readouterr())


async def test_over_websocket_too(live: Api) -> None:
    async with socket(live) as line:
        await line.enter()
        for name, payload in (("1", by_hash(query=ME)), ("2", by_hash())):
            await line.say(type="subscribe", id=name, payload=payload)
            told, _ = await line.until_over(name)
            assert told["payload"]["data"] == {"me": None}


def test_manifests_as_the_tools_write_them(tmp_path: Path) -> None:
    file = tmp_path / "apollo.json"
    operation = {"id": HASH, "name": "Me", "type": "query", "body": ME}
    file.write_text(json.dumps({"format": "apollo-persisted-query-manifest", "operations": [operation]}))
    assert read_manifest(file) == {HASH: ME}
    for broken in ("[]", "{", '{"a": 1}', '{"operations": [{}]}'):
        file.write_text(broken)
        with pytest.raises(ValueError, match="no manifest"):
            read_manifest(file)
        with pytest.raises(ValueError, match="no manifest"):
            Settings(_env_file=None, persisted_operations_manifest=file)
    with pytest.raises(ValueError, match="PERSISTED_OPERATIONS_MANIFEST must be set"):
        settings_for(persisted_operations="only")
