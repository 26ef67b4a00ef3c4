"""The small commands that keep an installation in order: migrate, demo clear, token, schema."""

import asyncio
import sys
from typing import Annotated

import typer

import migrations
from adapters.postgres.demo import clear_demo
from adapters.postgres.errors import translated
from bootstrap import Assembly
from commands.console import TOKEN_LIFETIME, assembled, console, installation, tokens_of
from graphql_api.schema import build_schema
from ports.identity import Role
from settings import AppEnv, WrongSetting, load_settings


def migrate(
    sql: Annotated[bool, typer.Option("--sql", help="Print the SQL instead of running it.")] = False,
) -> None:
    """Bring the database to the newest revision."""
    if sql:
        migrations.write_sql(sys.stdout)
        return
    with installation() as (settings, address):
        owner = settings.database_migration_url or settings.database_direct_url
        with translated():
            migrations.upgrade(owner.get_secret_value() if owner else address)
    console.print("the database is up to date")


def clear() -> None:
    """Delete the demo data, to make room for a real ERP."""
    with installation() as (settings, address):
        gone = asyncio.run(_clear(assembled(settings, address)))
    console.print(f"{gone} demo rows deleted")


async def _clear(assembly: Assembly) -> int:
    async with assembly.running():
        return await clear_demo(assembly.engine)


def token(
    role: Annotated[list[Role], typer.Option(help="May be given more than once.")],
    subject: Annotated[str, typer.Option(help="Who the token is for.")] = "dev",
) -> None:
    """Print a token; development only."""
    settings = load_settings()
    if settings.app_env is not AppEnv.DEVELOPMENT:
        raise WrongSetting("APP_ENV: tokens are issued in development only")
    typer.echo(tokens_of(settings).issue(subject, role, TOKEN_LIFETIME))


def schema() -> None:
    """Print the GraphQL schema."""
    typer.echo(build_schema().as_str())
