"""Reading without records: rows of chosen columns, as they go out.

Amounts and days are texts in the form that the outside sees, moments are in UTC, enums are their names; ids
are public ones. There is one question to the database for each method.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol, TypeAlias
from uuid import UUID

from ports.paging import Page, PageRequest
from ports.payments import PaymentFilter, PaymentOrder

Row: TypeAlias = tuple[Any, ...]
"""Values in the order of the columns that were asked for, and whatever the list itself needs behind them."""
ListAsked: TypeAlias = tuple[PageRequest, Sequence[str]]
"""A page of what belongs to each row, and its columns."""


class Reads(Protocol):
    """Columns have the names of the records' fields; `situacao` of a payment is one too."""

    async def payment(self, key: UUID, columns: Sequence[str], today: date, *, deleted: bool) -> Row | None:
        """One payment, a deleted one only where `deleted` says so."""
        ...

    async def payments(
        self,
        where: PaymentFilter,
        order: Sequence[PaymentOrder],
        page: PageRequest,
        today: date,
        columns: Sequence[str],
    ) -> Page[Row] | None:
        """None for a filter that takes more than one question."""
        ...

    async def clients(
        self, page: PageRequest, columns: Sequence[str], lists: Sequence[ListAsked] = ()
    ) -> tuple[Page[Row], Sequence[Mapping[str, Page[Row]]]]:
        """All clients by name, their bare keys as the rows' last values; and for each list their contracts by
        those keys: newest start first, without looking at cursors. No column is about codes or prices."""
        ...
