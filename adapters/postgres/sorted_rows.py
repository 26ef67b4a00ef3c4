from collections import deque
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from sqlalchemy import Row, Select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncResult

FETCHED = 500


class SortedRows:
    """A question whose rows come in the order of their last column, `owner`; fetched as they are wanted.

    Several can be open on one connection: each is a cursor of the server.
    """

    def __init__(self, connection: AsyncConnection, query: Select[Any]) -> None:
        self._connection = connection
        self._query = query
        self._rows: deque[Row[Any]] = deque()
        self._found: AsyncResult[Any]

    async def __aenter__(self) -> Self:
        self._found = await self._connection.stream(self._query, execution_options={"yield_per": FETCHED})
        return self

    async def __aexit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self._found.close()

    async def of(self, owner: UUID) -> list[Row[Any]]:
        """The rows of this owner, who comes after all that were asked for before."""
        mine = []
        while (row := await self._peek()) is not None and row[-1] is not None and row[-1] <= owner:
            self._rows.popleft()
            if row[-1] == owner:
                mine.append(row)
        return mine

    async def next(self) -> list[Row[Any]]:
        """Some of the rows that are left; none are when it is empty."""
        await self._peek()
        rows = list(self._rows)
        self._rows.clear()
        return rows

    async def _peek(self) -> Row[Any] | None:
        if not self._rows:
            self._rows.extend(await self._found.fetchmany(FETCHED))
        return self._rows[0] if self._rows else None
