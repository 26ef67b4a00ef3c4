"""`concilia export`."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich.progress import DownloadColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bootstrap import Assembly
from commands.console import assembled, console, installation
from core.use_cases.export_payments import ExportPayments
from core.use_cases.export_reconciliation import ExportReconciliation
from graphql_api.filters import BadFilter, read_filter
from ports.calendar import Period
from ports.errors import Problem
from ports.exports import ExportFormat
from ports.payments import PaymentFilter
from ports.titles import BillingBasis

Output = Annotated[
    Path | None,
    typer.Option(dir_okay=False, help="Replaced only once it is whole; unless given: stdout."),
]


def payments(
    format: Annotated[
        ExportFormat | None, typer.Option(help="Unless given: what the file's extension says, else json.")
    ] = None,
    filter: Annotated[
        str | None, typer.Option(metavar="JSON", help="In the shape of the GraphQL input PaymentFilter.")
    ] = None,
    output: Output = None,
) -> None:
    """Write payments as a file: the document's listing, or a table."""
    chosen = format or _meant(output)
    where = _where(filter)
    with installation() as (settings, address), _opened(output) as file:
        assembly = assembled(settings, address)
        asyncio.run(_write(assembly, "payments", assembly.get(ExportPayments)(chosen, where), file))


def reconciliation(
    period: Annotated[Period, typer.Argument(parser=Period.parse, metavar="MONTH", help="Such as 2026-11.")],
    basis: Annotated[BillingBasis | None, typer.Option(help="Unless given: RECONCILIATION_BASIS.")] = None,
    output: Output = None,
) -> None:
    """Write a month's reconciliation as an XLSX workbook, to be filled in and sent back to the server."""
    with installation() as (settings, address), _opened(output) as file:
        assembly = assembled(settings, address)
        asyncio.run(_write(assembly, "lines", assembly.get(ExportReconciliation)(period, basis), file))


def _meant(output: Path | None) -> ExportFormat:
    extension = output.suffix.lower().removeprefix(".") if output else ""
    if not extension:
        return ExportFormat.JSON
    if extension not in list(ExportFormat):
        raise typer.BadParameter(f"no format is called {extension}: say --format")
    return ExportFormat(extension)


def _where(filter: str | None) -> PaymentFilter:
    if filter is None:
        return PaymentFilter()
    try:
        return read_filter(filter)
    except BadFilter as bad:
        raise typer.BadParameter(str(bad)) from None


async def _write(assembly: Assembly, what: str, made: AsyncGenerator[bytes, None], file: BinaryIO) -> None:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        bar = progress.add_task(what, total=None)
        async with assembly.running(), aclosing(made) as pieces:
            async for piece in pieces:
                file.write(piece)
                progress.advance(bar, len(piece))


@contextmanager
def _opened(output: Path | None) -> Iterator[BinaryIO]:
    """Where to write. A file takes its name when it is whole: until then the old one stands."""
    if output is None:
        yield sys.stdout.buffer
        return
    target = output.resolve()
    if target.exists() and not target.is_file():
        # A device or a pipe: nothing to replace.
        with target.open("wb") as file:
            yield file
        return
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        raise Problem(f"{output}: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)
