"""As the tutorials of Strawberry and SQLAlchemy have it: an object of the ORM for each row, one of the API
beside it, a session and a question for each resolver."""

import sys
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import strawberry
import uvicorn
from sqlalchemy import DateTime, func, select, tuple_
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from adapters.postgres.engine import sqlalchemy_url
from bench.contest.api import OF_CLIENT, Api, Client, Contract, Found, Payment, Query, Source, kind_of
from bench.contest.workloads import ALL, CONTRACT, snake


class Base(DeclarativeBase):
    type_annotation_map = {datetime: DateTime(timezone=True)}  # noqa: RUF012


def _row(table: str, fields: str, **more: type) -> Any:
    kinds = {snake(name): kind_of(name) for name in fields.split()} | more
    columns = {name: Mapped[kind | None] for name, kind in kinds.items()}  # type: ignore[valid-type]
    key = {"id": mapped_column(primary_key=True)}
    names = {"__tablename__": table, "__annotations__": {"id": Mapped[UUID], **columns}, **key}
    return type(f"{table}_row", (Base,), names)


PaymentRow = _row("payments", ALL)
ClientRow = _row("clients", OF_CLIENT)
ContractRow = _row("contracts", CONTRACT, client_id=UUID, deleted_at=datetime)
sessions = async_sessionmaker(create_async_engine(sqlalchemy_url(sys.argv[1])), expire_on_commit=False)


def _copied(shape: Any, row: Any, fields: str) -> Any:
    return shape(id=str(row.id), **{name: getattr(row, name) for name in map(snake, fields.split())})


class Sessions:
    async def payment(self, id: str) -> Any:
        async with sessions() as session:
            row = await session.get(PaymentRow, UUID(id))
        return _copied(Payment, row, ALL) if row else None

    async def payments(
        self, letters: Sequence[str] | None, liquidado: bool | None, first: int, after: Sequence[str] | None
    ) -> Found:
        where = [PaymentRow.deletado_em.is_(None)]
        if letters:
            where.append(PaymentRow.entidade.in_(letters))
        if liquidado is not None:
            where.append(PaymentRow.liquidado.is_(liquidado))
        found = await _page(PaymentRow, PaymentRow.data_vencimento, where, first, after)
        return found._replace(rows=[_copied(Payment, row, ALL) for row in found.rows])

    async def clients(self, first: int, after: Sequence[str] | None) -> Found:
        found = await _page(ClientRow, func.fold(ClientRow.name), (), first, after)
        return found._replace(rows=[_copied(Client, row, OF_CLIENT) for row in found.rows])

    async def contracts(self, client_id: str, first: int) -> Sequence[Any]:
        newest = (ContractRow.starts_on.desc(), ContractRow.id.desc())
        live = (ContractRow.client_id == UUID(client_id), ContractRow.deleted_at.is_(None))
        async with sessions() as session:
            rows = await session.scalars(select(ContractRow).where(*live).order_by(*newest).limit(first))
        return [_copied(Contract, row, CONTRACT) for row in rows]


async def _page(row: Any, key: Any, where: Sequence[Any], first: int, after: Sequence[str] | None) -> Found:
    query = select(row, key).where(*where).order_by(key, row.id).limit(first + 1)
    if after:
        value: Any = date.fromisoformat(after[0]) if row is PaymentRow else after[0]
        query = query.where(tuple_(key, row.id) > tuple_(value, UUID(after[1])))
    async with sessions() as session:
        found = (await session.execute(query)).all()
    page = found[:first]
    end = (page[-1][1], page[-1][0].id) if page else None
    return Found([one for one, _ in page], len(found) > first, end)


class Naive(Api):
    def source(self) -> Source:
        return Sessions()


if __name__ == "__main__":
    app = Naive(strawberry.Schema(Query))
    uvicorn.run(app, port=int(sys.argv[2]), log_config=None, access_log=False)
