"""No GraphQL at all: psycopg's rows into orjson, an address for each workload. As fast as this road goes."""

import base64
import sys
from typing import Any

import orjson
import uvicorn
from psycopg import AsyncConnection
from psycopg.rows import dict_row

from bench.contest.pool import live, pool_of
from bench.contest.workloads import CONTRACT, ENTIDADES, WORKLOADS, Workload, snake

AS_TEXT = ("numeric", "date", "timestamptz", "uuid")
OF_CLIENTS = "client_id = ANY (%s) AND deleted_at IS NULL ORDER BY starts_on DESC, id DESC"


def _columns(fields: str) -> str:
    names = ["id", *fields.split()]
    return ", ".join(f'{snake(name)} AS "{name}"' for name in names)


CONTRACTS = f'SELECT client_id AS "_client", {_columns(CONTRACT)} FROM contracts WHERE {OF_CLIENTS}'  # noqa: S608


def _query(work: Workload, *, on: bool) -> str:
    table, key = ("clients", "fold(name)") if work.clients else ("payments", "data_vencimento")
    if not work.size:
        return f"SELECT {_columns(work.fields)} FROM {table} WHERE id = %(id)s"  # noqa: S608
    where = "true" if work.clients else "deletado_em IS NULL"
    where += " AND entidade = %(entidade)s AND liquidado" if work.filtered else ""
    where += f" AND ({key}, id) > (%(key)s, %(last)s)" if on else ""
    return (
        f"SELECT {_columns(work.fields)}, {key}::TEXT AS _key FROM {table} "  # noqa: S608
        f"WHERE {where} ORDER BY {key}, id LIMIT {work.size + 1}"
    )


QUERIES = {(work.name, on): _query(work, on=on) for work in WORKLOADS for on in (False, True)}
SIZES = {work.name: work for work in WORKLOADS}


class Bare:
    """An ASGI application."""

    def __init__(self, database_url: str) -> None:
        self._pool = pool_of(database_url, dict_row, *AS_TEXT)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await live(self._pool, receive, send)
            return
        asked = orjson.loads((await receive())["body"])
        body = orjson.dumps({"data": {"found": await self._found(SIZES[scope["path"][1:]], asked)}})
        length = str(len(body)).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", length)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _found(self, work: Workload, asked: dict[str, Any]) -> Any:
        after = asked.get("after")
        if after:
            asked["key"], asked["last"] = orjson.loads(base64.urlsafe_b64decode(after))
        async with self._pool.connection() as connection:
            query = QUERIES[work.name, bool(after)]
            rows: list[Any] = await (await connection.execute(query, asked)).fetchall()
            if work.clients:
                await _add_contracts(connection, rows)
        for row in rows:
            if "entidade" in row:
                row["entidade"] = ENTIDADES[row["entidade"]]
        return _page(rows, work.size) if work.size else rows[0]


async def _add_contracts(connection: AsyncConnection[Any], clients: list[Any]) -> None:
    found = await connection.execute(CONTRACTS, [[one["id"] for one in clients]])
    theirs: dict[str, list[Any]] = {one["id"]: [] for one in clients}
    for contract in await found.fetchall():
        theirs[contract.pop("_client")].append(contract)
    for one in clients:
        one["contracts"] = {"nodes": theirs[one["id"]]}


def _page(rows: list[Any], size: int) -> dict[str, Any]:
    more, rows = len(rows) > size, rows[:size]
    keys = [[row.pop("_key"), row["id"]] for row in rows]
    end = base64.urlsafe_b64encode(orjson.dumps(keys[-1])).decode() if keys else None
    return {"nodes": rows, "pageInfo": {"hasNextPage": more, "endCursor": end}}


def variables(work: Workload, after: str | None, chosen: str) -> dict[str, Any]:
    return {"after": after, "entidade": chosen} if work.size else {"id": chosen}


if __name__ == "__main__":
    uvicorn.run(Bare(sys.argv[1]), port=int(sys.argv[2]), log_config=None, access_log=False)
