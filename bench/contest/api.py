"""The API of both Strawberry servers; each brings a source of its own."""

import base64
import json
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

import strawberry
from strawberry.asgi import GraphQL

from bench.contest.workloads import ALL, CONTRACT, ENTIDADES, snake

OF_CLIENT = "name document active"
WORDS = {word: letter for letter, word in ENTIDADES.items()}
AMOUNTS = ("valor", "juros", "desconto", "taxaBanco", "taxaOperadora", "valorTotal")


class Found(NamedTuple):
    """A page: its rows, whether there are more, and where it ends."""

    rows: Sequence[Any]
    more: bool
    end: tuple[Any, Any] | None


class Source(Protocol):
    """Of one request. `after` is where the page before ended: the key's text and the id."""

    async def payment(self, id: str) -> Any: ...
    async def payments(
        self, letters: Sequence[str] | None, liquidado: bool | None, first: int, after: Sequence[str] | None
    ) -> Found: ...
    async def clients(self, first: int, after: Sequence[str] | None) -> Found: ...
    async def contracts(self, client_id: str, first: int) -> Sequence[Any]: ...


def kind_of(name: str) -> type:
    if name in AMOUNTS:
        return Decimal
    if name in ("liquidado", "active"):
        return bool
    if name in ("version", "billingDay"):
        return int
    if name.startswith("data") or name.endswith("On"):
        return date
    return datetime if name.endswith("Em") else str


def _shape(name: str, fields: str) -> Any:
    kinds = {snake(one): kind_of(one) | None for one in fields.split()}
    return strawberry.type(type(name, (), {"__annotations__": {"id": strawberry.ID, **kinds}}))


Payment, Contract = _shape("Payment", ALL), _shape("Contract", CONTRACT)


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
    async def contracts(self, info: strawberry.Info, first: int) -> Contracts:
        return Contracts(nodes=list(await _source(info).contracts(self.id, first)))


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


@strawberry.type
class Query:
    @strawberry.field
    async def payment(self, info: strawberry.Info, id: strawberry.ID) -> Payment | None:  # type: ignore[valid-type]
        found: Payment | None = await _source(info).payment(id.removeprefix("payment_"))  # type: ignore[valid-type]
        return found

    @strawberry.field
    async def payments(
        self, info: strawberry.Info, first: int, after: str | None = None, filter: PaymentFilter | None = None
    ) -> Payments:
        wanted = filter or PaymentFilter()
        letters = wanted.entidade and [WORDS[word] for word in wanted.entidade]
        found = await _source(info).payments(letters, wanted.liquidado, first, _unpacked(after))
        return Payments(nodes=list(found.rows), page_info=_info(found))

    @strawberry.field
    async def clients(self, info: strawberry.Info, first: int, after: str | None = None) -> Clients:
        found = await _source(info).clients(first, _unpacked(after))
        return Clients(nodes=list(found.rows), page_info=_info(found))


class Api(GraphQL[Any, Any]):
    """ASGI; a subclass says where a request's answers come from."""

    def source(self) -> Source:
        raise NotImplementedError

    async def get_context(self, request: Any, response: Any) -> Any:
        return {"request": request, "response": response, "source": self.source()}


def _source(info: strawberry.Info) -> Source:
    source: Source = info.context["source"]
    return source


def _info(found: Found) -> PageInfo:
    cursor = base64.urlsafe_b64encode(json.dumps([str(one) for one in found.end or ()]).encode()).decode()
    return PageInfo(has_next_page=found.more, end_cursor=cursor if found.end else None)


def _unpacked(cursor: str | None) -> Sequence[str] | None:
    return json.loads(base64.urlsafe_b64decode(cursor)) if cursor else None
