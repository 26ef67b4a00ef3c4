from collections.abc import Collection, Iterator, Sequence

from core.use_cases.find_lines import FindLines
from core.use_cases.lines_held import check_number, lines_held
from ports.acknowledgements import acknowledgement_id
from ports.audit import Act
from ports.errors import Fault, RefusalCode, Refused
from ports.identity import Identity
from ports.reconciliations import Line, LineRef
from ports.work import OpenWork


class WithdrawAcknowledgement:
    """Open up to 1000 divergences again, all or none."""

    def __init__(self, open_work: OpenWork, find_lines: FindLines) -> None:
        self._open_work = open_work
        self._find_lines = find_lines

    async def __call__(self, refs: Sequence[LineRef | None], *, by: Identity) -> Sequence[Line]:
        """A ref that is None was no line's id."""
        check_number(refs, "line_ids")
        found = await self._find_lines([ref for ref in refs if ref])
        async with self._open_work(Act(by.subject, "withdrawAcknowledgement")) as work:
            lines = await lines_held(work, found)
            ids = {ref: acknowledgement_id(line.source, ref) for ref, line in lines.items()}
            known = await work.acknowledgements.by_ids(list(ids.values()))
            if faults := list(_faults(refs, {ref for ref, key in ids.items() if key in known})):
                raise Refused(faults)
            await work.acknowledgements.remove(list(known))
            await work.commit()
        return [lines[ref] for ref in refs if ref]


def _faults(refs: Sequence[LineRef | None], acknowledged: Collection[LineRef]) -> Iterator[Fault]:
    before: set[LineRef] = set()
    for number, ref in enumerate(refs):
        if ref is None or ref not in acknowledged:
            yield Fault(RefusalCode.NOT_FOUND, ("line_ids", str(number)))
        elif ref in before:
            yield Fault(RefusalCode.INVALID, ("line_ids", str(number)))
        else:
            before.add(ref)
