"""`GET /scalars/{name}`: the page that a scalar's `@specifiedBy` leads to."""

from html import escape

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from graphql_api.scalars import SPECIFIED

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{name}</title>
<h1>scalar {name}</h1>
<p>{description}</p>
<p>{more}</p>
<h2>Sent as</h2><pre>{sent}</pre>
<h2>Accepted</h2><pre>{accepted}</pre>
<h2>Refused</h2><pre>{refused}</pre>
</html>
"""
HEADERS = {"content-security-policy": "default-src 'none'", "cache-control": "no-cache"}


def specification_route() -> Route:
    return Route("/scalars/{name}", _page)


async def _page(request: Request) -> Response:
    name = request.path_params["name"]
    if (told := SPECIFIED.get(name)) is None:
        raise HTTPException(404)
    page = PAGE.format(
        name=name,
        description=escape(told.description),
        more=escape(told.more),
        sent=_shown(told.sent),
        accepted="\n".join(map(_shown, told.accepted)),
        refused="\n".join(map(_shown, told.refused)),
    )
    return HTMLResponse(page, headers=HEADERS)


def _shown(value: object) -> str:
    """As it stands in JSON."""
    return escape(msgspec.json.encode(value).decode(), quote=False)
