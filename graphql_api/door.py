"""The way in."""

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send


class Door:
    """Whoever posts to GraphQL's own address is let through at once, past routes and what guards them against
    other pages: of those a browser always names the origin. All others come in by the application."""

    def __init__(self, app: ASGIApp, graphql: ASGIApp, path: str) -> None:
        self._app = app
        self._graphql = graphql
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        quick = (
            scope["type"] == "http"
            and scope["path"] == self._path
            and scope["method"] == "POST"
            and b"origin" not in dict(scope["headers"])
        )
        await (self._graphql if quick else self._app)(scope, receive, send)


class Compressed:
    """Answers are compressed for those who can read that; streams of events never are."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._compressing = GZipMiddleware(app, minimum_size=1024, compresslevel=4)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        accepted = dict(scope["headers"]).get(b"accept-encoding", b"")
        await (self._compressing if b"gzip" in accepted else self._app)(scope, receive, send)
