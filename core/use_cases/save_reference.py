from collections.abc import Mapping
from typing import Any

from core.register import entry
from ports.audit import Act
from ports.identity import Identity
from ports.registers import ReferenceRecord
from ports.work import OpenWork


class SaveReference:
    """Keep an entry of a register, or write it over the one with its kind and code."""

    def __init__(self, open_work: OpenWork) -> None:
        self._open_work = open_work

    async def __call__(self, sent: Mapping[str, Any], *, by: Identity) -> ReferenceRecord:
        wanted = entry(sent)
        async with self._open_work(Act(by.subject, "saveReference")) as work:
            saved = await work.registers.save(wanted)
            await work.commit()
        return saved
