"""What the use cases decide, on the real store."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from adapters.no_erp import NoErp
from bootstrap import Assembly
from core.use_cases.create_client import CreateClient
from core.use_cases.create_contract import CreateContract
from core.use_cases.create_payment import CreatePayment
from core.use_cases.delete_contract import DeleteContract
from core.use_cases.explain_lines import ExplainLines
from core.use_cases.reconcile_period import ReconcilePeriod
from core.use_cases.update_client import UpdateClient
from core.use_cases.update_contract import UpdateContract
from core.use_cases.update_payment import UpdatePayment
from ports.calendar import Period
from ports.clients import ClientRecord, ErpLink
from ports.contracts import Cadence, ContractFilter, ContractPrice
from ports.erp import Entity, ErpGateway, ErpIssue, IssueCode
from ports.errors import Missing, RefusalCode, Refused
from ports.ids import new_id, public_id
from ports.payments import Entidade
from ports.reconciliations import DivergenceKind, Line, Verdict
from ports.sync_runs import SyncStatus
from ports.titles import BillingBasis
from ports.work import Duty, OpenWork
from tests.integration.fake_erp import QuickClock
from tests.integration.months import reconciled
from tests.integration.records import GENUINE, NOW, PERSON, add_clients, client, run, title
from tests.mirror import Mirror
from tests.running import TestClock, running_assembly, settings_for

NOVEMBER = Period(2026, 11)
AGREED: dict[str, Any] = {
    "title": "Assinatura",
    "mrr": Decimal("1000.00"),
    "starts_on": date(2026, 1, 1),
    "cadence": Cadence.MONTHLY,
}


async def new_client(app: Assembly, name: str, code: str | None = None) -> ClientRecord:
    return await app.get(CreateClient)({"name": name}, omie_codigo=code, by=PERSON)


def codes(refusal: pytest.ExceptionInfo[Refused]) -> list[tuple[RefusalCode, tuple[str, ...]]]:
    return [(fault.code, fault.path) for fault in refusal.value.faults]


async def test_a_client_with_and_without_a_code(assembly: Assembly) -> None:
    linked = await new_client(assembly, "Padaria", "10")
    assert linked.links == (ErpLink("demo", "10"),)
    for nothing in (None, ""):
        assert (await new_client(assembly, "Padaria", nothing)).links == ()
    with pytest.raises(Refused, match="DUPLICATE_OMIE_CODE"):
        await new_client(assembly, "Outra", "10")
    with pytest.raises(Refused, match="INVALID"):
        await new_client(assembly, "Outra", "dez")
    sent = {"name": "Açougue", "document": GENUINE[0]}
    await assembly.get(CreateClient)(sent, omie_codigo=None, by=PERSON)
    with pytest.raises(Refused, match="DUPLICATE_DOCUMENT"):
        await assembly.get(CreateClient)(sent, omie_codigo=None, by=PERSON)


async def test_of_a_linked_client_the_erp_owns_what_it_knows(assembly: Assembly) -> None:
    free, linked = await new_client(assembly, "Padaria"), await new_client(assembly, "Açougue", "10")
    update = assembly.get(UpdateClient)
    changed = await update(free.id, {"name": "Panificadora", "contact_email": "a@b.com"}, 1, by=PERSON)
    assert (changed.name, changed.contact_email, changed.version) == ("Panificadora", "a@b.com", 2)
    with pytest.raises(Refused) as refusal:
        await update(linked.id, {"name": "Outro", "active": False}, 1, by=PERSON)
    assert codes(refusal) == [(RefusalCode.OWNED_BY_ERP, ("name",)), (RefusalCode.OWNED_BY_ERP, ("active",))]
    async with assembly.get(OpenWork)(duty=Duty.SYNC) as work:
        found = await work.clients.by_ids([free.id, linked.id])
    assert found == {free.id: changed, linked.id: linked}


async def test_a_contract_through_its_life(assembly: Assembly, clock: TestClock) -> None:
    clock.set(NOW)
    with pytest.raises(Missing, match="client_id"):
        await assembly.get(CreateContract)({**AGREED, "client_id": new_id()}, by=PERSON)
    owner = await new_client(assembly, "Padaria")
    made = await assembly.get(CreateContract)(
        {**AGREED, "client_id": owner.id, "external_id": "E1"}, by=PERSON
    )
    update = assembly.get(UpdateContract)
    raised = await update(made.id, {"mrr": Decimal("1100.00")}, 1, by=PERSON)
    later = await update(made.id, {"mrr": Decimal("1200.00"), "mrr_from": Period(2027, 1)}, 2, by=PERSON)
    assert later.prices == (
        ContractPrice(Decimal("1000.00"), Period(2026, 1)),
        ContractPrice(Decimal("1100.00"), NOVEMBER),
        ContractPrice(Decimal("1200.00"), Period(2027, 1)),
    )
    assert raised.prices == later.prices[:2]
    async with assembly.get(OpenWork)(duty=Duty.SYNC) as work:
        assert await work.contracts.get(made.id) == later
    with pytest.raises(Refused, match="DUPLICATE_EXTERNAL_ID"):
        await assembly.get(CreateContract)({**AGREED, "client_id": owner.id, "external_id": "E1"}, by=PERSON)
    gone = await assembly.get(DeleteContract)(made.id, 3, by=PERSON)
    assert gone.deleted_at is not None
    for again in (
        assembly.get(DeleteContract)(made.id, None, by=PERSON),
        update(made.id, {"title": "x"}, None, by=PERSON),
    ):
        with pytest.raises(Refused, match="DELETED"):
            await again
    async with assembly.get(OpenWork)(duty=Duty.SYNC) as work:
        assert await work.contracts.count(ContractFilter()) == 0
    assert await assembly.get(CreateContract)(
        {**AGREED, "client_id": owner.id, "external_id": "E1"}, by=PERSON
    )


def of_client(cliente_id: str, external_id: str) -> dict[str, Any]:
    return {
        "descricao": "Mensalidade",
        "valor": Decimal("1.00"),
        "data_vencimento": NOW.date(),
        "entidade": Entidade.CLIENTE,
        "cliente_id": cliente_id,
        "cliente_external_id": external_id,
    }


async def test_a_payment_may_not_name_two_clients(assembly: Assembly) -> None:
    one, two = await new_client(assembly, "Padaria", "10"), await new_client(assembly, "Açougue", "20")
    ours, unknown = public_id("client", one.id), public_id("client", new_id())
    create, wrong = assembly.get(CreatePayment), [(RefusalCode.WRONG_PARTY, ("cliente_external_id",))]
    for cliente_id, external_id in ((ours, "10"), (ours, "elsewhere"), (unknown, "20"), ("own id", "20")):
        assert await create(of_client(cliente_id, external_id), by=PERSON)
    payment_key = public_id("payment", one.id)
    assert await create(of_client(payment_key, "20"), by=PERSON)
    with pytest.raises(Refused) as refusal:
        await create(of_client(ours, "20"), by=PERSON)
    assert codes(refusal) == wrong
    sound = await create(of_client(public_id("client", two.id), "20"), by=PERSON)
    with pytest.raises(Refused) as refusal:
        await assembly.get(UpdatePayment)(sound.id, {"cliente_id": ours}, 1, by=PERSON)
    assert codes(refusal) == wrong


async def billed(app: Assembly, clock: TestClock, *codes: str) -> None:
    """The mirror after a good run of this moment: 1000.00 for each code in November."""
    clock.set(NOW)
    record = run(status=SyncStatus.SUCCESS, started_at=clock.now(), finished_at=clock.now())
    titles = [title(code, client_code=code, amount=Decimal("1000.00")) for code in codes]
    issue = ErpIssue(
        entity=Entity.RECEIVABLE, external_id="x", code=IssueCode.DUE_DATE_MISSING, client_code="30"
    )
    async with app.get(OpenWork)(duty=Duty.SYNC) as work:
        await work.titles.keep("demo", titles, clock.now())
        await work.runs.start(record)
        await work.runs.set_aside(record.id, [issue])
        await work.commit()


def judged(lines: Sequence[Line]) -> dict[str, tuple[Verdict, DivergenceKind | None]]:
    return {line.name: (line.verdict, line.kind) for line in lines}


async def test_contracted_against_billed(assembly: Assembly, clock: TestClock) -> None:
    await billed(assembly, clock, "10", "20", "30", "99")
    names = {"Certa": "10", "Avulsa": "20", "Incompleta": "30", "Esquecida": "40", "Sem código": None}
    for name, code in names.items():
        owner = await new_client(assembly, name, code)
        if name != "Avulsa":
            await assembly.get(CreateContract)(
                {**AGREED, "client_id": owner.id, "billing_day": 10}, by=PERSON
            )
    await new_client(assembly, "Sem nada", "50")
    elsewhere = client(name="De outro ERP", links=(ErpLink("omie", "10"),))
    await add_clients(assembly.get(OpenWork), elsewhere)
    result, lines = await reconciled(assembly, NOVEMBER)
    assert (result.fresh, result.basis, result.source) == (True, BillingBasis.DUE_DATE, "demo")
    assert judged(lines) == {
        "Certa": (Verdict.OK, None),
        "Avulsa": (Verdict.DIVERGENT, DivergenceKind.NO_CONTRACT),
        "Incompleta": (Verdict.NOT_EVALUATED, DivergenceKind.INCOMPLETE_DATA),
        "Esquecida": (Verdict.DIVERGENT, DivergenceKind.NOT_BILLED),
        "Sem código": (Verdict.NOT_EVALUATED, DivergenceKind.NOT_LINKED),
        "99": (Verdict.DIVERGENT, DivergenceKind.NO_CONTRACT),
    }
    _, issued = await reconciled(assembly, NOVEMBER, BillingBasis.ISSUE_DATE)
    assert judged(issued)["Certa"] == (Verdict.NOT_EVALUATED, DivergenceKind.INCOMPLETE_DATA)
    clock.set(NOW + timedelta(hours=27))
    stale, unjudged = await reconciled(assembly, NOVEMBER)
    assert (stale.fresh, stale.data_as_of) == (False, result.data_as_of)
    assert {line.kind for line in unjudged} == {DivergenceKind.STALE_DATA}


async def test_the_month_before_is_judged_on_what_was_read_after_it(
    assembly: Assembly, clock: TestClock
) -> None:
    await billed(assembly, clock)
    assert (await assembly.get(ReconcilePeriod)(Period(2026, 10), None)).fresh
    clock.set(NOW + timedelta(days=12))
    assert not (await assembly.get(ReconcilePeriod)(NOVEMBER, None)).fresh


async def test_without_an_erp_nothing_is_evaluated(database_url: str) -> None:
    async with running_assembly(settings_for(), database_url, QuickClock(), {ErpGateway: NoErp()}) as app:
        owner = client()
        await add_clients(app.get(OpenWork), owner)
        await app.get(CreateContract)({**AGREED, "client_id": owner.id}, by=PERSON)
        result, (line,) = await reconciled(app, NOVEMBER)
    assert (result.source, result.fresh, result.data_as_of) == (None, False, None)
    assert (line.verdict, line.kind) == (Verdict.NOT_EVALUATED, DivergenceKind.STALE_DATA)
    assert (line.expected, line.billed, line.codes) == (Decimal("1000.00"), Decimal("0.00"), ())


async def test_causes_add_up_to_the_line_that_was_read_before_a_sync_went_on(assembly: Assembly) -> None:
    mirror = Mirror(assembly)
    await mirror.contract(await mirror.client("Ana", "10"), "1000.00")
    await mirror.title("10", "1000.00", "2026-10-10", external_id="A")
    await mirror.title("10", "300.00", "2026-10-11")
    await mirror.title("20", "70.00", "2026-10-11", external_id="B")
    _, lines = await reconciled(assembly, Period(2026, 10))
    await mirror.title("10", "1.00", "2026-10-12")
    await mirror.title("10", "1000.00", "2026-10-10", external_id="A", cancelled=True)
    await mirror.title("20", "70.00", "2026-10-11", external_id="B", cancelled=True)
    causes = await assembly.get(ExplainLines)(lines)
    assert [line.divergence for line in lines] == [Decimal("300.00"), Decimal("70.00")]
    for line in lines:
        assert sum(cause.amount for cause in causes[line.ref]) == line.divergence
