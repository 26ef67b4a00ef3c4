"""Look-ups gathered over one request, so that a list of a hundred costs one query, not a hundred."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias, TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader

from core.line_pages import LinePage
from core.month_totals import MonthTotals
from graphql_api.use_cases import UseCases
from ports.acknowledgements import AcknowledgementRecord
from ports.calendar import Period, local_day
from ports.causes import Cause
from ports.clients import ClientRecord
from ports.clock import Clock
from ports.contracts import ContractRecord
from ports.paging import Page, PageRequest
from ports.reconciliations import Line, LineRef, Month, Since
from ports.titles import BillingBasis, TitleRecord
from ports.work import OpenWork, Work

K = TypeVar("K")
V = TypeVar("V")


Surveyed: TypeAlias = tuple[Month, LinePage | None]
"""A month, and a page of its lines that is to be filled."""


class TitlesOfLine(NamedTuple):
    """The first or last titles of some client codes in a month."""

    source: str
    codes: tuple[str, ...]
    period: Period
    basis: BillingBasis
    page: PageRequest

    @property
    def together(self) -> tuple[str, Period, BillingBasis, PageRequest]:
        """What others that are answered by the same question have in common with it."""
        return self.source, self.period, self.basis, self.page


class Loaders:
    def __init__(self, open_work: OpenWork, clock: Clock, use_cases: UseCases) -> None:
        self._open_work = open_work
        self._clock = clock
        self._use_cases = use_cases
        self.renew()

    def renew(self) -> None:
        """Forget what was looked up: a stream lives longer than a request."""
        self.clients: DataLoader[UUID, ClientRecord | None] = self._loader(_clients)
        self.clients_by_code: DataLoader[str, ClientRecord | None] = self._loader(_clients_by_code)
        self.titles: DataLoader[str, TitleRecord | None] = self._loader(_titles)
        self.contracts_in_force: DataLoader[UUID, Sequence[ContractRecord] | None] = self._loader(
            self._contracts_in_force
        )

        self.first_contracts: DataLoader[tuple[UUID, PageRequest], Page[ContractRecord]] = DataLoader(
            load_fn=self._first_contracts
        )
        self.first_titles: DataLoader[TitlesOfLine, Page[TitleRecord]] = DataLoader(
            load_fn=self._first_titles
        )
        self.survey: DataLoader[Surveyed, MonthTotals] = DataLoader(load_fn=self._survey)
        self.lines: DataLoader[LineRef, Line | None] = DataLoader(load_fn=self._lines)
        self.causes: DataLoader[Line, Sequence[Cause]] = DataLoader(
            load_fn=self._causes, cache_key_fn=attrgetter("ref")
        )
        self.divergent_since: DataLoader[Line, Since | None] = DataLoader(
            load_fn=self._divergent_since, cache_key_fn=attrgetter("ref")
        )
        self.acknowledgements: DataLoader[UUID, AcknowledgementRecord | None] = self._loader(
            _acknowledgements
        )

    async def _first_contracts(self, wanted: list[tuple[UUID, PageRequest]]) -> list[Page[ContractRecord]]:
        """One question for each different page that is asked for."""
        pages: dict[PageRequest, Mapping[UUID, Page[ContractRecord]]] = {}
        async with self._open_work() as work:
            for page in {page for _, page in wanted}:
                clients = {client for client, asked in wanted if asked == page}
                pages[page] = await work.contracts.first_pages(clients, page)
        return [pages[page][client] for client, page in wanted]

    async def _first_titles(self, wanted: list[TitlesOfLine]) -> list[Page[TitleRecord]]:
        """One question for each different page of a month that is asked for."""
        pages: dict[Any, Mapping[tuple[str, ...], Page[TitleRecord]]] = {}
        async with self._open_work() as work:
            for together in {asked.together for asked in wanted}:
                source, period, basis, page = together
                parties = [asked.codes for asked in wanted if asked.together == together]
                pages[together] = await work.titles.first_pages(source, parties, period, basis, page)
        return [pages[asked.together][asked.codes] for asked in wanted]

    async def _survey(self, wanted: list[Surveyed]) -> list[MonthTotals]:
        """One pass over each month, whatever is asked of it."""
        totals = {
            month: await self._use_cases.survey_month(
                month, [page for asked, page in wanted if asked == month and page is not None]
            )
            for month in {asked: None for asked, _ in wanted}
        }
        return [totals[month] for month, _ in wanted]

    async def _lines(self, refs: list[LineRef]) -> list[Line | None]:
        found = await self._use_cases.find_lines(refs)
        return [found.get(ref) for ref in refs]

    async def _causes(self, lines: list[Line]) -> list[Sequence[Cause]]:
        found = await self._use_cases.explain_lines(lines)
        return [found.get(line.ref, ()) for line in lines]

    async def _divergent_since(self, lines: list[Line]) -> list[Since | None]:
        found = await self._use_cases.divergent_since(lines)
        return [found.get(line.ref) for line in lines]

    def _loader(self, find: Callable[[Work, list[K]], Awaitable[Mapping[K, V]]]) -> DataLoader[K, V | None]:
        async def load(keys: list[K]) -> list[V | None]:
            async with self._open_work() as work:
                found = await find(work, keys)
            return [found.get(key) for key in keys]

        return DataLoader(load_fn=load)

    async def _contracts_in_force(
        self, work: Work, clients: list[UUID]
    ) -> Mapping[UUID, Sequence[ContractRecord]]:
        return await work.contracts.of_clients(clients, local_day(self._clock.now()))


async def _clients(work: Work, ids: list[UUID]) -> Mapping[UUID, ClientRecord]:
    return await work.clients.by_ids(ids)


async def _clients_by_code(work: Work, codes: list[str]) -> Mapping[str, ClientRecord]:
    return await work.clients.by_any_code(codes)


async def _titles(work: Work, ids: list[str]) -> Mapping[str, TitleRecord]:
    return await work.titles.by_external_ids(ids)


async def _acknowledgements(work: Work, ids: list[UUID]) -> Mapping[UUID, AcknowledgementRecord]:
    return await work.acknowledgements.by_ids(ids)
