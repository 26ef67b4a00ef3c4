from collections.abc import AsyncGenerator, Collection, Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres import clients
from adapters.postgres.billing import received_of
from adapters.postgres.party_billing import PartyBilling, sums_of
from adapters.postgres.party_taxes import PartyTaxes, withholding_of
from adapters.postgres.party_terms import read_terms, terms_of
from adapters.postgres.rows import among
from ports.calendar import Period
from ports.reconciliations import Party, PartyKey, PartyStore
from ports.titles import MonthsOfTitles

CLIENTS, LINKS = clients.CLIENTS, clients.LINKS
BATCH = 1000
"""Parties of a month in memory at once: of many months, fewer clients."""


class PostgresParties(PartyStore):
    """One question, with a row for each party and all its months: memory holds some rows."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def each(
        self, of: MonthsOfTitles, only: Sequence[PartyKey] | None = None
    ) -> AsyncGenerator[Sequence[tuple[Period, Party]], None]:
        chosen = None if only is None else [key.client_id for key in only if key.client_id]
        codes = None if only is None else await self._codes(of, only)
        query = _parties(of, chosen, codes)
        spans = [(period, period.first_day, period.last_day, str(period.first_day)) for period in of.periods]
        found = await self._connection.stream(
            query, execution_options={"yield_per": max(1, BATCH // len(of.periods))}
        )
        try:
            async for rows in found.partitions():
                yield [each for row in rows for each in _months_of(row, of.source, spans)]
        finally:
            await found.close()

    async def _codes(self, of: MonthsOfTitles, only: Sequence[PartyKey]) -> list[str]:
        chosen = [key.client_id for key in only if key.client_id]
        linked = select(LINKS.c.code).where(LINKS.c.source == of.source, among(LINKS.c.client_id, chosen))
        found = (await self._connection.execute(linked)).scalars().all()
        return [*found, *(key.code for key in only if key.code is not None)]


def _parties(
    of: MonthsOfTitles, chosen: Collection[UUID] | None, codes: Collection[str] | None
) -> Select[Any]:
    """The clients that have something, then the codes that are nobody's."""
    owners = clients.SELECT.where(among(CLIENTS.c.id, chosen)).subquery()
    received = received_of(of, codes)
    terms, sums, taxes = terms_of(of, chosen), sums_of(of, received, codes), withholding_of(of, received)
    sides = (
        owners.outerjoin(terms, terms.c.owner == owners.c.id)
        .outerjoin(taxes, taxes.c.owner == owners.c.id)
        .outerjoin(sums, sums.c.owner == owners.c.id, full=True)
    )
    return (
        select(*owners.c, sums.c.stranger, terms.c.terms, sums.c.sums, taxes.c.titles)
        .select_from(sides)
        .where(
            # A code that is somebody's is no line of its own, though its client was not asked for.
            or_(owners.c.id.is_not(None), sums.c.owner.is_(None)),
            or_(terms.c.terms.is_not(None), sums.c.sums.is_not(None)),
        )
    )


def _months_of(
    row: Row[Any], source: str | None, spans: Sequence[tuple[Period, date, date, str]]
) -> Iterator[tuple[Period, Party]]:
    client = None if row.id is None else clients.to_record(row)
    codes = client.codes_in(source) if client else (row.stranger,)
    agreed, billing, taxes = read_terms(row.terms), PartyBilling(row.sums), PartyTaxes(row.titles)
    for period, first, last, name in spans:
        contracts = tuple([each for each in agreed if each.is_in_force(first, last)])
        billed = billing.of(name)
        if contracts or billed:
            withholding = taxes.of(period)
            party = Party(
                client=client, codes=codes, contracts=contracts, billing=billed, withholding=withholding
            )
            yield period, party
