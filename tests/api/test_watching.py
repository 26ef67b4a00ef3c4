"""What those who run the server see: metrics, probes, log lines."""

import sys
from collections.abc import Iterator, MutableMapping
from typing import Any

import httpx
import psycopg
import pytest
import structlog
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind
from prometheus_client.parser import text_string_to_metric_families
from structlog.testing import LogCapture

from adapters.tracing import Spans
from bootstrap import assemble
from configured import spans_of
from ports.identity import Role
from settings import WrongSetting
from tests.api.syncing import synced
from tests.conftest import new_database
from tests.running import SECRET, Api, running_api, settings_for


async def figures(api: Api) -> dict[tuple[str, ...], float]:
    answer = await api.client.get("/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def test_operations_are_counted_by_field_and_code(api: Api) -> None:
    for query in ("query Mine { me { name } }", "{ me { name } clients { totalCount } }", "{ nope }"):
        await api.send(query)
    await api.send("{ syncRuns { totalCount } }", role=Role.VIEWER)
    told = await figures(api)
    assert told["concilia_operations_total", "OK", "query me"] == 1
    assert told["concilia_operations_total", "OK", "query several"] == 1
    assert told["concilia_operations_total", "GRAPHQL_VALIDATION_FAILED", "unread"] == 1
    assert told["concilia_operations_total", "FORBIDDEN", "query syncRuns"] == 1
    assert told["concilia_operation_seconds_count", "query me"] == 1
    assert "Mine" not in str(told)


async def test_the_sync_the_pool_and_the_divergence(database_url: str) -> None:
    # As long a window as Omie's, so that the requests are still in it.
    settings = settings_for(omie_window_seconds=60)
    async with running_api(assemble(settings, database_url, SECRET)) as api:
        await synced(api)
        told = await figures(api)
    assert told["concilia_sync_runs", "SUCCESS"] == 1
    assert told["concilia_sync_pages",] == 0
    assert told["concilia_pool_connections", "free"] > 0
    assert told["concilia_divergence_cents", "under"] == 0
    assert told["concilia_lines", "DIVERGENT"] > 0
    assert told["concilia_divergence_cents", "over"] > 0
    assert any(name == "concilia_erp_requests" for name, *_ in told)


async def test_with_a_token_the_metrics_are_for_its_bearer(server: str) -> None:
    settings = settings_for(metrics_token="a-token-of-prometheus")
    async with running_api(assemble(settings, new_database(server), SECRET)) as api:
        for header in ({}, {"authorization": "Bearer nope"}):
            assert (await api.client.get("/metrics", headers=header)).status_code == 401
        sound = {"authorization": "Bearer a-token-of-prometheus"}
        assert (await api.client.get("/metrics", headers=sound)).status_code == 200


async def test_probes_and_metrics_while_the_database_is_away(server: str) -> None:
    address = new_database(server)
    # Without its lifespan: a worker has nothing to do here.
    assembled = assemble(settings_for(), address, SECRET)
    transport = httpx.ASGITransport(assembled.app())
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        assert (await client.get("/health/ready")).status_code == 200
        name = address.split("?")[0].rsplit("/", 1)[1]
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        assert (await client.get("/health/live")).status_code == 200
        assert (await client.get("/health/ready")).status_code == 503
        assert (await client.get("/metrics")).status_code == 200
    await assembled.engine.dispose()


@pytest.fixture
def lines() -> Iterator[list[MutableMapping[str, Any]]]:
    """The log, as it would be written."""
    usual, kept = structlog.get_config(), LogCapture()
    structlog.configure(processors=[structlog.contextvars.merge_contextvars, kept])
    yield kept.entries
    structlog.configure(**usual)


async def test_log_lines_bear_the_ids(api: Api, lines: list[MutableMapping[str, Any]]) -> None:
    answer = await api.client.post(
        "/graphql", json={"query": "{ me { name } }"}, headers={"x-request-id": "mine-1"}
    )
    assert answer.headers["x-request-id"] == "mine-1"
    (mine,) = [line for line in lines if line.get("request_id") == "mine-1"]
    assert (mine["event"], mine["operation"], mine["code"]) == ("operation", "query me", "OK")
    odd = await api.client.get("/health/live", headers={"x-request-id": "a b"})
    assert len(odd.headers["x-request-id"]) == 32


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    monkeypatch.setattr("bootstrap.spans_of", lambda _settings: Spans(provider))
    return kept


async def test_a_span_for_each_operation_and_its_statements(server: str, spans: InMemorySpanExporter) -> None:
    async with running_api(assemble(settings_for(), new_database(server), SECRET)) as api:
        headers = {"x-request-id": "mine-2", "authorization": f"Bearer {api.token(Role.CFO)}"}
        query = 'query Mine { clients(filter: { search: "Nobody knows" }) { totalCount } }'
        spans.clear()
        await api.client.post("/graphql", json={"query": query}, headers=headers)
        await api.send("{ syncRuns { totalCount } }", role=Role.VIEWER)
        found = spans.get_finished_spans()
    (mine,) = (span for span in found if span.name == "query clients")
    (refused,) = (span for span in found if span.name == "query syncRuns")
    assert (mine.attributes or {})["request.id"] == "mine-2"
    assert refused.status.description == "FORBIDDEN"
    statements = [span for span in found if span.parent and span.parent.span_id == mine.context.span_id]
    assert any("clients" in str(dict(span.attributes or {})) for span in statements)
    assert "Nobody knows" not in "".join(span.to_json() for span in found)


async def test_spans_of_the_calls_of_the_erp(server: str, spans: InMemorySpanExporter) -> None:
    async with running_api(assemble(settings_for(), new_database(server), SECRET)) as api:
        await synced(api)
        found = spans.get_finished_spans()
    calls = [
        str(dict(span.attributes or {}))
        for span in found
        if span.kind is SpanKind.CLIENT and span.name == "POST"
    ]
    assert any("contareceber" in call for call in calls)
    assert not any("app_secret" in call for call in calls)


def test_spans_are_off_until_they_have_a_place_to_go(monkeypatch: pytest.MonkeyPatch) -> None:
    assert spans_of(settings_for()) is None
    asked = settings_for(otel_exporter_otlp_endpoint="http://127.0.0.1:9")
    assert spans_of(asked) is not None
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(WrongSetting, match="OTEL_EXPORTER_OTLP_ENDPOINT"):
        spans_of(asked)
