"""What `make run` shows before anything is set up: contracts and payments that fit the demo Omie's books."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from adapters.omie.demo.book import Book
from adapters.omie.demo.records import DemoContract
from adapters.postgres.demo import DEMO, has_demo, is_empty
from bootstrap import Assembly
from core.use_cases.create_client import CreateClient
from core.use_cases.create_contract import CreateContract
from core.use_cases.create_payment import CreatePayment
from ports.calendar import local_day
from ports.clock import Clock
from ports.contracts import Cadence
from ports.identity import Identity
from ports.payments import Entidade

LOADER = Identity("demo", "Demo", frozenset())
RENT: dict[str, Any] = {
    "descricao": "Aluguel do escritório",
    "valor": Decimal("3000.00"),
    "desconto": Decimal("68.56"),
    "entidade": Entidade.FORNECEDOR,
    "fornecedor_id": "1107555",
    "fornecedor_external_id": "FOR1107555",
    "nome_fornecedor": "Imobiliária Conceição",
}
FREIGHT: dict[str, Any] = {
    "descricao": "Frete de equipamentos",
    "valor": Decimal("412.90"),
    "entidade": Entidade.TRANSPORTADORA,
    "transportadora_id": "88",
    "transportadora_external_id": "TRA88",
    "nome_transportadora": "Rápido São João",
}


class DemoInTheWay(RuntimeError):
    """Omie's keys are set while demo data is still here."""


async def prepare_demo(assembly: Assembly) -> None:
    """Into an empty embedded database without Omie keys; never beside a real ERP."""
    if assembly.settings.uses_demo:
        if await is_empty(assembly.engine):
            await _load(assembly)
    elif assembly.settings.embedded and await has_demo(assembly.engine):
        raise DemoInTheWay("Demo data is in the way of the real ERP: run `concilia demo clear` first.")


async def _load(assembly: Assembly) -> None:
    """Clients with their contracts, and some payments; the titles come by the first sync."""
    clients: dict[str, UUID] = {}
    for contract in Book.of().contracts:
        document = contract.client_document
        if document not in clients:
            sent = {"name": contract.client_name, "document": document}
            client = await assembly.get(CreateClient)(sent, omie_codigo=None, by=LOADER, source=DEMO)
            clients[document] = client.id
        await assembly.get(CreateContract)(_contract(contract, clients[document]), by=LOADER, source=DEMO)
    for payment in _payments(local_day(assembly.get(Clock).now())):
        await assembly.get(CreatePayment)(payment, by=LOADER, source=DEMO)


def _contract(contract: DemoContract, client_id: UUID) -> dict[str, Any]:
    return {
        "client_id": client_id,
        "external_id": contract.external_id,
        "title": contract.title,
        "mrr": contract.mrr,
        "starts_on": contract.starts_on,
        "ends_on": contract.ends_on,
        "cadence": Cadence[contract.cadence],
        "pro_rata": contract.pro_rata,
        "billing_day": contract.billing_day,
    }


def _payments(today: date) -> Iterator[dict[str, Any]]:
    """Rents and freights, a week apart, around today."""
    for number, week in enumerate(range(-4, 5)):
        due = today + timedelta(weeks=week)
        yield {**(RENT if number % 2 else FREIGHT), "data_vencimento": due, "external_id": f"DEMO-{number}"}
