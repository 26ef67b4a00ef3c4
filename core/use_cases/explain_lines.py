from collections.abc import Mapping, Sequence

from core.bridge import WINDOW, explain
from core.use_cases.months import ReconciliationPolicy
from ports.causes import Cause, CauseKind, KeptCause
from ports.money import ZERO
from ports.reconciliations import Line, LineRef
from ports.titles import MonthOfTitles, TitleRecord
from ports.work import OpenWork, Work


class ExplainLines:
    """Why billed is not expected, line by line: causes that add up to the divergence, to the cent.

    Of a closed month they are those that were told when it was closed.
    """

    def __init__(self, open_work: OpenWork, policy: ReconciliationPolicy) -> None:
        self._open_work = open_work
        self._policy = policy

    async def __call__(self, lines: Sequence[Line]) -> Mapping[LineRef, Sequence[Cause]]:
        async with self._open_work(still=True) as work:
            told = await _told_then(work, lines)
            live = [line for line in lines if line.snapshot is None]
            return told | await causes_of(work, live, self._policy)


async def causes_of(
    work: Work, lines: Sequence[Line], policy: ReconciliationPolicy
) -> dict[LineRef, Sequence[Cause]]:
    """As the contracts and the mirror have it now."""
    found: dict[LineRef, Sequence[Cause]] = {}
    for month in {(line.source, line.period, line.basis): None for line in lines}:
        of = MonthOfTitles(*month, policy.categories)
        theirs = [line for line in lines if (line.source, line.period, line.basis) == month]
        found |= await _causes_in(work, of, [line for line in theirs if line.divergence])
    return found


async def _causes_in(work: Work, of: MonthOfTitles, lines: Sequence[Line]) -> dict[LineRef, Sequence[Cause]]:
    clients = [line.client.id for line in lines if line.client]
    contracts = await work.contracts.of_clients(clients)
    titles: dict[str, list[TitleRecord]] = {code: [] for line in lines for code in line.codes}
    for title in await work.titles.around(of, list(titles), WINDOW):
        titles[title.client_code].append(title)
    explained = (
        explain(
            of.period,
            of.basis,
            contracts.get(line.client.id, ()) if line.client else (),
            [title for code in line.codes for title in titles[code]],
        )
        for line in lines
    )
    return {line.ref: _whole(line, causes) for line, causes in zip(lines, explained, strict=True)}


def _whole(line: Line, causes: Sequence[Cause]) -> Sequence[Cause]:
    """What a sync or a person has changed since the line was read is left over."""
    rest = line.divergence - sum((cause.amount for cause in causes), ZERO)
    return [*causes, Cause(kind=CauseKind.RESIDUE, amount=rest)] if rest else causes


async def _told_then(work: Work, lines: Sequence[Line]) -> dict[LineRef, Sequence[Cause]]:
    kept = {line.ref: line.snapshot.causes for line in lines if line.snapshot}
    every = [cause for causes in kept.values() for cause in causes]
    titles = await work.titles.by_ids([title for cause in every for title in cause.title_ids])
    contracts = await work.contracts.by_ids([cause.contract_id for cause in every if cause.contract_id])

    def told(cause: KeptCause) -> Cause:
        return Cause(
            kind=cause.kind,
            amount=cause.amount,
            titles=tuple(titles[title] for title in cause.title_ids if title in titles),
            contract=contracts.get(cause.contract_id) if cause.contract_id else None,
        )

    return {ref: [told(cause) for cause in causes] for ref, causes in kept.items()}
