"""`concilia import`."""

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from adapters.files.formats import ImportFile
from adapters.files.refusals import RefusedFile
from adapters.files.seen import SeenOnDisk
from bootstrap import Assembly
from commands.console import assembled, console, installation
from core.use_cases.import_clients import ImportClients
from core.use_cases.import_contracts import ImportContracts
from core.use_cases.import_payments import ImportPayments
from core.use_cases.seal_audit import SealAudit
from graphql_api.texts import ISSUES, Language, explain
from ports.erp import IssueCode
from ports.errors import Fault, RefusalCode
from ports.imports import ImportKind, Tally, Tell, UnreadableFile

USE_CASES = {
    ImportKind.PAYMENTS: ImportPayments,
    ImportKind.CLIENTS: ImportClients,
    ImportKind.CONTRACTS: ImportContracts,
}
SOME_REFUSED = 2


def import_file(
    file: Annotated[
        Path, typer.Argument(help="JSON or NDJSON in the shape of the data structure document, or CSV.")
    ],
    kind: Annotated[ImportKind, typer.Option(help="What its rows are.")] = ImportKind.PAYMENTS,
) -> None:
    """Keep the rows of a file; those on file already are brought to what it says.

    It may be stopped and run again. Refused rows are written beside it, with the reasons (exit code 2).
    """
    try:
        source = ImportFile(file, kind)
    except OSError as error:
        raise UnreadableFile(f"{file}: {error.strerror}") from None
    with (
        closing(source),
        closing(RefusedFile(file, _explain)) as refused,
        installation() as (settings, address),
    ):
        tally = asyncio.run(_import(assembled(settings, address), kind, source, refused))
    if tally.refused:
        console.print(f"the refused rows are in {refused.path}", style="yellow", soft_wrap=True)
        raise typer.Exit(SOME_REFUSED)


async def _import(assembly: Assembly, kind: ImportKind, file: ImportFile, refused: RefusedFile) -> Tally:
    with _progress(file) as tell, closing(SeenOnDisk()) as seen:
        async with assembly.running():
            use_case: ImportClients | ImportContracts | ImportPayments = assembly.get(USE_CASES[kind])
            try:
                return await use_case(file, seen, refused, tell, by=getuser())
            finally:
                # There may be no worker to do it. It also makes the last chunks durable.
                await assembly.get(SealAudit)()


@contextmanager
def _progress(file: ImportFile) -> Iterator[Tell]:
    """A bar while it runs; at its end, however it ends, what became of the rows."""
    columns = (BarColumn(), DownloadColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    last, hidden = Tally(), not console.is_terminal
    try:
        with Progress(
            *columns, TimeRemainingColumn(), console=console, transient=True, disable=hidden
        ) as progress:
            bar = progress.add_task("0 rows", total=file.size)

            def tell(tally: Tally) -> None:
                nonlocal last
                last = tally
                progress.update(bar, completed=file.position, description=f"{tally.rows} rows")

            yield tell
    finally:
        console.print(", ".join(f"{count} {outcome}" for outcome, count in asdict(last).items()))


def _explain(fault: Fault) -> str:
    """For finance people; a row that is none has no field to point at."""
    if fault.code is RefusalCode.INVALID and not fault.path:
        return ISSUES[IssueCode.UNREADABLE].say(Language.PORTUGUESE)
    return explain(fault, Language.PORTUGUESE)
