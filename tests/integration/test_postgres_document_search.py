"""Payments found by the document of the client on file behind them."""

from typing import Any

import pytest

from ports.clients import ErpLink
from ports.ids import public_id
from ports.paging import PageRequest
from ports.payments import Entidade, PaymentFilter, PaymentRecord
from ports.work import OpenWork
from tests.integration.records import GENUINE, NOW, TODAY, add_clients, add_payments, client, payment

BAKERY = client(
    name="Padaria", document=GENUINE[0], links=(ErpLink("omie-1", "7001"), ErpLink("omie-2", "8001"))
)
LETTERED = client(name="Oficina", document=GENUINE[2])
MISLEADING = client(name="11222333 de nome", document=GENUINE[1], links=(ErpLink("omie-1", "6001"),))

FIELDS: dict[str, dict[str, Any]] = {
    "by code": {"cliente_external_id": "7001", "nome_cliente": "Padoca"},
    "by another code": {"cliente_external_id": "8001"},
    "by id": {"cliente_id": public_id("client", LETTERED.id)},
    "of a misleading name": {"cliente_external_id": "6001"},
    "of nobody on file": {"cliente_external_id": "9001"},
    "with a number": {"codigo": "N-33300018-B"},
    "of a supplier": {"entidade": Entidade.FORNECEDOR, "fornecedor_external_id": "7001"},
    "deleted": {"cliente_external_id": "7001", "deletado_em": NOW},
}
PAYMENTS: dict[str, PaymentRecord] = {
    name: payment(**{"entidade": Entidade.CLIENTE, **fields}) for name, fields in FIELDS.items()
}
CASES: dict[str, tuple[str, list[str]]] = {
    "bare": ("11222333000181", ["by code", "by another code"]),
    "with punctuation": ("11.222.333/0001-81", ["by code", "by another code"]),
    "its root": ("11.222.333", ["by code", "by another code"]),
    "from its middle": ("22333", ["by code", "by another code"]),
    "with letters": ("12.abc.345/01DE-35", ["by id"]),
    "beside another word": ("padoca 11222333", ["by code"]),
    "two documents": ("11222333 12ABC345", []),
    "too short for a document": ("2233", []),
    "a document of nobody": ("99999999", []),
    "a number that stands in a text as well": ("33300018", ["by code", "by another code", "with a number"]),
}


@pytest.fixture(scope="module")
async def filled(shared_work: OpenWork) -> OpenWork:
    await add_clients(shared_work, BAKERY, LETTERED, MISLEADING)
    await add_payments(shared_work, *PAYMENTS.values())
    return shared_work


async def found(open_work: OpenWork, where: PaymentFilter) -> list[str]:
    async with open_work() as work:
        page = await work.payments.page(where, (), PageRequest(), TODAY)
        assert await work.payments.count(where, TODAY) == len(page.items)
    ids = {item.id for item in page.items}
    return [name for name, record in PAYMENTS.items() if record.id in ids]


@pytest.mark.parametrize(("search", "names"), CASES.values(), ids=CASES)
async def test_documents(filled: OpenWork, search: str, names: list[str]) -> None:
    assert await found(filled, PaymentFilter(search=search)) == names


async def test_deleted_ones_are_found_among_the_deleted(filled: OpenWork) -> None:
    assert await found(filled, PaymentFilter(search="11.222.333", deleted=True)) == ["deleted"]
