"""`concilia audit`."""

import asyncio

import typer

from bootstrap import Assembly
from commands.console import assembled, console, installation
from core.use_cases.seal_audit import SealAudit
from core.use_cases.verify_audit import Verification, VerifyAudit
from graphql_api.texts import Language
from graphql_api.types.audit import summary


def verify() -> None:
    """Link what is not linked yet, then go along the whole trail. Exit code 1 when it was tampered with."""
    with installation() as (settings, address):
        found = asyncio.run(_verify(assembled(settings, address)))
    console.print(f"{found.entries} entries: {summary(found, Language.ENGLISH)}")
    if found.tail.sealed_up_to:
        console.print(f"sealed up to {found.tail.sealed_up_to:%Y-%m-%d %H:%M:%S} UTC")
    if found.broken:
        raise typer.Exit(1)


async def _verify(assembly: Assembly) -> Verification:
    async with assembly.running():
        await assembly.get(SealAudit)()
        return await assembly.get(VerifyAudit)()
