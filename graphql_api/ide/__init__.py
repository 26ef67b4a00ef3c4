"""GraphiQL, served from here alone: no request of the page goes to another host."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

FOLDER = Path(__file__).parent / "static"
LIBRARY = "graphene_django_graphiql_static"

# GraphiQL sets styles from its script, hence 'unsafe-inline' for styles, and for nothing else.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def ide_page(_request: Request) -> Response:
    headers = {"content-security-policy": POLICY, "cache-control": "no-store"}
    return FileResponse(FOLDER / "index.html", headers=headers)


def ide_assets() -> Mount:
    """GraphiQL's own files come from its package, ours from this folder."""
    return Mount(
        "/ide",
        routes=[
            Mount("/graphiql", StaticFiles(packages=[(LIBRARY, f"static/{LIBRARY}")])),
            Mount("/", StaticFiles(directory=FOLDER)),
        ],
    )
