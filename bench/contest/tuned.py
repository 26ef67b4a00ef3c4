"""Strawberry with all that its users know to do for speed: no ORM, psycopg's rows as they come, documents
parsed and validated once, contracts by a DataLoader, orjson both ways."""

import sys
from collections.abc import Sequence
from typing import Any

import orjson
import strawberry
import uvicorn
from psycopg.rows import namedtuple_row
from psycopg_pool import AsyncConnectionPool
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, ValidationCache

from bench.contest.api import OF_CLIENT, Api, Found, Query, Source
from bench.contest.pool import live, pool_of
from bench.contest.workloads import ALL, CONTRACT, snake

Pool = AsyncConnectionPool[Any]


def _columns(fields: str) -> str:
    return ", ".join(["id", *map(snake, fields.split())])


PAYMENT = f"SELECT {_columns(ALL)} FROM payments WHERE id = %s"  # noqa: S608
CONTRACTS = f"""
    SELECT {_columns(CONTRACT)}, client_id FROM contracts
    WHERE client_id = ANY (%s) AND deleted_at IS NULL ORDER BY starts_on DESC, id DESC
"""  # noqa: S608


class Rows:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._contracts = DataLoader(self._contracts_of)

    async def payment(self, id: str) -> Any:
        found = await self._ask(PAYMENT, [id])
        return found[0] if found else None

    async def payments(
        self, letters: Sequence[str] | None, liquidado: bool | None, first: int, after: Sequence[str] | None
    ) -> Found:
        where = "deletado_em IS NULL"
        where += " AND entidade = ANY (%(letters)s)" if letters else ""
        where += " AND liquidado = %(liquidado)s" if liquidado is not None else ""
        values = {"letters": letters, "liquidado": liquidado}
        columns = f"{_columns(ALL)}, data_vencimento AS key"
        return await self._page(f"{columns} FROM payments", where, "data_vencimento", values, first, after)

    async def clients(self, first: int, after: Sequence[str] | None) -> Found:
        columns = f"{_columns(OF_CLIENT)}, fold(name) AS key"
        return await self._page(f"{columns} FROM clients", "true", "fold(name)", {}, first, after)

    async def contracts(self, client_id: str, first: int) -> Sequence[Any]:
        theirs: list[Any] = await self._contracts.load(client_id)
        return theirs[:first]

    async def _contracts_of(self, clients: list[str]) -> list[list[Any]]:
        theirs: dict[str, list[Any]] = {one: [] for one in clients}
        for contract in await self._ask(CONTRACTS, [clients]):
            theirs[contract.client_id].append(contract)
        return list(theirs.values())

    async def _page(
        self, what: str, where: str, key: str, values: Any, first: int, after: Sequence[str] | None
    ) -> Found:
        if after:
            where += f" AND ({key}, id) > (%(key)s, %(last)s)"
            values |= {"key": after[0], "last": after[1]}
        query = f"SELECT {what} WHERE {where} ORDER BY {key}, id LIMIT {first + 1}"
        rows = await self._ask(query, values)
        page = rows[:first]
        return Found(page, len(rows) > first, (page[-1].key, page[-1].id) if page else None)

    async def _ask(self, query: str, values: Any) -> list[Any]:
        async with self._pool.connection() as connection:
            rows: list[Any] = await (await connection.execute(query, values)).fetchall()
        return rows


class Tuned(Api):
    def __init__(self, pool: Pool) -> None:
        extensions = [lambda: ParserCache(100), lambda: ValidationCache(100)]
        super().__init__(strawberry.Schema(Query, extensions=extensions))
        self._pool = pool

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await live(self._pool, receive, send)
        else:
            await super().__call__(scope, receive, send)

    def source(self) -> Source:
        return Rows(self._pool)

    def decode_json(self, data: str | bytes) -> object:
        return orjson.loads(data)

    def encode_json(self, data: object) -> bytes:
        return orjson.dumps(data)


if __name__ == "__main__":
    app = Tuned(pool_of(sys.argv[1], namedtuple_row, "uuid"))
    uvicorn.run(app, port=int(sys.argv[2]), log_config=None, access_log=False)
