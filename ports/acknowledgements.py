"""Divergences that somebody answers for: why, on what figures, and who sees to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple, Protocol
from uuid import UUID

from ports.calendar import Period
from ports.ids import derived_id
from ports.money import Money
from ports.reconciliations import LineRef, PartyKey
from ports.titles import BillingBasis


class AcknowledgementReason(Enum):
    EXPECTED = "EXPECTED"
    NEGOTIATED = "NEGOTIATED"
    BILLED_ELSEWHERE = "BILLED_ELSEWHERE"
    TIMING = "TIMING"
    DATA_ERROR = "DATA_ERROR"
    DISPUTED = "DISPUTED"
    WRITTEN_OFF = "WRITTEN_OFF"


class Remark(NamedTuple):
    """What somebody has to say of a divergence."""

    reason: AcknowledgementReason
    note: str | None = None
    owner: str | None = None
    """Who sees to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgementRecord:
    """At most one a line; it holds for this very divergence."""

    id: UUID
    source: str | None
    period: Period
    basis: BillingBasis
    client_id: UUID | None
    code: str | None
    reason: AcknowledgementReason
    note: str | None
    owner: str | None
    by: str
    at: datetime
    divergence: Money

    @property
    def ref(self) -> LineRef:
        return LineRef(self.period, self.basis, PartyKey(self.client_id, self.code))

    @property
    def remark(self) -> Remark:
        return Remark(self.reason, self.note, self.owner)


def acknowledgement_id(source: str | None, ref: LineRef) -> UUID:
    """The same for the same line, whether or not it is acknowledged: the audit trail knows it by this id."""
    return derived_id((source or "").encode(), str(ref).encode(errors="replace"))


class AcknowledgementStore(Protocol):
    async def by_ids(self, ids: Sequence[UUID]) -> Mapping[UUID, AcknowledgementRecord]: ...

    async def put(self, acknowledgements: Sequence[AcknowledgementRecord]) -> None:
        """Keep them, each in place of the one that its line has."""
        ...

    async def remove(self, ids: Sequence[UUID]) -> None: ...
