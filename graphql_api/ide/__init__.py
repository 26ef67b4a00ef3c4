"""GraphiQL, served from here alone: no request of the page goes to another host."""

from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

FOLDER = Path(__file__).parent / "static"
LIBRARY = "graphene_django_graphiql_static"

# GraphiQL sets its styles by script, which a policy lets pass, but for one <style> element that it adds while
# a dialog is open, to keep the page behind it from scrolling. This is the hash of that element's text, which
# is the same as long as the page itself does not scroll.
DIALOG_STYLE = "sha256-Y/huXlwoYkVyQlxwSVcCi1RCDGDCSVBzDt0hYP9qlTc="
# Fonts and the marks of wrong lines are data inside graphiql.min.css.
POLICY = (
    f"default-src 'none'; script-src 'self'; style-src 'self' '{DIALOG_STYLE}'; font-src data:; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def ide_page(_request: Request) -> Response:
    headers = {"content-security-policy": POLICY, "cache-control": "no-store"}
    return FileResponse(FOLDER / "index.html", headers=headers)


class Assets(StaticFiles):
    """Asked for at every load, mostly answered with 304: no page runs with scripts of another version."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["cache-control"] = "no-cache"
        return response


def ide_assets() -> Mount:
    """GraphiQL's own files come from its package, ours from this folder."""
    return Mount(
        "/ide",
        routes=[
            Mount("/graphiql", Assets(packages=[(LIBRARY, f"static/{LIBRARY}")])),
            Mount("/", Assets(directory=FOLDER)),
        ],
    )
