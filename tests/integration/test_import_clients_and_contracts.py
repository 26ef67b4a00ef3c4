"""Imports of clients and contracts, which go row by row through their entities."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from bootstrap import Assembly
from ports.calendar import Period
from ports.clients import ClientFilter, ClientRecord, ErpLink
from ports.contracts import Cadence, ContractFilter, ContractPrice, ContractRecord
from ports.ids import public_id
from ports.imports import ImportKind, Tally
from ports.paging import PageRequest
from ports.work import OpenWork
from tests.importing import Imported, import_path, import_rows
from tests.integration.fake_erp import FakeErp, QuickClock
from tests.integration.records import GENUINE, client

FIRST, SECOND, THIRD = GENUINE


async def clients(assembly: Assembly) -> list[ClientRecord]:
    async with assembly.get(OpenWork)() as work:
        return list((await work.clients.page(ClientFilter(), PageRequest(100))).items)


async def contracts(assembly: Assembly) -> list[ContractRecord]:
    async with assembly.get(OpenWork)() as work:
        return list((await work.contracts.page(ContractFilter(), PageRequest(100))).items)


async def add(assembly: Assembly, *records: ClientRecord) -> None:
    async with assembly.get(OpenWork)() as work:
        for record in records:
            await work.clients.add(record)
        await work.commit()


class Importing:
    def __init__(self, assembly: Assembly, folder: Path, kind: ImportKind) -> None:
        self._place = assembly, folder
        self._kind = kind

    async def __call__(self, *rows: dict[str, Any]) -> Imported:
        return await import_rows(*self._place, rows, self._kind)


@pytest.fixture
def take_clients(faked: Assembly, tmp_path: Path) -> Importing:
    return Importing(faked, tmp_path, ImportKind.CLIENTS)


@pytest.fixture
def take_contracts(faked: Assembly, tmp_path: Path) -> Importing:
    return Importing(faked, tmp_path, ImportKind.CONTRACTS)


NAMED = {
    "name": "Padaria Central",
    "document": "11.222.333/0001-81",
    "contact_email": "a@b.co",
    "active": "1",
}


async def test_clients_by_document_by_code_and_by_row(
    faked: Assembly, take_clients: Importing, erp: FakeErp
) -> None:
    rows: list[dict[str, Any]] = [
        NAMED,
        {"name": "Linked", "omie_codigo": 7},
        {"name": "Nameless", "active": "0"},
    ]
    assert (await take_clients(*rows)).tally == Tally(created=3)
    assert (await take_clients(*rows)).tally == Tally(unchanged=3)
    by_name = {record.name: record for record in await clients(faked)}
    assert by_name["Padaria Central"].document == FIRST
    assert by_name["Linked"].links == (ErpLink(str(erp.source), "7"),)
    assert (by_name["Nameless"].active, by_name["Nameless"].id.version) == (False, 8)


async def test_a_row_changes_what_it_says_and_links(faked: Assembly, take_clients: Importing) -> None:
    await take_clients(NAMED)
    changed = {"document": FIRST, "name": "Padaria Nova", "contact_email": "", "omie_codigo": "9"}
    assert (await take_clients(changed)).tally == Tally(updated=1)
    (record,) = await clients(faked)
    assert (record.name, record.contact_email, record.omie_codigo) == ("Padaria Nova", "a@b.co", "9")
    assert record.version == 2
    assert (await take_clients(changed)).tally == Tally(unchanged=1)


REFUSED_CLIENTS: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"document": SECOND}, [("MISSING", "name")]),
    ({"name": "x", "document": "123"}, [("INVALID", "document")]),
    ({"name": "x", "document": "11222333000180"}, [("INVALID", "document")]),
    ({"name": "x", "phone": "1"}, [("INVALID", "phone")]),
    (
        {"name": "x", "contact_email": "a", "active": "?"},
        [("INVALID", "active"), ("INVALID", "contact_email")],
    ),
    ({"name": "x", "omie_codigo": "A1"}, [("INVALID", "omie_codigo")]),
    ({"name": "Other", "omie_codigo": "5"}, [("OWNED_BY_ERP", "name")]),
    ({"document": THIRD, "name": "x", "omie_codigo": "A1"}, [("INVALID", "omie_codigo")]),
    ({"document": THIRD, "name": "x", "omie_codigo": "5"}, [("DUPLICATE_OMIE_CODE", "omie_codigo")]),
]


@pytest.mark.parametrize(("row", "reasons"), REFUSED_CLIENTS, ids=str)
async def test_refused_clients(
    faked: Assembly,
    take_clients: Importing,
    erp: FakeErp,
    row: dict[str, Any],
    reasons: list[tuple[str, str]],
) -> None:
    linked = client(name="Linked", document=FIRST, links=(ErpLink(str(erp.source), "5"),))
    await add(faked, linked, client(name="On file", document=THIRD))
    before = await clients(faked)
    done = await take_clients({"name": "Good", "document": SECOND}, row | {"id": "ignored"})
    expected = [(2, code, path) for code, path in reasons]
    if row.get("document") == SECOND:
        expected = [(2, "DUPLICATE_DOCUMENT", "document")]
    assert sorted(done.reasons) == expected
    assert done.tally == Tally(created=1, refused=1)
    assert [record for record in await clients(faked) if record.name != "Good"] == before


OWNER = client(id=UUID(int=1), name="Owner", document=FIRST, links=(ErpLink("omie", "5"),))
OTHER = client(id=UUID(int=2), name="Other", document=SECOND)
YEARLY = {
    "external_id": "CT-1",
    "client_document": FIRST,
    "title": "Suporte",
    "mrr": "1000.00",
    "starts_on": "2026-01-15",
    "ends_on": "2026-12-31",
    "cadence": "YEARLY",
    "pro_rata": "1",
    "billing_day": "10",
}


async def test_contracts_with_every_field(faked: Assembly, take_contracts: Importing) -> None:
    await add(faked, OWNER)
    assert (await take_contracts(YEARLY)).tally == Tally(created=1)
    (kept,) = await contracts(faked)
    assert (kept.external_id, kept.client_id, kept.title) == ("CT-1", OWNER.id, "Suporte")
    assert (kept.starts_on, kept.ends_on) == (date(2026, 1, 15), date(2026, 12, 31))
    assert (kept.cadence, kept.pro_rata, kept.billing_day) == (Cadence.YEARLY, True, 10)
    assert kept.prices == (ContractPrice(Decimal("1000.00"), Period(2026, 1)),)
    assert (await take_contracts(YEARLY)).tally == Tally(unchanged=1)
    assert await contracts(faked) == [kept]


@pytest.mark.parametrize(
    ("named", "since"), [({}, Period(2026, 11)), ({"mrr_from": "2026-05"}, Period(2026, 5))], ids=str
)
async def test_a_new_mrr_leaves_earlier_months_alone(
    faked: Assembly, take_contracts: Importing, quick: QuickClock, named: dict[str, Any], since: Period
) -> None:
    quick.set(datetime(2026, 11, 20, 15, tzinfo=UTC))
    await add(faked, OWNER)
    await take_contracts(YEARLY)
    raised = {"external_id": "CT-1", "mrr": 1200, "title": "", **named}
    assert (await take_contracts(raised)).tally == Tally(updated=1)
    (kept,) = await contracts(faked)
    assert kept.prices[1:] == (ContractPrice(Decimal("1200.00"), since),)
    assert (kept.title, kept.version) == ("Suporte", 2)
    assert (await take_contracts(raised)).tally == Tally(unchanged=1)


@pytest.mark.parametrize(
    "named",
    [
        {"client_document": "11.222.333/0001-81"},
        {"client_omie_codigo": 5},
        {"client_id": public_id("client", OWNER.id)},
        {"client_document": FIRST, "client_omie_codigo": "5"},
    ],
    ids=str,
)
async def test_the_client_by_any_of_its_names(
    faked: Assembly, take_contracts: Importing, named: dict[str, Any]
) -> None:
    await add(faked, OWNER)
    assert (await take_contracts({**YEARLY, "client_document": "", **named})).tally == Tally(created=1)
    assert (await contracts(faked))[0].client_id == OWNER.id


REFUSED_CONTRACTS: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"external_id": ""}, [("MISSING", "external_id")]),
    ({"client_document": ""}, [("MISSING", "client_id")]),
    ({"client_document": THIRD}, [("NOT_FOUND", "client_document")]),
    ({"client_id": "payment_" + "0" * 32}, [("INVALID", "client_id")]),
    ({"client_id": public_id("client", OTHER.id)}, [("WRONG_PARTY", "client_document")]),
    ({"mrr": ""}, [("MISSING", "mrr")]),
    ({"mrr": "1,00"}, [("INVALID", "mrr")]),
    ({"cadence": "WEEKLY", "billing_day": "32"}, [("INVALID", "billing_day"), ("INVALID", "cadence")]),
    ({"title": "", "ends_on": "2025-01-01"}, [("INVALID", "ends_on"), ("MISSING", "title")]),
    ({"billing_day": "x", "mrr_from": "2026"}, [("INVALID", "billing_day"), ("INVALID", "mrr_from")]),
    ({"valor": "1.00"}, [("INVALID", "valor")]),
]


@pytest.mark.parametrize(("changes", "reasons"), REFUSED_CONTRACTS, ids=str)
async def test_refused_contracts(
    faked: Assembly, take_contracts: Importing, changes: dict[str, Any], reasons: list[tuple[str, str]]
) -> None:
    await add(faked, OWNER, OTHER)
    done = await take_contracts({**YEARLY, **changes}, {**YEARLY, "external_id": "CT-2"})
    assert sorted(done.reasons) == [(1, code, path) for code, path in reasons]
    assert done.tally == Tally(created=1, refused=1)
    assert [record.external_id for record in await contracts(faked)] == ["CT-2"]


async def test_a_contract_keeps_its_client(faked: Assembly, take_contracts: Importing) -> None:
    await add(faked, OWNER, OTHER)
    await take_contracts(YEARLY)
    moved = {"external_id": "CT-1", "client_document": SECOND}
    assert (await take_contracts(moved)).reasons == [(1, "WRONG_PARTY", "client_document")]
    twice = await take_contracts(YEARLY, YEARLY)
    assert twice.reasons == [(2, "DUPLICATE_EXTERNAL_ID", "external_id")]


async def test_contracts_from_a_table(faked: Assembly, tmp_path: Path) -> None:
    await add(faked, OWNER)
    table = ";".join(YEARLY) + "\n" + ";".join(YEARLY.values()) + "\n"
    (tmp_path / "contracts.csv").write_text(table)
    done = await import_path(faked, tmp_path / "contracts.csv", ImportKind.CONTRACTS)
    assert done.tally == Tally(created=1)
