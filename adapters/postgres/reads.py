"""Rows straight from the driver, in one message to the database: role, patience and question travel together.

A statement is built once for each shape of question, and its text is kept. Through a transaction pooler
nothing outlives the message; on connections of our own the database keeps the plans.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, bindparam, or_, select

from adapters.postgres.client_reads import client_page, contract_pages, placed
from adapters.postgres.clients import BY_NAME
from adapters.postgres.contracts import NEWEST
from adapters.postgres.engine import APPLICATION, PATIENCE
from adapters.postgres.errors import translated
from adapters.postgres.keyset import Keyset, uncut
from adapters.postgres.line import Question, Rows
from adapters.postgres.lines import Lines
from adapters.postgres.payment_conditions import LISTS, RANGES, conditions
from adapters.postgres.payments import keyset_of, leading_field
from adapters.postgres.statements import Statements, bare
from adapters.postgres.tables import PaymentRow, table_of
from adapters.postgres.wire import payment_column
from ports.paging import Page, PageRequest
from ports.payments import PaymentFilter, PaymentOrder, PaymentOrderField
from ports.reads import ListAsked, Reads, Row

C = table_of(PaymentRow).c
TODAY: ColumnElement[date] = bindparam("today", type_=Date)
BEFORE = (
    f"SELECT set_config('role', '{APPLICATION}', true), set_config('statement_timeout', '{PATIENCE}', true)"
)
LONGEST = 20
"""Values of a list that each are a parameter of their own."""
_lists, _ranges = attrgetter(*LISTS), attrgetter(*RANGES)
"""What a filter says of each."""


class PostgresReads(Reads):
    def __init__(self, database_url: str, *, pooled: bool) -> None:
        """Behind a `pooled` address connections are shared, and remember nothing."""
        self._statements = Statements(named=not pooled)
        self.lines = Lines(database_url, self._statements.plain(BEFORE))

    async def payment(self, key: UUID, columns: Sequence[str], today: date, *, deleted: bool) -> Row | None:
        values = {"id": key, "deleted": deleted, "today": today}
        [rows] = await self._ask(self._question(("payment", columns), partial(_one, columns), values))
        return rows[0] if rows else None

    async def payments(
        self,
        where: PaymentFilter,
        order: Sequence[PaymentOrder],
        page: PageRequest,
        today: date,
        columns: Sequence[str],
    ) -> Page[Row] | None:
        if not _plain(where, order):
            return None
        keyset = _keyset(tuple(order))
        values = {"today": today, **dict(_values(where)), **_places(keyset, page)}
        shape = (columns, tuple(order), page.size, page.backward, _fixed(where), tuple(values))
        make = partial(_page, where, order, page, columns)
        [rows] = await self._ask(self._question(shape, make, values, page.size))
        return uncut(rows, page, partial(_Cursors, keyset))

    async def clients(
        self, page: PageRequest, columns: Sequence[str], lists: Sequence[ListAsked] = ()
    ) -> tuple[Page[Row], Sequence[Mapping[str, Page[Row]]]]:
        values = _places(BY_NAME, page)
        shape = ("clients", page.size, page.backward, tuple(values))
        wanted: list[tuple[Any, Callable[[], Select[Any]]]] = [
            ((*shape, columns), partial(client_page, page, columns))
        ]
        wanted += [((*shape, *one), partial(contract_pages, page, *one)) for one in lists]
        rows, *found = await self._ask(*(self._question(*one, values, page.size) for one in wanted))
        theirs = [_by_client(contracts, *one) for contracts, one in zip(found, lists, strict=True)]
        return uncut(rows, page, partial(_Cursors, BY_NAME)), theirs

    def _question(
        self, shape: Any, make: Callable[[], Select[Any]], values: Mapping[str, Any], rows: int = 1
    ) -> Question:
        with translated():
            return self._statements.question(shape, make, values, rows)

    async def _ask(self, *questions: Question) -> list[Rows]:
        with translated():
            return await self.lines.ask(*questions)


def _by_client(rows: Rows, page: PageRequest, columns: Sequence[str]) -> Mapping[str, Page[Row]]:
    """Each client's page, by the key behind the columns; an empty one for whoever has nothing."""
    theirs: defaultdict[str, Rows] = defaultdict(list)
    place, cursors = len(columns), partial(_Cursors, NEWEST)
    for row in rows:
        theirs[row[place]].append(row)
    empty = uncut([], page, cursors)
    return defaultdict(lambda: empty, {key: uncut(some, page, cursors) for key, some in theirs.items()})


def _one(columns: Sequence[str]) -> Select[Any]:
    visible = or_(C.deletado_em.is_(None), bindparam("deleted"))
    chosen = (payment_column(name, TODAY) for name in columns)
    return select(*chosen).where(C.id == bindparam("id"), visible)


def _page(
    where: PaymentFilter, order: Sequence[PaymentOrder], page: PageRequest, columns: Sequence[str]
) -> Select[Any]:
    keyset = _keyset(tuple(order))
    chosen = (payment_column(name, TODAY) for name in columns)
    query = select(*chosen).where(*conditions(_with_parameters(where), TODAY, leading_field(order)))
    return placed(keyset, query, page, page.size + 1)


def _places(keyset: Keyset, page: PageRequest) -> dict[str, Any]:
    """The parameters of the places between which a page lies."""
    found: dict[str, Any] = {}
    for name, cursor in (("after", page.after), ("before", page.before)):
        if cursor is not None:
            found |= keyset.values(name, cursor)
    return found


class _Cursors(Sequence[str]):
    """Written when they are asked for: of most pages that is the last one alone."""

    def __init__(self, keyset: Keyset, rows: Sequence[Row]) -> None:
        self._keyset = keyset
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, place: Any) -> Any:
        return self._keyset.cursor(self._keyset.last_of(self._rows[place]))


@lru_cache(1000)
def _keyset(order: tuple[PaymentOrder, ...]) -> Keyset:
    return keyset_of(order)


def _plain(where: PaymentFilter, order: Sequence[PaymentOrder]) -> bool:
    """Whether nothing has to be asked beforehand, and the values are few, but some."""
    by_due_day = leading_field(order) is PaymentOrderField.DATA_VENCIMENTO
    if where.search or where.cliente_id or (by_due_day and (where.data_competencia or where.data_liquidacao)):
        return False
    return all(0 < len(values) <= LONGEST for values in _lists(where) if values is not None)


def _values(where: PaymentFilter) -> Iterator[tuple[str, Any]]:
    """The parameters of the filter."""
    for name, values in zip(LISTS, _lists(where), strict=True):
        if values is not None:
            for n, value in enumerate(values):
                yield f"{name}{n}", bare(value)
    for name, between in zip(RANGES, _ranges(where), strict=True):
        if between is not None:
            for end in ("start", "end"):
                if (value := getattr(between, end)) is not None:
                    yield f"{name}_{end}", value


def _fixed(where: PaymentFilter) -> Any:
    """What of the filter is in the statement itself."""
    states = None if where.situacao is None else tuple(where.situacao)
    return where.liquidado, where.deleted, states


def _with_parameters(where: PaymentFilter) -> PaymentFilter:
    """The filter, with a parameter of that name in the place of each value."""
    changes: dict[str, Any] = {}
    for name in LISTS:
        if (values := getattr(where, name)) is not None:
            changes[name] = [bindparam(f"{name}{n}", type_=C[name].type) for n, _ in enumerate(values)]
    for name in RANGES:
        if (between := getattr(where, name)) is not None:
            ends = [(end, getattr(between, end)) for end in ("start", "end")]
            changes[name] = type(between)(
                **{
                    end: bindparam(f"{name}_{end}", type_=C[name].type)
                    for end, value in ends
                    if value is not None
                }
            )
    return replace(where, **changes)
