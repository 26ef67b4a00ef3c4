"""The `concilia` command line."""

import signal
import sys
from typing import NoReturn

import typer

from adapters.embedded_postgres import EmbeddedPostgresError
from commands.auditing import verify
from commands.console import console
from commands.exporting import payments, reconciliation
from commands.importing import import_file
from commands.keeping import clear, migrate, schema, token
from commands.serving import serve, worker
from commands.syncing import sync
from demo import DemoInTheWay
from ports.errors import Problem
from settings import WrongSetting

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
demo_cli = typer.Typer(no_args_is_help=True, help="The demo data.")
demo_cli.command()(clear)
export_cli = typer.Typer(no_args_is_help=True, help="Write records as files.")
export_cli.command()(payments)
export_cli.command()(reconciliation)
audit_cli = typer.Typer(no_args_is_help=True, help="The audit trail.")
audit_cli.command()(verify)
for command in (serve, worker, migrate, sync, token, schema):
    cli.command()(command)
cli.command("import")(import_file)
cli.add_typer(demo_cli, name="demo")
cli.add_typer(export_cli, name="export")
cli.add_typer(audit_cli, name="audit")


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
