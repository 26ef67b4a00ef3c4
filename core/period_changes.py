"""What is said differently since a month was closed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core.contract import Contract
from core.passing_pages import Order
from ports.calendar import Period
from ports.closings import AgreedThen, TitleFacts, TitleThen


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodChange:
    """One field of a title, or what a contract wants of the month."""

    record_id: UUID
    """The title's, or the contract's."""
    title_id: UUID | None = None
    client_id: UUID | None = None
    """Of the contract; that of a title is found by its code."""
    client_code: str | None = None
    external_id: str
    field: str
    before: str | None
    after: str | None
    at: datetime


BY_RECORD: Order[PeriodChange] = Order(
    lambda change: (
        int(change.title_id is None),
        change.external_id,
        str(change.record_id),
        change.field,
    ),
    (int, str, str, str),
)
"""Contracts may share an external id: one was deleted, and another made in its place."""


def title_changes(title: TitleThen) -> Iterator[PeriodChange]:
    """Each fact that differs; of a title that was not of the month, its amount."""
    names = TitleFacts._fields if title.then else ("amount",)
    for name in names:
        before, after = getattr(title.then, name, None), getattr(title.now, name)
        if before != after:
            yield PeriodChange(
                record_id=title.title_id,
                title_id=title.title_id,
                client_code=title.now.client_code,
                external_id=title.external_id,
                field=name,
                before=_text(before),
                after=_text(after),
                at=title.synced_at,
            )


def agreed_changes(agreed: AgreedThen, period: Period) -> Iterator[PeriodChange]:
    """What the contract wants, where that differs; null while it wants nothing."""
    record, contract = agreed.contract, Contract(agreed.contract)
    in_force = record.deleted_at is None and contract.is_in_force(period)
    expected = contract.expected_in(period) if in_force else None
    if expected != agreed.expected:
        yield PeriodChange(
            record_id=record.id,
            client_id=record.client_id,
            external_id=record.external_id or str(record.id),
            field="expected",
            before=_text(agreed.expected),
            after=_text(expected),
            at=record.updated_at,
        )


def _text(value: Any) -> str | None:
    return None if value is None else str(value).lower() if isinstance(value, bool) else str(value)
