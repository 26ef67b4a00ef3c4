"""As the tutorials of Strawberry and SQLAlchemy have it: an object of the ORM for each row, one of the API
beside it, a session and a question for each resolver."""

import base64
import json
import re
import sys
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import strawberry
import uvicorn
from sqlalchemy import DateTime, func, select, tuple_
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from strawberry.asgi import GraphQL

from adapters.postgres.engine import sqlalchemy_url
from bench.contest.workloads import ALL, CONTRACT, ENTIDADES

CAPITAL = re.compile("(?=[A-Z])")
WORDS = {word: letter for letter, word in ENTIDADES.items()}
AMOUNTS = ("valor", "juros", "desconto", "taxaBanco", "taxaOperadora", "valorTotal")


class Base(DeclarativeBase):
    type_annotation_map = {datetime: DateTime(timezone=True)}  # noqa: RUF012


def _kind(name: str) -> type:
    if name in AMOUNTS:
        return Decimal
    if name in ("liquidado", "active"):
        return bool
    if name in ("version", "billingDay"):
        return int
    if name.startswith("data") or name.endswith("On"):
        return date
    return datetime if name.endswith("Em") else str


def _snake(name: str) -> str:
    return CAPITAL.sub("_", name).lower()


def _row(table: str, fields: str, **more: type) -> Any:
    kinds = {_snake(name): _kind(name) for name in fields.split()} | more
    columns = {name: Mapped[kind | None] for name, kind in kinds.items()}  # type: ignore[valid-type]
    key = {"id": mapped_column(primary_key=True)}
    names = {"__tablename__": table, "__annotations__": {"id": Mapped[UUID], **columns}, **key}
    return type(f"{table}_row", (Base,), names)


def _shape(name: str, fields: str) -> Any:
    kinds = {_snake(one): _kind(one) | None for one in fields.split()}
    return strawberry.type(type(name, (), {"__annotations__": {"id": strawberry.ID, **kinds}}))


OF_CLIENT = "name document active"
PaymentRow = _row("payments", ALL)
ClientRow = _row("clients", OF_CLIENT)
ContractRow = _row("contracts", CONTRACT, client_id=UUID, deleted_at=datetime)
Payment, Contract = _shape("Payment", ALL), _shape("Contract", CONTRACT)
sessions = async_sessionmaker(create_async_engine(sqlalchemy_url(sys.argv[1])), expire_on_commit=False)


def _copied(shape: Any, row: Any, fields: str) -> Any:
    return shape(id=str(row.id), **{name: getattr(row, name) for name in map(_snake, fields.split())})


@strawberry.type
class Contracts:
    nodes: list[Contract]  # type: ignore[valid-type]


@strawberry.type
class Client:
    id: strawberry.ID
    name: str
    document: str | None
    active: bool

    @strawberry.field
    async def contracts(self, first: int) -> Contracts:
        newest = (ContractRow.starts_on.desc(), ContractRow.id.desc())
        live = (ContractRow.client_id == UUID(self.id), ContractRow.deleted_at.is_(None))
        async with sessions() as session:
            rows = await session.scalars(select(ContractRow).where(*live).order_by(*newest).limit(first))
        return Contracts(nodes=[_copied(Contract, row, CONTRACT) for row in rows])


@strawberry.type
class PageInfo:
    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class Payments:
    nodes: list[Payment]  # type: ignore[valid-type]
    page_info: PageInfo


@strawberry.type
class Clients:
    nodes: list[Client]
    page_info: PageInfo


@strawberry.input
class PaymentFilter:
    entidade: list[str] | None = None
    liquidado: bool | None = None


async def _page(row: Any, key: Any, where: Sequence[Any], first: int, after: str | None) -> Any:
    query = select(row, key).where(*where).order_by(key, row.id).limit(first + 1)
    if after:
        value, last = json.loads(base64.urlsafe_b64decode(after))
        value = date.fromisoformat(value) if row is PaymentRow else value
        query = query.where(tuple_(key, row.id) > tuple_(value, UUID(last)))
    async with sessions() as session:
        found = (await session.execute(query)).all()
    page, end = found[:first], None
    if page:
        last_row, value = page[-1]
        end = base64.urlsafe_b64encode(json.dumps([str(value), str(last_row.id)]).encode()).decode()
    return [one for one, _ in page], PageInfo(has_next_page=len(found) > first, end_cursor=end)


@strawberry.type
class Query:
    @strawberry.field
    async def payment(self, id: strawberry.ID) -> Payment | None:  # type: ignore[valid-type]
        async with sessions() as session:
            row = await session.get(PaymentRow, UUID(id.removeprefix("payment_")))
        return _copied(Payment, row, ALL) if row else None

    @strawberry.field
    async def payments(
        self, first: int, after: str | None = None, filter: PaymentFilter | None = None
    ) -> Payments:
        where = [PaymentRow.deletado_em.is_(None)]
        if filter and filter.entidade:
            where.append(PaymentRow.entidade.in_([WORDS[word] for word in filter.entidade]))
        if filter and filter.liquidado is not None:
            where.append(PaymentRow.liquidado.is_(filter.liquidado))
        rows, info = await _page(PaymentRow, PaymentRow.data_vencimento, where, first, after)
        return Payments(nodes=[_copied(Payment, row, ALL) for row in rows], page_info=info)

    @strawberry.field
    async def clients(self, first: int, after: str | None = None) -> Clients:
        rows, info = await _page(ClientRow, func.fold(ClientRow.name), (), first, after)
        return Clients(nodes=[_copied(Client, row, OF_CLIENT) for row in rows], page_info=info)


if __name__ == "__main__":
    schema = strawberry.Schema(Query)
    uvicorn.run(GraphQL(schema), port=int(sys.argv[2]), log_config=None, access_log=False)
