"""The audit trail: written with each change, bound into a chain, out of the application's reach."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine

from bootstrap import Assembly
from core.audit import Break, FieldChange, changes
from core.use_cases.create_client import CreateClient
from core.use_cases.create_contract import CreateContract
from core.use_cases.create_payment import CreatePayment
from core.use_cases.create_payments import CreatePayments
from core.use_cases.delete_payment import DeletePayment
from core.use_cases.save_reference import SaveReference
from core.use_cases.seal_audit import SealAudit
from core.use_cases.set_tolerance_rule import SetToleranceRule
from core.use_cases.settle_payment import SettlePayment
from core.use_cases.update_contract import UpdateContract
from core.use_cases.update_payment import UpdatePayment
from core.use_cases.verify_audit import Verification, VerifyAudit
from ports.audit import AuditEntry
from ports.contracts import Cadence
from ports.paging import PageRequest
from ports.payments import ErrorPolicy
from ports.registers import ReferenceKind
from ports.work import OpenWork
from tests.integration.records import PERSON, TODAY, add_payments, payment, sent_payment, sql

ALL = "SELECT by, action, kind, facts, personal FROM audit_entries ORDER BY number"
ACTS = "SELECT DISTINCT by, action, kind FROM audit_entries WHERE kind <> 'rule' ORDER BY 1, 2, 3"


async def trail(assembly: Assembly) -> list[tuple[str, str, str, Any, Any]]:
    return [tuple(row) for row in await sql(assembly.engine, ALL) if row.by != "configuration"]


async def verified(assembly: Assembly) -> Verification:
    await assembly.get(SealAudit)()
    return await assembly.get(VerifyAudit)()


async def some_entries(assembly: Assembly) -> None:
    for n in range(4):
        await assembly.get(CreatePayment)(sent_payment(codigo=str(n), nome_fornecedor="Aurea"), by=PERSON)


async def test_every_change_of_a_payment_is_written(assembly: Assembly) -> None:
    made = await assembly.get(CreatePayment)(sent_payment(nome_fornecedor="Aurea"), by=PERSON)
    await assembly.get(UpdatePayment)(made.id, {"codigo": "7", "nome_fornecedor": "Rui"}, 1, by=PERSON)
    await assembly.get(SettlePayment)(made.id, TODAY, 2, by=PERSON)
    await assembly.get(UpdatePayment)(made.id, {"codigo": None}, 3, by=PERSON)
    await assembly.get(DeletePayment)(made.id, 4, by=PERSON)
    async with assembly.get(OpenWork)() as work:
        entries = [*await _history(work, made.id)]
    assert [(entry.by, entry.action) for entry in entries] == [
        (PERSON.subject, action)
        for action in ("createPayment", "updatePayment", "settlePayment", "updatePayment", "deletePayment")
    ]
    created = {change.field: change.after for change in changes(entries[0])}
    assert created["valor"] == created["valor_total"] == "100.00"
    assert (created["nome_fornecedor"], created["entidade"]) == ("Aurea", "F")
    assert not {"id", "version", "search", "modificado_em", "nome_cliente"} & created.keys()
    assert changes(entries[1]) == [
        FieldChange("codigo", None, "7"),
        FieldChange("nome_fornecedor", "Aurea", "Rui"),
    ]
    assert changes(entries[2]) == [
        FieldChange("data_liquidacao", None, TODAY.isoformat()),
        FieldChange("liquidado", "false", "true"),
    ]
    assert changes(entries[3]) == [FieldChange("codigo", "7", None)]
    assert [change.field for change in changes(entries[4])] == ["deletado_em"]


async def _history(work: Any, key: Any) -> list[AuditEntry]:
    page = await work.audit.page("payment", key, PageRequest(size=100))
    assert await work.audit.count("payment", key) == len(page.items)
    return list(page.items)[::-1]


async def test_clients_contracts_registers_and_rules_are_audited_too(assembly: Assembly) -> None:
    owner = await assembly.get(CreateClient)({"name": "Padaria"}, omie_codigo="10", by=PERSON)
    agreed = {"title": "Suporte", "starts_on": TODAY, "cadence": Cadence.MONTHLY, "mrr": Decimal("9.00")}
    contract = await assembly.get(CreateContract)({**agreed, "client_id": owner.id}, by=PERSON)
    await assembly.get(UpdateContract)(contract.id, {"mrr": Decimal("11.00")}, 1, by=PERSON)
    sent = {"kind": ReferenceKind.LOJA, "code": "1", "name": "Matriz"}
    await assembly.get(SaveReference)(sent, by=PERSON)
    await assembly.get(SaveReference)({**sent, "name": "Filial"}, by=PERSON)
    await assembly.get(SetToleranceRule)(Decimal(4), Decimal(40), by=PERSON)
    told = [(action, kind, facts) for _, action, kind, facts, _ in await trail(assembly)]
    assert [(action, kind) for action, kind, _ in told] == [
        ("createClient", "client"),
        ("createClient", "client"),
        ("createContract", "contract"),
        ("createContract", "contract"),
        ("updateContract", "contract"),
        ("updateContract", "contract"),
        ("saveReference", "reference"),
        ("saveReference", "reference"),
        ("setToleranceRule", "rule"),
    ]
    assert told[1][2] == {"after": {"source": "demo", "code": "10"}}
    assert sorted((side, row["mrr"]) for *_, facts in told[4:6] for side, row in facts.items()) == [
        ("after", 11),
        ("before", 9),
    ]


async def test_a_change_that_is_taken_back_leaves_no_entry(assembly: Assembly, engine: AsyncEngine) -> None:
    async with assembly.get(OpenWork)() as work:
        await work.payments.add_all([payment()])
    assert await trail(assembly) == []


async def test_a_write_that_changes_nothing_is_no_news(assembly: Assembly) -> None:
    made = await assembly.get(CreatePayment)(sent_payment(), by=PERSON)
    await assembly.get(UpdatePayment)(made.id, {"codigo": None}, None, by=PERSON)
    assert [action for _, action, kind, *_ in await trail(assembly) if kind == "payment"] == ["createPayment"]


async def test_a_change_by_hand_is_written_under_the_login(assembly: Assembly) -> None:
    record = payment()
    await add_payments(assembly.get(OpenWork), record)
    await sql(assembly.engine, "UPDATE payments SET codigo = 'x'")
    await sql(assembly.engine, "DELETE FROM payments")
    login = (await sql(assembly.engine, "SELECT session_user"))[0][0]
    assert [row[:3] for row in await trail(assembly)] == [
        (login, action, "payment") for action in ("insert", "update", "delete")
    ]


FORBIDDEN = (
    "UPDATE audit_entries SET by = 'nobody'",
    "DELETE FROM audit_entries",
    "TRUNCATE audit_entries",
    "INSERT INTO audit_entries (by, action, kind, record_id, facts) SELECT '', '', '', id, '{}' FROM clients",
    "UPDATE audit_links SET hash = ''",
    "DELETE FROM audit_links",
    "INSERT INTO audit_unsealed VALUES (1)",
    "ALTER TABLE payments DISABLE TRIGGER ALL",
    "DROP TRIGGER audit_insert ON payments",
    "CREATE OR REPLACE FUNCTION audit_changes() RETURNS trigger LANGUAGE sql AS ''",
    "CREATE OR REPLACE FUNCTION audit_new_payments() RETURNS trigger LANGUAGE sql AS ''",
    "UPDATE alembic_version SET version_num = ''",
)


@pytest.mark.parametrize("statement", FORBIDDEN)
async def test_the_application_may_not_touch_what_is_written(assembly: Assembly, statement: str) -> None:
    await some_entries(assembly)
    await assembly.get(SealAudit)()
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        async with assembly.engine.begin() as connection:
            await connection.execute(text(statement))


async def test_the_chain_holds_and_names_what_is_not_in_it_yet(assembly: Assembly) -> None:
    await some_entries(assembly)
    found = await verified(assembly)
    assert (found.broken, found.tail.entries) == (None, 0)
    assert found.entries >= 4
    assert found.tail.sealed_up_to is not None
    await some_entries(assembly)
    later = await assembly.get(VerifyAudit)()
    assert (later.entries, later.broken) == (found.entries, None)
    assert later.tail.entries == 4
    assert later.tail.sealed_up_to == found.tail.sealed_up_to


TAMPERING: dict[str, tuple[str, bool]] = {
    "an altered figure": (
        "UPDATE audit_entries SET facts = jsonb_set(facts, '{after,valor}', '0.01') WHERE number = :n",
        False,
    ),
    "an altered author": ("UPDATE audit_entries SET by = 'rui' WHERE number = :n", False),
    "an altered name": (
        'UPDATE audit_entries SET personal = \'{"after": {"nome_fornecedor": "Eva"}}\' WHERE number = :n',
        False,
    ),
    "an entry taken away": ("DELETE FROM audit_entries WHERE number = :n", True),
}


@pytest.mark.parametrize(("statement", "missing"), TAMPERING.values(), ids=TAMPERING)
async def test_tampering_is_found_and_named(assembly: Assembly, statement: str, missing: bool) -> None:
    await some_entries(assembly)
    await assembly.get(SealAudit)()
    chosen = (await sql(assembly.engine, "SELECT number FROM audit_entries WHERE kind = 'payment' OFFSET 1"))[
        0
    ][0]
    await sql(assembly.engine, statement, n=chosen)
    assert (await verified(assembly)).broken == Break(chosen, missing=missing)


async def test_a_person_can_be_erased(assembly: Assembly) -> None:
    await some_entries(assembly)
    await assembly.get(SealAudit)()
    await sql(
        assembly.engine,
        "UPDATE audit_entries SET personal = NULL, personal_salt = NULL WHERE personal::text LIKE '%Aurea%'",
    )
    assert (await verified(assembly)).broken is None
    assert all(personal is None for *_, personal in await trail(assembly))


async def test_many_sealers_make_one_chain(assembly: Assembly) -> None:
    seal = assembly.get(SealAudit)

    async def write_and_seal(n: int) -> None:
        await assembly.get(CreatePayment)(sent_payment(codigo=str(n)), by=PERSON)
        await seal()

    await asyncio.gather(*(write_and_seal(n) for n in range(30)))
    found = await verified(assembly)
    assert (found.broken, found.tail.entries) == (None, 0)
    assert (await sql(assembly.engine, "SELECT count(*) = max(position) FROM audit_links"))[0][0]


async def test_the_worker_seals_within_a_second_or_so(assembly: Assembly) -> None:
    async with assembly.worker():
        await some_entries(assembly)
        for _ in range(40):
            if (await assembly.get(VerifyAudit)()).tail.entries == 0:
                return
            await asyncio.sleep(0.05)
    pytest.fail("two seconds later there are still entries outside the chain")


async def test_writers_do_not_wait_for_the_sealer(assembly: Assembly) -> None:
    await some_entries(assembly)
    async with assembly.get(OpenWork)() as sealer:
        assert await sealer.audit.unsealed(100)
        await asyncio.wait_for(assembly.get(CreatePayment)(sent_payment(), by=PERSON), 2)


async def test_a_bulk_writes_an_entry_for_each_row(assembly: Assembly) -> None:
    rows = [sent_payment(codigo=str(n)) for n in range(50)]
    await assembly.get(CreatePayments)(rows, ErrorPolicy.REJECT_ALL, by=PERSON)
    told = [facts["after"]["codigo"] for _, _, kind, facts, _ in await trail(assembly) if kind == "payment"]
    assert sorted(told, key=int) == [str(n) for n in range(50)]
