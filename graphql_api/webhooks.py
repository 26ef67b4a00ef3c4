"""`POST /webhooks/omie/{token}`: what the ERP tells of its own accord, answered at once."""

import asyncio
from hmac import compare_digest

import msgspec
from graphql import GraphQLError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core.use_cases.take_webhook import TakeWebhook
from graphql_api.errors import CodedError, ErrorCode, bad_input, formatted
from graphql_api.request import limited_body
from graphql_api.texts import Text, pick_language
from ports.errors import Unavailable
from ports.webhooks import ForeignWebhook, UnreadableWebhook

LARGEST = 1024 * 1024
PATIENCE = 4.0
"""Seconds for the database; Omie gives up after seven."""

FOREIGN = Text("A mensagem é de outra conta.", "The message is of another account.")
UNREADABLE = Text("O corpo não é uma mensagem do Omie.", "The body is no message of Omie.")


def webhook_route(token: str, take: TakeWebhook) -> Route:
    """A wrong token meets what any unknown address meets."""

    async def webhook(request: Request) -> Response:
        given = request.path_params["token"]
        if not compare_digest(given.encode(errors="replace"), token.encode()):
            raise HTTPException(404)
        try:
            notice = await _taken(take, await limited_body(request, LARGEST))
        except CodedError as error:
            return _refusal(request, error, error.status or 400)
        except (Unavailable, TimeoutError) as error:
            return _refusal(request, GraphQLError(str(error), original_error=error), 503)
        return JSONResponse({"pong": "omie"} if notice is None else {"status": "ok"})

    return Route("/webhooks/omie/{token}", webhook, methods=["POST"])


async def _taken(take: TakeWebhook, body: bytes) -> object:
    try:
        async with asyncio.timeout(PATIENCE):
            return await take(body)
    except ForeignWebhook:
        raise CodedError(ErrorCode.FORBIDDEN, FOREIGN, status=403) from None
    except UnreadableWebhook:
        raise bad_input(UNREADABLE) from None


def _refusal(request: Request, error: GraphQLError, status: int) -> Response:
    language = pick_language(request.headers.get("accept-language", ""))
    told = formatted(error, language, before_execution=True)
    return Response(msgspec.json.encode({"errors": [told]}), status, media_type="application/json")
