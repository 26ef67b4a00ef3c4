"""Spans for OpenTelemetry, where the extra `opentelemetry` is installed."""

from time import time_ns
from typing import TYPE_CHECKING

from structlog.contextvars import get_contextvars

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider


class NotInstalled(Exception):
    """The extra `opentelemetry` is missing."""


class OperationSpans:
    """A span for each operation, when it is over. None for fields: that would cost more than it tells."""

    def __init__(self, provider: "TracerProvider") -> None:
        self._tracer = provider.get_tracer("concilia")

    def __call__(self, operation: str, code: str, seconds: float) -> None:
        from opentelemetry.trace import SpanKind, StatusCode  # noqa: PLC0415

        end = time_ns()
        attributes = {"graphql.code": code, "request.id": get_contextvars().get("request_id", "")}
        span = self._tracer.start_span(
            operation, kind=SpanKind.SERVER, attributes=attributes, start_time=end - int(seconds * 1e9)
        )
        if code != "OK":
            span.set_status(StatusCode.ERROR, code)
        span.end(end)


def open_spans(endpoint: str) -> OperationSpans:
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
    return OperationSpans(provider)
