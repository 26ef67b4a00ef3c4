"""How Postgres finds a page of payments, in its own words: along an index, from the cursor on."""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from adapters.postgres.engine import open_engine
from adapters.postgres.jobs import SyncJobs
from adapters.postgres.payments import PostgresPayments
from adapters.postgres.work import PostgresOpenWork
from bench.filling import TODAY, fill
from bench.pages import FILTERS, last_page, orders
from ports.paging import PageRequest
from ports.payments import PaymentFilter, PaymentOrder, PaymentOrderField
from tests.conftest import new_database

ROWS = 30_000
SIZE = 20
FEW = 700
"""As many rows may be sorted or looked at in vain: of a month, or between those with a frequent word."""

F = PaymentOrderField
ORDERS = {f"{order.field.name} {'desc' if order.descending else 'asc'}": [order] for order in orders()}
MIXED = {
    "down, up": [PaymentOrder(F.VALOR_TOTAL, descending=True), PaymentOrder(F.DATA_VENCIMENTO)],
    "up, down": [PaymentOrder(F.DATA_VENCIMENTO), PaymentOrder(F.VALOR_TOTAL, descending=True)],
    "both down": [
        PaymentOrder(F.CADASTRADO_EM, descending=True),
        PaymentOrder(F.DESCRICAO, descending=True),
    ],
}
CASES: dict[str, tuple[PaymentFilter, Sequence[PaymentOrder]]] = {
    **{name: (PaymentFilter(), order) for name, order in (ORDERS | MIXED).items()},
    **{name: (where, ()) for name, where in FILTERS.items()},
    "open ones by settlement": (PaymentFilter(liquidado=False), ORDERS["DATA_LIQUIDACAO asc"]),
    "settled ones, latest first": (PaymentFilter(liquidado=True), ORDERS["DATA_LIQUIDACAO desc"]),
}


@pytest.fixture(scope="module")
async def engine(server: str) -> AsyncIterator[AsyncEngine]:
    """On a database of its own, filled as that of `make bench`."""
    address = new_database(server)
    fill(address, ROWS)
    engine = open_engine(address)
    yield engine
    await engine.dispose()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {address.partition('?')[0].rpartition('/')[2]}")


async def complaints(
    connection: AsyncConnection, where: PaymentFilter, order: Sequence[PaymentOrder], page: PageRequest
) -> list[str]:
    """What is wrong with how the page is found."""
    said: list[tuple[str, Any]] = []

    def listen(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if "FROM payments" in statement:
            said.append((statement, values))

    event.listen(connection.sync_connection, "before_cursor_execute", listen)
    await PostgresPayments(connection).page(where, order, page, TODAY)
    event.remove(connection.sync_connection, "before_cursor_execute", listen)
    found = []
    for statement, values in said:
        found += ["OFFSET"] if "OFFSET" in statement.upper() else []
        explained = await connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values)
        found += _wrong(explained.scalar_one()[0]["Plan"])
    return found


def _wrong(node: dict[str, Any]) -> Iterator[str]:
    children = node.get("Plans", [])
    if node["Node Type"] == "Seq Scan" and node["Relation Name"] == "payments":
        yield "the table is read"
    if "Sort" in node["Node Type"] and (sorted_ := children[0]["Actual Rows"]) > FEW:
        yield f"{sorted_} rows are sorted"
    for reason in ("Filter", "Index Recheck"):
        if (vain := node.get(f"Rows Removed by {reason}", 0) * node["Actual Loops"]) > FEW:
            yield f"{vain} rows of {node.get('Relation Name')} are looked at in vain"
    for child in children:
        yield from _wrong(child)


@pytest.mark.parametrize(("where", "order"), CASES.values(), ids=CASES)
async def test_pages_cost_their_rows(
    engine: AsyncEngine, where: PaymentFilter, order: Sequence[PaymentOrder]
) -> None:
    last = await last_page(PostgresOpenWork(engine, SyncJobs("")), where, order, SIZE)
    async with engine.connect() as connection:
        for page in (PageRequest(SIZE), last, PageRequest(SIZE, backward=True, before=last.after)):
            assert await complaints(connection, where, order, page) == []


@pytest.mark.parametrize(
    ("index", "where", "order"),
    [
        ("payments_by_valor_total", PaymentFilter(), ORDERS["VALOR_TOTAL desc"]),
        ("payments_settled_by_due", FILTERS["liquidado: true"], ORDERS["DATA_VENCIMENTO desc"]),
        ("payments_of_cliente", FILTERS["clienteId: one"], ()),
        ("payments_search", FILTERS["search: a rare word"], ()),
    ],
)
async def test_it_would_be_noticed_if_an_index_were_gone(
    engine: AsyncEngine, index: str, where: PaymentFilter, order: Sequence[PaymentOrder]
) -> None:
    async with engine.connect() as connection:
        await connection.exec_driver_sql("RESET ROLE")
        await connection.exec_driver_sql("SET ROLE NONE")
        await connection.exec_driver_sql(f"DROP INDEX {index}")
        assert await complaints(connection, where, order, PageRequest(SIZE)) != []
