"""The frame of every creation of payments, one or thousands: complete, check, keep, all set by set."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from core.use_cases.payment_references import completed, fill_registers, two_clients
from ports.errors import Fault, RefusalCode, Refused
from ports.payments import PaymentRecord
from ports.work import Work

Sent: TypeAlias = Mapping[str, Any]
Make: TypeAlias = Callable[[Sent], PaymentRecord]
Admitted: TypeAlias = PaymentRecord | tuple[Fault, ...]

AT_ONCE = 100
"""Payments drafted before others have their turn: thousands would make them wait for a tenth of a second."""
TAKEN = (Fault(RefusalCode.DUPLICATE_EXTERNAL_ID, ("external_id",)),)


@dataclass(frozen=True, slots=True)
class Admission:
    """What came of each input, in their order: a payment, or what is wrong with it."""

    outcomes: Sequence[Admitted]

    @property
    def kept(self) -> list[PaymentRecord]:
        return [outcome for outcome in self.outcomes if isinstance(outcome, PaymentRecord)]

    @property
    def is_whole(self) -> bool:
        return len(self.kept) == len(self.outcomes)


async def admit(work: Work, sent: Sequence[Sent], make: Make, *, all_or_nothing: bool) -> Admission:
    """Keep what is sound; with `all_or_nothing` only if all is. The caller commits, or does not."""
    drafts = await _drafted(make, await completed(work, sent))
    admission = Admission(await _checked(work, drafts))
    if all_or_nothing and not admission.is_whole:
        return admission
    taken = await work.payments.add_all(admission.kept)
    admission = Admission([_unless_taken(outcome, taken) for outcome in admission.outcomes])
    await fill_registers(work, admission.kept)
    return admission


async def _drafted(make: Make, sent: Sequence[Sent]) -> list[Admitted]:
    drafts: list[Admitted] = []
    for values in sent:
        drafts.append(_draft(make, values))
        if len(drafts) % AT_ONCE == 0:
            await asyncio.sleep(0)
    return drafts


def _draft(make: Make, values: Sent) -> Admitted:
    try:
        return make(values)
    except Refused as refused:
        return refused.faults


async def _checked(work: Work, drafts: Sequence[Admitted]) -> list[Admitted]:
    """With what only shows beside other records: two clients in one, an external id twice."""
    sound = [draft for draft in drafts if isinstance(draft, PaymentRecord)]
    wrong = {draft.id: fault for draft, fault in zip(sound, await two_clients(work, sound), strict=True)}
    seen: set[str] = set()
    checked: list[Admitted] = []
    for draft in drafts:
        outcome = draft
        if isinstance(draft, PaymentRecord):
            if fault := wrong[draft.id]:
                outcome = (fault,)
            elif draft.external_id in seen:
                outcome = TAKEN
            elif draft.external_id is not None:
                seen.add(draft.external_id)
        checked.append(outcome)
    return checked


def _unless_taken(outcome: Admitted, taken: Collection[UUID]) -> Admitted:
    return TAKEN if isinstance(outcome, PaymentRecord) and outcome.id in taken else outcome
