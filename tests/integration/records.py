"""What the integration tests keep and send: whole records, each field by keyword."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bootstrap import Assembly
from core.use_cases.run_sync import RunSync
from core.use_cases.start_sync import StartSync
from ports.calendar import Period
from ports.clients import ClientRecord
from ports.contracts import ContractPrice, ContractRecord
from ports.erp import ErpClient, ErpTitle
from ports.identity import Identity, Role
from ports.ids import new_id
from ports.payments import PARTIES, Entidade, PaymentRecord
from ports.sync_runs import SyncFailure, SyncMode, SyncRunRecord, SyncStatus, SyncTrigger
from ports.work import OpenWork

HELD_UP = """
    SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()
"""

NOW = datetime(2026, 11, 20, 15, 30, 0, 123456, tzinfo=UTC)
TODAY = date(2026, 11, 20)
NOVEMBER = Period(2026, 11)
PERSON = Identity("person-1", "Ana Conceição", frozenset({Role.CFO}))
GENUINE = ("11222333000181", "11444777000161", "12ABC34501DE35")  # their check digits are right


def payment(**fields: Any) -> PaymentRecord:
    """One that the database accepts; the party's ids and the total fit unless they are given."""
    entidade = fields.get("entidade", Entidade.FORNECEDOR)
    party = PARTIES[entidade]
    valor = fields.get("valor", Decimal("100.00"))
    whole: dict[str, Any] = {
        "id": new_id(),
        "descricao": "Aluguel do escritório",
        "valor": valor,
        "valor_total": valor,
        "data_vencimento": TODAY,
        "cadastrado_em": NOW,
        "modificado_em": NOW,
        "entidade": entidade,
        party.id: "7",
        party.external_id: "P7",
        "source": "concilia",
    }
    return PaymentRecord(**whole | fields)


def sent_payment(**fields: Any) -> dict[str, Any]:
    """The input of createPayment."""
    return {
        "descricao": "Aluguel do escritório",
        "valor": Decimal("100.00"),
        "data_vencimento": TODAY,
        "entidade": Entidade.FORNECEDOR,
        "fornecedor_id": "7",
        "fornecedor_external_id": "P7",
        **fields,
    }


def client(**fields: Any) -> ClientRecord:
    whole: dict[str, Any] = {
        "id": new_id(),
        "name": "Padaria",
        "source": "concilia",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return ClientRecord(**whole | fields)


def contract(**fields: Any) -> ContractRecord:
    whole: dict[str, Any] = {
        "id": new_id(),
        "title": "Assinatura",
        "prices": (ContractPrice(Decimal("100.00"), Period(2026, 1)),),
        "starts_on": date(2026, 1, 1),
        "source": "concilia",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return ContractRecord(**whole | fields)


def title(external_id: str, **fields: Any) -> ErpTitle:
    whole: dict[str, Any] = {
        "external_id": external_id,
        "client_code": "10",
        "amount": Decimal("100.00"),
        "withheld": Decimal("0.00"),
        "due_on": date(2026, 11, 10),
        "status": "A VENCER",
        "cancelled": False,
        "settled": False,
    }
    return ErpTitle(**whole | fields)


def register(code: str, **fields: Any) -> ErpClient:
    whole: dict[str, Any] = {
        "code": code,
        "name": f"Client {code}",
        "document": None,
        "contact_email": None,
        "active": True,
        "is_customer": True,
    }
    return ErpClient(**whole | fields)


def run(**fields: Any) -> SyncRunRecord:
    whole: dict[str, Any] = {
        "id": new_id(),
        "source": "demo",
        "status": SyncStatus.RUNNING,
        "mode": SyncMode.FULL,
        "trigger": SyncTrigger.MUTATION,
        "started_at": NOW,
        "round_started_at": NOW,
    }
    return SyncRunRecord(**whole | fields)


async def add_payments(open_work: OpenWork, *payments: PaymentRecord) -> None:
    async with open_work() as work:
        assert not await work.payments.add_all(payments)
        await work.commit()


async def add_clients(open_work: OpenWork, *records: ClientRecord) -> None:
    async with open_work() as work:
        for record in records:
            await work.clients.add(record)
        await work.commit()


async def the_run(open_work: OpenWork, record: SyncRunRecord) -> SyncRunRecord:
    """As it stands now."""
    async with open_work() as work:
        found = await work.runs.get(record.id)
    assert found is not None
    return found


async def started(assembly: Assembly) -> SyncRunRecord:
    return await assembly.get(StartSync)(SyncMode.FULL, SyncTrigger.COMMAND, None)


async def synced(assembly: Assembly) -> SyncRunRecord:
    """A whole run, carried out here and now."""
    record = await started(assembly)
    await assembly.get(RunSync)(record.id)
    return await the_run(assembly.get(OpenWork), record)


async def until(asked: Callable[[], Awaitable[bool]], seconds: float = 15.0) -> None:
    """Ask until the answer is yes."""
    for _ in range(round(seconds / 0.02)):
        if await asked():
            return
        await asyncio.sleep(0.02)
    raise TimeoutError


async def until_somebody_waits(engine: AsyncEngine) -> None:
    """Until a connection to this database is held up by another one's lock."""

    async def asked() -> bool:
        return bool(await sql(engine, HELD_UP))

    await until(asked)


def assert_failed(record: SyncRunRecord, failure: SyncFailure) -> None:
    assert (record.status, record.failure, record.resumes_at) == (SyncStatus.ERROR, failure, None)
    assert record.finished_at is not None


async def sql(engine: AsyncEngine, statement: str, **values: Any) -> list[Any]:
    """Plain SQL behind the application's back, as the owner, committed; the rows, if it gives any."""
    async with engine.begin() as connection:
        await connection.execute(text("SET LOCAL ROLE NONE"))
        result = await connection.execute(text(statement), values)
        return list(result) if result.returns_rows else []
