from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres import contracts
from adapters.postgres.clients import PostgresClients
from adapters.postgres.closed_titles import FACTS, KEPT, changed_titles, titles_now, to_title_then
from adapters.postgres.closing_tables import ClosedContractRow, ClosedLineRow, ClosingRow
from adapters.postgres.rows import RowMapper, among
from adapters.postgres.tables import table_of
from adapters.postgres.tolerance_rules import PostgresToleranceRules
from ports.calendar import Period
from ports.causes import CauseKind, KeptCause
from ports.clients import ClientRecord
from ports.closings import AgreedThen, ClosingStore, TitleThen
from ports.contracts import ContractTerms
from ports.money import ZERO, Money
from ports.reconciliations import ClosingRecord, Line, LineSnapshot, PartyKey, Since, month_id
from ports.titles import MonthOfTitles
from ports.tolerance_rules import ToleranceRuleRecord

BATCH = 500
CLOSINGS, LINES, AGREED = table_of(ClosingRow), table_of(ClosedLineRow), table_of(ClosedContractRow)
C, L, A = CLOSINGS.c, LINES.c, AGREED.c
CONTRACTS = contracts.CONTRACTS
ROWS = RowMapper(ClosingRecord, CLOSINGS)
FIGURES = ("mrr", "expected", "billed", "withheld", "not_yet_due", "tolerance", "verdict", "kind")


class PostgresClosings(ClosingStore):
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._clients = PostgresClients(connection)
        self._rules = PostgresToleranceRules(connection)

    async def add(self, closing: ClosingRecord) -> None:
        key = month_id(closing.source, closing.period, closing.basis)
        await self._connection.execute(insert(CLOSINGS).values(ROWS.to_row(closing) | {"month_id": key}))

    async def current(self, source: str, period: Period) -> ClosingRecord | None:
        query = select(*ROWS.columns).where(C.source == source, C.period == period, C.reopened_at.is_(None))
        return await ROWS.find(self._connection, query)

    async def reopen(self, closing_id: UUID, at: datetime, by: str, reason: str) -> bool:
        closed = (C.id == closing_id, C.reopened_at.is_(None))
        how = {"reopened_at": at, "reopened_by": by, "reopen_reason": reason}
        reopened = update(CLOSINGS).where(*closed).values(how).returning(C.id)
        return (await self._connection.execute(reopened)).one_or_none() is not None

    async def keep(self, closing_id: UUID, lines: Sequence[Line]) -> None:
        rows = [{"closing_id": closing_id, **_to_row(line)} for line in lines]
        if rows:
            await self._connection.execute(insert(LINES), rows)

    async def keep_agreed(self, closing_id: UUID, agreed: Sequence[tuple[ContractTerms, Money]]) -> None:
        rows = [
            {"closing_id": closing_id, "contract_id": terms.id, "expected": expected}
            for terms, expected in agreed
        ]
        if rows:
            await self._connection.execute(insert(AGREED), rows)

    async def keep_titles(self, closing_id: UUID, of: MonthOfTitles) -> None:
        now = titles_now(of)
        names = ("title_id", *FACTS)
        theirs = select(literal(closing_id), *(now.c[name] for name in names)).where(now.c.is_here)
        await self._connection.execute(insert(KEPT).from_select(["closing_id", *names], theirs))

    async def lines(
        self, closing: ClosingRecord, only: Sequence[PartyKey] | None = None
    ) -> AsyncGenerator[Sequence[Line], None]:
        chosen = None if only is None else [str(key) for key in only]
        query = select(LINES).where(L.closing_id == closing.id, among(L.party, chosen))
        async with aclosing(self._batches(query)) as batches:
            async for rows in batches:
                keys = [PartyKey.parse(row.party) for row in rows]
                clients = await self._clients.by_ids([key.client_id for key in keys if key.client_id])
                rules = await self._rules.by_ids([row.rule_id for row in rows])
                yield [_to_line(closing, row, clients, rules) for row in rows]

    async def changed_titles(
        self, closing: ClosingRecord, of: MonthOfTitles
    ) -> AsyncGenerator[Sequence[TitleThen], None]:
        async with aclosing(self._batches(changed_titles(closing, of))) as batches:
            async for rows in batches:
                yield [to_title_then(row) for row in rows]

    async def agreed(self, closing: ClosingRecord) -> AsyncGenerator[Sequence[AgreedThen], None]:
        period, ours = closing.period, CONTRACTS.c
        kept = select(AGREED).where(A.closing_id == closing.id).subquery()
        in_force = and_(*contracts.in_force(period.first_day, period.last_day))
        query = (
            contracts.SELECT.add_columns(kept.c.expected.label("expected_then"))
            .outerjoin(kept, kept.c.contract_id == ours.id)
            .where(or_(kept.c.contract_id.is_not(None), in_force))
        )
        async with aclosing(self._batches(query)) as batches:
            async for rows in batches:
                yield [AgreedThen(contracts.to_record(row), row.expected_then) for row in rows]

    async def _batches(self, query: Select[Any]) -> AsyncGenerator[Sequence[Row[Any]], None]:
        found = await self._connection.stream(query, execution_options={"yield_per": BATCH})
        try:
            async for rows in found.partitions():
                yield rows
        finally:
            await found.close()


def _to_row(line: Line) -> dict[str, Any]:
    if line.snapshot is None:
        raise ValueError("a line is kept with its snapshot")
    run, causes = line.snapshot.run, line.snapshot.causes
    return {
        "party": str(line.key),
        "name": line.name,
        "codes": list(line.codes),
        "rule_id": line.rule.id,
        "since": run.since if run else None,
        "at_risk": run.at_risk if run else ZERO,
        "causes": [_to_json(cause) for cause in causes],
        **{name: getattr(line, name) for name in FIGURES},
    }


def _to_json(cause: KeptCause) -> list[Any]:
    contract = str(cause.contract_id) if cause.contract_id else None
    # Amounts travel as text: a JSON number would pass through a float.
    return [cause.kind.value, str(cause.amount), [str(title) for title in cause.title_ids], contract]


def _to_cause(kind: str, amount: str, titles: list[str], contract: str | None) -> KeptCause:
    contract_id = UUID(contract) if contract else None
    return KeptCause(CauseKind(kind), Money(amount), tuple(map(UUID, titles)), contract_id)


def _to_line(
    closing: ClosingRecord,
    row: Row[Any],
    clients: Mapping[UUID, ClientRecord],
    rules: Mapping[UUID, ToleranceRuleRecord],
) -> Line:
    key = PartyKey.parse(row.party)
    run = Since(row.since, row.at_risk) if row.since else None
    return Line(
        period=closing.period,
        basis=closing.basis,
        source=closing.source,
        key=key,
        name=row.name,
        client=clients.get(key.client_id) if key.client_id else None,
        codes=tuple(row.codes),
        divergence=row.billed - row.expected,
        rule=rules[row.rule_id],
        snapshot=LineSnapshot(run=run, causes=tuple(_to_cause(*cause) for cause in row.causes)),
        **{name: getattr(row, name) for name in FIGURES},
    )
