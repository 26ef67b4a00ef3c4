"""What acknowledging and withdrawing share."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from ports.clients import ClientRecord
from ports.errors import RefusalCode, refused
from ports.reconciliations import Line, LineRef
from ports.work import Work

MOST_LINES = 1000


def check_number(lines: Sequence[object], path: str) -> None:
    if not lines:
        raise refused(RefusalCode.MISSING, path)
    if len(lines) > MOST_LINES:
        raise refused(RefusalCode.TOO_MANY, path, limit=MOST_LINES)


async def lines_held(work: Work, found: Mapping[LineRef, Line]) -> Mapping[LineRef, Line]:
    """The lines, held until the work ends; without those whose client was merged into another meanwhile.

    A closed month keeps such a line: it is the other client's now.
    """
    await work.clients.begin_merging()
    clients = await work.clients.by_ids([ref.key.client_id for ref in found if ref.key.client_id])
    held = {ref: _as_of_now(line, clients) for ref, line in found.items()}
    return {ref: line for ref, line in held.items() if line is not None}


def _as_of_now(line: Line, clients: Mapping[UUID, ClientRecord]) -> Line | None:
    if (named := line.key.client_id) is None:
        return line
    owner = clients.get(named)
    if owner is None or (line.snapshot is None and owner.id != named):
        return None
    return replace(line, client=owner)
