from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from core.payment import Payment
from core.use_cases.admit_payments import Admission, Admitted, admit
from core.use_cases.once import Key, digest_of, first_outcomes, remember
from ports.audit import Act
from ports.clock import Clock
from ports.errors import RefusalCode, refused
from ports.idempotency import Outcome
from ports.identity import Identity
from ports.ids import OURS, new_id
from ports.payments import BulkOutcome, BulkResult, ErrorPolicy, PaymentRecord
from ports.work import OpenWork, Work

MUTATION = "createPayments"
LIMIT = 5000


class CreatePayments:
    """Keep up to 5000 new payments in one step, once per idempotency key; a result for each."""

    def __init__(self, open_work: OpenWork, clock: Clock) -> None:
        self._open_work = open_work
        self._clock = clock

    async def __call__(
        self,
        sent: Sequence[Mapping[str, Any]],
        on_error: ErrorPolicy,
        *,
        by: Identity,
        idempotency_key: str | None = None,
    ) -> BulkResult:
        """A result for each input; None for a sound one that was left out for another's sake."""
        if len(sent) > LIMIT:
            raise refused(RefusalCode.TOO_MANY, "inputs", limit=LIMIT)
        key, now = Key.of(MUTATION, by, idempotency_key), self._clock.now()
        whole_only = on_error is ErrorPolicy.REJECT_ALL
        digest = digest_of(sent, policy=on_error.name) if key else ""

        def make(values: Mapping[str, Any]) -> PaymentRecord:
            return Payment.create(values, key=new_id(), by=by, now=now, source=OURS).record

        async with self._open_work(Act(by.subject, MUTATION)) as work:
            if before := await first_outcomes(work, key, digest):
                return BulkResult(await _as_they_stand(work, before))
            admission = await admit(work, sent, make, all_or_nothing=whole_only)
            if whole_only and not admission.is_whole:
                return BulkResult(_left_out(admission))
            if admission.kept:
                await remember(work, key, [_remembered(outcome) for outcome in admission.outcomes])
                await work.commit()
            return BulkResult(admission.outcomes)


def _left_out(admission: Admission) -> list[BulkOutcome]:
    return [None if isinstance(outcome, PaymentRecord) else outcome for outcome in admission.outcomes]


def _remembered(outcome: Admitted) -> Outcome:
    return outcome.id if isinstance(outcome, PaymentRecord) else outcome


async def _as_they_stand(work: Work, before: Sequence[Outcome]) -> list[BulkOutcome]:
    found = await work.payments.by_ids([outcome for outcome in before if isinstance(outcome, UUID)])
    return [found[outcome] if isinstance(outcome, UUID) else outcome for outcome in before]
