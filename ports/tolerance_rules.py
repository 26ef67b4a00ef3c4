"""How much billed may differ from contracted: for all clients, or an override for one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from ports.money import Money
from ports.paging import Page, PageRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ToleranceRuleRecord:
    """A divergence is an alert when it is greater than the larger of percent and minimum."""

    id: UUID
    version: int
    """Counts all rules, overrides too: of two, the one with the higher version was set later."""
    percent: Decimal
    minimum: Money
    client_id: UUID | None = None
    """Whom it is an override for; None when it is for all clients."""
    valid_from: datetime
    set_by: str


class ToleranceRuleStore(Protocol):
    async def add(
        self, percent: Decimal, minimum: Money, client_id: UUID | None, at: datetime, by: str
    ) -> ToleranceRuleRecord:
        """A new rule, with the next version."""
        ...

    async def add_first(self, percent: Decimal, minimum: Money, at: datetime, by: str) -> None:
        """Version 1, unless there is a rule already."""
        ...

    async def newest(self) -> ToleranceRuleRecord:
        """The rule for all clients that is in force."""
        ...

    async def overrides(self) -> Mapping[UUID, ToleranceRuleRecord]:
        """Those in force, by client."""
        ...

    async def get(self, rule_id: UUID) -> ToleranceRuleRecord | None: ...

    async def by_ids(self, ids: Collection[UUID]) -> Mapping[UUID, ToleranceRuleRecord]: ...

    async def page(self, client_id: UUID | None, page: PageRequest) -> Page[ToleranceRuleRecord]:
        """Newest first: those for all clients, or the overrides of one."""
        ...

    async def count(self, client_id: UUID | None) -> int: ...
