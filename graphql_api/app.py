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

from graphql_api.exports import payment_routes
from graphql_api.files import FileRoutes
from graphql_api.http import GraphQLEndpoint, MakeContext
from graphql_api.ide import ide_assets
from graphql_api.live.socket import socket_route
from graphql_api.reconciliation_files import COUNTS, reconciliation_routes
from graphql_api.schema import build_schema

ALLOWED_HEADERS = ("authorization", "content-type", "accept-language")


def create_app(
    make_context: MakeContext,
    *,
    is_ready: Callable[[], Awaitable[bool]],
    lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]],
    cors_origins: Sequence[str] = (),
    more_routes: Sequence[BaseRoute] = (),
) -> Starlette:
    """`is_ready` answers the readiness probe; `more_routes` are what only this installation serves."""
    schema = build_schema()
    endpoint = GraphQLEndpoint(schema, make_context)
    files = FileRoutes(make_context)

    async def graphql(request: Request) -> Response:
        return await endpoint(request)

    async def live(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def ready(_request: Request) -> Response:
        able = await is_ready()
        return JSONResponse({"status": "ok" if able else "unavailable"}, 200 if able else 503)

    return Starlette(
        routes=[
            Route("/graphql", graphql, methods=["GET", "POST"]),
            socket_route("/graphql", schema, make_context, cors_origins),
            *payment_routes(files),
            *reconciliation_routes(files),
            Route("/health/live", live),
            Route("/health/ready", ready),
            ide_assets(),
            *more_routes,
        ],
        middleware=_cors(cors_origins),
        lifespan=lifespan,
    )


def _cors(origins: Sequence[str]) -> list[Any]:
    if not origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=list(origins),
            allow_methods=["GET", "POST"],
            allow_headers=list(ALLOWED_HEADERS),
            expose_headers=["content-disposition", *COUNTS.values()],
        )
    ]
