"""`concilia serve` and `concilia worker`: the processes that stay."""

import asyncio
import atexit
import gc
import signal
import sys
from contextlib import ExitStack

import uvicorn
from starlette.types import ASGIApp

from adapters.one_write import OneWrite
from adapters.process import make_responsive
from bootstrap import Assembly
from commands.console import TOKEN_LIFETIME, assembled, console, installation, tokens_of
from demo import prepare_demo
from graphql_api.live.session import LARGEST_MESSAGE
from ports.identity import Role
from settings import AppEnv, Settings

GOING_DOWN = 5
"""Seconds in which requests may come to their end."""
IDLE = 75
"""Seconds for which a connection may wait for its next request: longer than those who pool them do."""


def serve() -> None:
    """Serve the API; in development with a worker, demo data, and a token for each role printed."""
    with installation() as (settings, address):
        asyncio.run(_prepare(settings, address))
        if settings.app_env is AppEnv.DEVELOPMENT:
            _greet(settings)
        several = settings.web_concurrency > 1
        uvicorn.run(
            "commands.serving:application" if several else _responsive(assembled(settings, address).app()),
            factory=several,
            host=settings.host,
            port=settings.port,
            http=OneWrite,
            server_header=False,
            workers=settings.web_concurrency,
            access_log=False,
            ws_max_size=LARGEST_MESSAGE,
            # Who watches a run as events would otherwise keep the process until it is over.
            timeout_graceful_shutdown=GOING_DOWN,
            timeout_keep_alive=IDLE,
            log_config=None,
        )


def application() -> ASGIApp:
    """One server process of several; it shares the parent's database."""
    stack = ExitStack()
    settings, address = stack.enter_context(installation())
    # Held for as long as the process lives.
    atexit.register(stack.close)
    return _responsive(assembled(settings, address).app())


def _responsive(app: ASGIApp) -> ASGIApp:
    make_responsive()
    return app


async def _prepare(settings: Settings, address: str) -> None:
    assembly = assembled(settings, address)
    async with assembly.running():
        await prepare_demo(assembly)


def _greet(settings: Settings) -> None:
    tokens = tokens_of(settings)
    console.print(f"\nConcilia: GraphiQL is at http://{settings.host}:{settings.port}/graphql\n")
    if settings.uses_demo:
        console.print(
            "OMIE_APP_KEY is not set: syncErp reads a demo Omie with made-up data.\n", style="yellow"
        )
    for role in Role:
        console.print(f"token of {role.name}:", style="bold")
        # Unwrapped, so that it can be copied as one line.
        print(tokens.issue(f"dev-{role.value}", [role], TOKEN_LIFETIME), file=sys.stderr)  # noqa: T201


def worker() -> None:
    """Carry out syncs, on this or any other host, until stopped."""
    with installation() as (settings, address):
        asyncio.run(_work(assembled(settings, address)))


async def _work(assembly: Assembly) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    # What was imported stays: looking through it for garbage would stop everything for a tenth of a second.
    gc.freeze()
    async with assembly.running(), assembly.worker():
        await stopped.wait()
