"""The HTTP application."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from graphql_api.answers import Operations
from graphql_api.door import Compressed, Door
from graphql_api.exports import payment_routes
from graphql_api.files import FileRoutes
from graphql_api.http import GraphQLEndpoint, MakeContext
from graphql_api.ide import ide_assets
from graphql_api.leaving import ClientGone, nobody
from graphql_api.live.socket import socket_route
from graphql_api.metrics import Metrics
from graphql_api.persisted import PersistedOperations
from graphql_api.reconciliation_files import COUNTS, reconciliation_routes
from graphql_api.schema import build_schema
from graphql_api.specifications import specification_route
from graphql_api.tracing import RequestIds

PATH = "/graphql"
ALLOWED_HEADERS = ("authorization", "content-type", "accept-language")


def create_app(
    make_context: MakeContext,
    *,
    is_ready: Callable[[], Awaitable[bool]],
    lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]],
    persisted: PersistedOperations,
    metrics: Metrics,
    cors_origins: Sequence[str] = (),
    more_routes: Sequence[BaseRoute] = (),
) -> ASGIApp:
    """`is_ready` answers the readiness probe; `more_routes` are what only this installation serves."""
    operations = Operations(build_schema(), persisted, metrics)
    graphql = Compressed(GraphQLEndpoint(operations, make_context))
    files = FileRoutes(make_context)

    async def live(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def ready(_request: Request) -> Response:
        able = await is_ready()
        return JSONResponse({"status": "ok" if able else "unavailable"}, 200 if able else 503)

    app = Starlette(
        routes=[
            Route(PATH, graphql, methods=["GET", "POST"]),
            socket_route(PATH, operations, make_context, cors_origins),
            *payment_routes(files),
            *reconciliation_routes(files),
            Route("/health/live", live),
            Route("/health/ready", ready),
            specification_route(),
            ide_assets(),
            *more_routes,
        ],
        middleware=[Middleware(RequestIds), *_cors(cors_origins)],
        exception_handlers={ClientGone: nobody},
        lifespan=lifespan,
    )
    return Door(app, RequestIds(graphql), PATH)


def _cors(origins: Sequence[str]) -> list[Any]:
    if not origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=list(origins),
            allow_methods=["GET", "POST"],
            allow_headers=list(ALLOWED_HEADERS),
            expose_headers=["content-disposition", "x-request-id", *COUNTS.values()],
        )
    ]
