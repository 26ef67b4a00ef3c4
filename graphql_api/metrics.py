"""`GET /metrics`: what Prometheus reads."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from hmac import compare_digest
from time import perf_counter
from typing import Any, Protocol

import structlog
from graphql import FieldNode, OperationDefinitionNode
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ports.errors import Problem
from ports.figures import Figure

log = structlog.get_logger()

OK = "OK"
UNREAD = "unread"
"""An operation that was refused before it was known which one it is."""
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Spans(Protocol):
    def begin(self) -> Callable[[str, str], None]:
        """An operation begins; what it gives back ends it, with its name and code."""
        ...


class Metrics:
    """Counts the operations of this process; `spans` follow each while it is carried out."""

    def __init__(self, spans: Spans | None = None) -> None:
        self.spans = spans
        self.registry = CollectorRegistry()
        self._answered = Counter(
            "concilia_operations",
            "Operations, by their root field and the code of their first error.",
            ["operation", "code"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "concilia_operation_seconds",
            "How long operations took; subscriptions as long as they lasted.",
            ["operation"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self._known: dict[tuple[str, str], tuple[Counter, Histogram]] = {}

    def answered(self, operation: str, code: str, seconds: float) -> None:
        if (known := self._known.get((operation, code))) is None:
            known = self._answered.labels(operation, code), self._seconds.labels(operation)
            self._known[operation, code] = known
        counter, histogram = known
        counter.inc()
        histogram.observe(seconds)


class Watched:
    """One operation while it is carried out."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._end_span = metrics.spans.begin() if metrics.spans else None
        self._began = perf_counter()
        self.name = UNREAD
        self.code = OK

    def __enter__(self) -> "Watched":
        return self

    def __exit__(self, *_error: object) -> None:
        seconds = perf_counter() - self._began
        self._metrics.answered(self.name, self.code, seconds)
        if self._end_span is not None:
            self._end_span(self.name, self.code)
        log.info("operation", operation=self.name, code=self.code, ms=round(seconds * 1000, 1))

    def saw(self, errors: Sequence[Mapping[str, Any]]) -> None:
        if errors and self.code == OK:
            self.code = errors[0]["extensions"]["code"]


def name_of(operation: OperationDefinitionNode) -> str:
    """By the schema's names, not by the client's: those are without number."""
    chosen = operation.selection_set.selections
    one = chosen[0]
    root = one.name.value if len(chosen) == 1 and isinstance(one, FieldNode) else "several"
    return f"{operation.operation.value} {root}"


def metrics_route(
    metrics: Metrics, read: Callable[[], Awaitable[Sequence[Figure]]], token: str | None
) -> Route:
    """With a token the address answers to `Authorization: Bearer` of it alone. While the database does not
    answer, what this process knows is told all the same."""

    async def tell(request: Request) -> Response:
        given = request.headers.get("authorization", "")
        if token is not None and not compare_digest(given.encode(), f"Bearer {token}".encode()):
            raise HTTPException(401)
        try:
            figures = await read()
        except Problem:
            figures = ()
        text = generate_latest(metrics.registry) + generate_latest(_registry(figures))
        return Response(text, headers={"content-type": CONTENT_TYPE_LATEST, "cache-control": "no-store"})

    return Route("/metrics", tell)


def _registry(figures: Sequence[Figure]) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(_Figures(figures))
    return registry


class _Figures(Collector):
    def __init__(self, figures: Sequence[Figure]) -> None:
        self._figures = figures

    def collect(self) -> Iterable[GaugeMetricFamily]:
        families: dict[str, GaugeMetricFamily] = {}
        for figure in self._figures:
            name, labels = figure.name, figure.labels
            if name not in families:
                families[name] = GaugeMetricFamily(name, figure.meaning, labels=[*labels])
            families[name].add_metric([*labels.values()], figure.value)
        return families.values()
