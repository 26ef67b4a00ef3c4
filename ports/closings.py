"""Closed months: both sides and the verdicts as they stood, never changed again."""

from collections.abc import AsyncGenerator, Sequence
from datetime import date, datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from ports.calendar import Period
from ports.contracts import ContractRecord, ContractTerms
from ports.money import Money
from ports.reconciliations import ClosingRecord, Line, PartyKey
from ports.titles import MonthOfTitles


class TitleFacts(NamedTuple):
    """What of a title decides what a month is billed, and how that is judged."""

    client_code: str
    category: str | None
    amount: Money
    due_on: date
    issued_on: date | None
    registered_on: date | None
    cancelled: bool
    gone: bool
    withheld: Money | None
    """Taxes kept back, told on the basis of receipts alone; so is what came in of it in the month."""
    received: Money | None
    discount: Money | None
    interest: Money | None
    fine: Money | None


class TitleThen(NamedTuple):
    """A title as it is, and as it was when the month was closed; None when it was not of the month."""

    title_id: UUID
    external_id: str
    synced_at: datetime
    now: TitleFacts
    then: TitleFacts | None


class AgreedThen(NamedTuple):
    """A contract as it is, and what it wanted when the month was closed; None when it was not in force."""

    contract: ContractRecord
    expected: Money | None


class ClosingStore(Protocol):
    async def add(self, closing: ClosingRecord) -> None:
        """Refused with PERIOD_CLOSED when the month is closed already."""
        ...

    async def current(self, source: str, period: Period) -> ClosingRecord | None:
        """The closing of a month that is closed now."""
        ...

    async def reopen(self, closing_id: UUID, at: datetime, by: str, reason: str) -> bool:
        """Whether it was still closed."""
        ...

    async def keep(self, closing_id: UUID, lines: Sequence[Line]) -> None: ...

    async def keep_agreed(self, closing_id: UUID, agreed: Sequence[tuple[ContractTerms, Money]]) -> None:
        """What each contract wanted."""
        ...

    async def keep_titles(self, closing_id: UUID, of: MonthOfTitles) -> None:
        """The titles of the month as they are, cancelled and gone ones too."""
        ...

    def lines(
        self, closing: ClosingRecord, only: Sequence[PartyKey] | None = None
    ) -> AsyncGenerator[Sequence[Line], None]:
        """As they were kept, in batches; only: no more than these."""
        ...

    def changed_titles(
        self, closing: ClosingRecord, of: MonthOfTitles
    ) -> AsyncGenerator[Sequence[TitleThen], None]:
        """Titles that were kept and differ, and those that count in the month and were not of it."""
        ...

    def agreed(self, closing: ClosingRecord) -> AsyncGenerator[Sequence[AgreedThen], None]:
        """Every contract that was in force then, or is now."""
        ...
