"""The way in."""

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
            and all(name != b"origin" for name, _ in scope["headers"])
        )
        await (self._graphql if quick else self._app)(scope, receive, send)
