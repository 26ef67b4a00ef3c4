"""The `concilia` command line."""

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from datetime import timedelta
from typing import Annotated, NoReturn

import typer
import uvicorn
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from starlette.applications import Starlette

import migrations
from adapters.clock import SystemClock
from adapters.embedded_postgres import EmbeddedPostgresError
from adapters.logs import configure_logs
from adapters.postgres.demo import clear_demo
from adapters.postgres.errors import translated
from adapters.tokens import SharedSecretTokens
from bootstrap import Assembly, assemble
from core.sync import percent
from core.use_cases.start_sync import StartSync
from demo import DemoInTheWay, prepare_demo
from graphql_api.schema import build_schema
from graphql_api.texts import FAILURES, Language, explain
from installation import jwt_secret, open_database
from ports.clock import Clock
from ports.errors import Problem, Refused
from ports.identity import Role
from ports.sync_runs import SyncMode, SyncRunRecord, SyncStatus, SyncTrigger
from ports.work import OpenWork
from settings import AppEnv, Settings, WrongSetting, load_settings

TOKEN_LIFETIME = timedelta(days=7)

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
demo_cli = typer.Typer(no_args_is_help=True, help="The demo data.")
cli.add_typer(demo_cli, name="demo")
console = Console(stderr=True)


def run() -> None:
    """Every foreseen failure is one line and exit code 1."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        cli()
    except (WrongSetting, DemoInTheWay, EmbeddedPostgresError, Problem) as error:
        console.print(f"concilia: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)


def _stop(_signal: int, _frame: object) -> NoReturn:
    """SIGTERM unwinds the stack, so that nothing is left running."""
    sys.exit(128 + signal.SIGTERM)


@contextmanager
def _installation() -> Iterator[tuple[Settings, str]]:
    """The settings, and the address of a database that runs for as long as the block lasts."""
    configure_logs()
    settings = load_settings()
    with open_database(settings) as address:
        yield settings, address


def _assemble(settings: Settings, address: str) -> Assembly:
    return assemble(settings, address, jwt_secret(settings))


def _tokens(settings: Settings) -> SharedSecretTokens:
    return SharedSecretTokens(jwt_secret(settings), settings.auth_roles_claim, SystemClock())


@cli.command()
def serve() -> None:
    """Serve the API; in development with a worker, demo data, and a token for each role printed."""
    with _installation() as (settings, address):
        asyncio.run(_prepare(settings, address))
        if settings.app_env is AppEnv.DEVELOPMENT:
            _greet(settings)
        several = settings.web_concurrency > 1
        uvicorn.run(
            "commands:application" if several else _assemble(settings, address).app(),
            factory=several,
            host=settings.host,
            port=settings.port,
            workers=settings.web_concurrency,
            access_log=False,
            log_config=None,
        )


def application() -> Starlette:
    """One server process of several; it shares the parent's database."""
    stack = ExitStack()
    settings, address = stack.enter_context(_installation())
    app = _assemble(settings, address).app()
    app.state.installation = stack
    return app


async def _prepare(settings: Settings, address: str) -> None:
    assembly = _assemble(settings, address)
    async with assembly.running():
        await prepare_demo(assembly)


def _greet(settings: Settings) -> None:
    tokens = _tokens(settings)
    console.print(f"\nConcilia: GraphiQL is at http://{settings.host}:{settings.port}/graphql\n")
    if settings.uses_demo:
        console.print(
            "OMIE_APP_KEY is not set: syncErp reads a demo Omie with made-up data.\n", style="yellow"
        )
    for role in Role:
        console.print(f"token of {role.name}:", style="bold")
        # Unwrapped, so that it can be copied as one line.
        print(tokens.issue(f"dev-{role.value}", [role], TOKEN_LIFETIME), file=sys.stderr)  # noqa: T201


@cli.command()
def worker() -> None:
    """Carry out syncs, on this or any other host, until stopped."""
    with _installation() as (settings, address):
        asyncio.run(_work(_assemble(settings, address)))


async def _work(assembly: Assembly) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with assembly.running(), assembly.worker():
        await stopped.wait()


@cli.command()
def migrate(
    sql: Annotated[bool, typer.Option("--sql", help="Print the SQL instead of running it.")] = False,
) -> None:
    """Bring the database to the newest revision."""
    if sql:
        migrations.write_sql(sys.stdout)
        return
    with _installation() as (settings, address):
        owner = settings.database_migration_url or settings.database_direct_url
        with translated():
            migrations.upgrade(owner.get_secret_value() if owner else address)
    console.print("the database is up to date")


@cli.command()
def sync(
    wait: Annotated[bool, typer.Option("--wait", help="Carry it out here and show its progress.")] = False,
) -> None:
    """Start a sync of the ERP, or join the one that is running. Exit code 1 when it fails."""
    with _installation() as (settings, address):
        run = asyncio.run(_sync(_assemble(settings, address), wait=wait))
    console.print(f"{run.id} {run.status.value}: {run.record_count} records")
    if run.failure:
        console.print(FAILURES[run.failure].say(Language.ENGLISH), style="red")
        raise typer.Exit(1)


async def _sync(assembly: Assembly, *, wait: bool) -> SyncRunRecord:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(assembly.running())
        try:
            run = await assembly.get(StartSync)(SyncMode.FULL, SyncTrigger.COMMAND, None)
        except Refused as refused:
            console.print(explain(refused.faults[0], Language.ENGLISH), style="red")
            raise typer.Exit(1) from None
        if wait:
            await stack.enter_async_context(assembly.worker())
            run = await _watch(assembly, run)
        return run


async def _watch(assembly: Assembly, run: SyncRunRecord) -> SyncRunRecord:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:.0f} %"))
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
        bar = progress.add_task(run.stage.value, total=100)
        while run.status is SyncStatus.RUNNING:
            await assembly.get(Clock).sleep(0.2)
            async with assembly.get(OpenWork)() as work:
                run = await work.runs.get(run.id) or run
            waiting = f" until {run.resumes_at:%H:%M:%S} UTC" if run.resumes_at else ""
            progress.update(bar, completed=percent(run), description=run.stage.value + waiting)
    return run


@demo_cli.command("clear")
def clear() -> None:
    """Delete the demo data, to make room for a real ERP."""
    with _installation() as (settings, address):
        gone = asyncio.run(_clear(_assemble(settings, address)))
    console.print(f"{gone} demo rows deleted")


async def _clear(assembly: Assembly) -> int:
    async with assembly.running():
        return await clear_demo(assembly.engine)


@cli.command()
def token(
    role: Annotated[list[Role], typer.Option(help="May be given more than once.")],
    subject: Annotated[str, typer.Option(help="Who the token is for.")] = "dev",
) -> None:
    """Print a token; development only."""
    settings = load_settings()
    if settings.app_env is not AppEnv.DEVELOPMENT:
        raise WrongSetting("APP_ENV: tokens are issued in development only")
    typer.echo(_tokens(settings).issue(subject, role, TOKEN_LIFETIME))


@cli.command()
def schema() -> None:
    """Print the GraphQL schema."""
    typer.echo(build_schema().as_str())
