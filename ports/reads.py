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
"""Values in the order of the columns that were asked for."""


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

    async def clients(self, page: PageRequest, columns: Sequence[str]) -> Page[tuple[str, Row]]:
        """All clients by name, each with its bare key. No column is about codes."""
        ...

    async def contracts(
        self, keys: Sequence[str], page: PageRequest, columns: Sequence[str]
    ) -> Mapping[str, Page[Row]]:
        """Of each of these clients what `page` gives, newest start first; cursors are left aside, and so are
        prices."""
        ...
