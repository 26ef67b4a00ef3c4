from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from core.acknowledgement import acknowledged, divergence_faults, remark
from core.use_cases.find_lines import FindLines
from core.use_cases.lines_held import check_number, lines_held
from ports.acknowledgements import AcknowledgementReason
from ports.audit import Act
from ports.clock import Clock
from ports.errors import Fault, RefusalCode, Refused, Stale
from ports.identity import Identity
from ports.money import Money
from ports.reconciliations import Line, LineRef
from ports.work import OpenWork


class Seen(NamedTuple):
    """A line, None when the id was no line's, and the divergence that the caller saw on it."""

    ref: LineRef | None
    divergence: Money


class AcknowledgeDivergence:
    """Answer for up to 1000 divergences, all or none; a line that is acknowledged already, anew."""

    def __init__(self, open_work: OpenWork, clock: Clock, find_lines: FindLines) -> None:
        self._open_work = open_work
        self._clock = clock
        self._find_lines = find_lines

    async def __call__(
        self,
        seen: Sequence[Seen],
        reason: AcknowledgementReason,
        note: str | None = None,
        owner: str | None = None,
        *,
        by: Identity,
    ) -> Sequence[Line]:
        check_number(seen, "lines")
        said, now = remark(reason, note, owner), self._clock.now()
        found = await self._find_lines([one.ref for one in seen if one.ref])
        async with self._open_work(Act(by.subject, "acknowledgeDivergence")) as work:
            lines = await lines_held(work, found)
            _check(seen, lines)
            chosen = [lines[one.ref] for one in seen if one.ref]
            await work.acknowledgements.put([acknowledged(line, said, by.subject, now) for line in chosen])
            await work.commit()
        return chosen


def _check(seen: Sequence[Seen], lines: Mapping[LineRef, Line]) -> None:
    faults = list(_faults(seen, lines))
    if not faults:
        return
    if faults[0].code is RefusalCode.STALE_VERSION:
        first = seen[int(faults[0].path[1])].ref
        raise Stale(lines[first] if first else None, faults)
    raise Refused(faults)


def _faults(seen: Sequence[Seen], lines: Mapping[LineRef, Line]) -> Iterator[Fault]:
    before: set[LineRef] = set()
    for number, (ref, divergence) in enumerate(seen):
        path = ("lines", str(number))
        if ref is None or ref not in lines:
            yield Fault(RefusalCode.NOT_FOUND, (*path, "line_id"))
        elif ref in before:
            yield Fault(RefusalCode.INVALID, (*path, "line_id"))
        else:
            before.add(ref)
            for fault in divergence_faults(lines[ref], divergence):
                yield replace(fault, path=(*path, *fault.path))
