"""Spans for OpenTelemetry, where the extra `opentelemetry` is installed: of operations, SQL and calls."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx
from sqlalchemy import ExceptionContext, event
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.contextvars import get_contextvars

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider


class NotInstalled(Exception):
    """The extra `opentelemetry` is missing."""


class Spans:
    """A span for each operation. None for fields: that would cost more than it tells."""

    def __init__(self, provider: "TracerProvider") -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("concilia")

    def watch(self, engine: AsyncEngine, client: httpx.AsyncClient) -> None:
        """Spans for this engine's statements, texts without their values, and for this client's calls."""
        from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor  # noqa: PLC0415

        # The instrumentation of SQLAlchemy refuses its newer versions.
        event.listen(engine.sync_engine, "before_cursor_execute", self._asked)
        event.listen(engine.sync_engine, "after_cursor_execute", self._answered)
        event.listen(engine.sync_engine, "handle_error", self._failed)
        HTTPXClientInstrumentor.instrument_client(client, tracer_provider=self._provider)

    def _asked(
        self, _connection: Any, _cursor: Any, statement: str, _values: Any, context: Any, _many: bool
    ) -> None:
        from opentelemetry.trace import SpanKind  # noqa: PLC0415

        told = {"db.system.name": "postgresql", "db.query.text": statement}
        verb = statement.split(maxsplit=1)[0]
        context.span = self._tracer.start_span(verb, kind=SpanKind.CLIENT, attributes=told)

    def _answered(
        self, _connection: Any, _cursor: Any, _statement: str, _values: Any, context: Any, _many: bool
    ) -> None:
        context.span.end()

    def _failed(self, failure: ExceptionContext) -> None:
        from opentelemetry.trace import StatusCode  # noqa: PLC0415

        if (span := getattr(failure.execution_context, "span", None)) is not None:
            # Without its text, which can bear values.
            span.set_status(StatusCode.ERROR, type(failure.original_exception).__name__)
            span.end()

    def begin(self) -> Callable[[str, str], None]:
        """An operation begins; what it gives back ends it, with its name and code."""
        from opentelemetry.context import attach, detach  # noqa: PLC0415
        from opentelemetry.trace import SpanKind, StatusCode, set_span_in_context  # noqa: PLC0415

        request = {"request.id": get_contextvars().get("request_id", "")}
        span = self._tracer.start_span("operation", kind=SpanKind.SERVER, attributes=request)
        token = attach(set_span_in_context(span))

        def end(operation: str, code: str) -> None:
            detach(token)
            span.update_name(operation)
            span.set_attribute("graphql.code", code)
            if code != "OK":
                span.set_status(StatusCode.ERROR, code)
            span.end()

        return end


def open_spans(endpoint: str) -> Spans:
    """Sends them there, by OTLP over HTTP, beside the requests; NotInstalled without the extra."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError as error:
        raise NotInstalled from error
    provider = TracerProvider(resource=Resource.create({"service.name": "concilia"}))
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return Spans(provider)
