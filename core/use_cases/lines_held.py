"""What acknowledging and withdrawing share."""

from collections.abc import Mapping, Sequence

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
    """The lines, held until the work ends; without those whose client was merged into another meanwhile."""
    await work.clients.begin_merging()
    clients = await work.clients.by_ids([line.client.id for line in found.values() if line.client])
    still = {client.id for client in clients.values()} | {None}
    return {ref: line for ref, line in found.items() if line.key.client_id in still}
