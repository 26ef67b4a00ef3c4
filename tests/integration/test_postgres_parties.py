"""Both sides of a month, brought together by the store."""

from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from ports.clients import ClientRecord, ErpLink
from ports.contracts import ContractRecord, ContractTerms
from ports.erp import ErpSettlement, Receipt
from ports.ids import new_id
from ports.reconciliations import Billing, Party, PartyKey
from ports.titles import BillingBasis, MonthsOfTitles
from ports.work import Duty, OpenWork
from tests.integration.records import NOVEMBER, NOW, add_clients, client, contract, title

D = Decimal
SOURCE = "demo"
DUE = MonthsOfTitles(SOURCE, [NOVEMBER], BillingBasis.DUE_DATE, ())
RECEIVED = DUE._replace(basis=BillingBasis.RECEIVED)


def linked(name: str, *codes: str, source: str = SOURCE) -> ClientRecord:
    return client(name=name, links=tuple(ErpLink(source, code) for code in codes))


ANA, BIA, FREE, IDLE = linked("Ana", "10", "11"), linked("Bia", "20"), linked("Free"), linked("Idle", "30")
ELSEWHERE = linked("Elsewhere", "10", source="omie")


def terms(record: ContractRecord) -> ContractTerms:
    return ContractTerms(**{field.name: getattr(record, field.name) for field in fields(ContractTerms)})


async def parties(
    open_work: OpenWork, of: MonthsOfTitles = DUE, only: list[PartyKey] | None = None
) -> dict[str, Party]:
    async with open_work(duty=Duty.SYNC, still=True) as work:
        found = [party async for batch in work.parties.each(of, only) for _, party in batch]
    named = {party.client.name if party.client else party.codes[0]: party for party in found}
    assert len(named) == len(found)
    return named


async def keep(open_work: OpenWork, *contracts: ContractRecord) -> None:
    async with open_work() as work:
        for record in contracts:
            await work.contracts.add(record)
        await work.commit()


async def bill(open_work: OpenWork, *amounts: tuple[str, str]) -> None:
    async with open_work() as work:
        titles = [title(str(n), client_code=code, amount=D(sum_)) for n, (code, sum_) in enumerate(amounts)]
        await work.titles.keep(SOURCE, titles, NOW)
        await work.commit()


async def test_everybody_on_either_side_once(open_work: OpenWork) -> None:
    await add_clients(open_work, ANA, BIA, FREE, IDLE, ELSEWHERE)
    of_ana, also = contract(client_id=ANA.id), contract(client_id=ANA.id)
    of_free = contract(client_id=FREE.id)
    await keep(open_work, of_ana, also, of_free)
    await bill(open_work, ("11", "2.00"), ("10", "1.00"), ("10", "0.50"), ("20", "3.00"), ("99", "4.00"))
    found = await parties(open_work)
    assert found.keys() == {"Ana", "Bia", "Free", "99"}
    ana = found["Ana"]
    assert (ana.client, ana.codes) == (ANA, ("10", "11"))
    assert {record.id for record in ana.contracts} == {of_ana.id, also.id}
    assert ana.billing == (Billing(code="10", amount=D("1.50")), Billing(code="11", amount=D("2.00")))
    assert found["Bia"] == Party(client=BIA, codes=("20",), billing=(Billing(code="20", amount=D("3.00")),))
    assert found["Free"] == Party(client=FREE, codes=(), contracts=(terms(of_free),))
    assert found["99"] == Party(client=None, codes=("99",), billing=(Billing(code="99", amount=D("4.00")),))


async def test_only_those_asked_for(open_work: OpenWork) -> None:
    await add_clients(open_work, ANA, BIA)
    await keep(open_work, contract(client_id=ANA.id), contract(client_id=BIA.id))
    await bill(open_work, ("10", "1.00"), ("20", "3.00"), ("98", "5.00"), ("99", "4.00"))
    whole = await parties(open_work)
    asked = {"Ana": PartyKey(ANA.id), "Bia": PartyKey(BIA.id), "99": PartyKey(None, "99")}
    for names in (["Ana"], ["Bia", "99"], ["99"], []):
        found = await parties(open_work, only=[asked[name] for name in names])
        assert found == {name: whole[name] for name in names}
    assert await parties(open_work, only=[PartyKey(new_id()), PartyKey(None, "77")]) == {}
    # A code that has become somebody's is nobody's no more.
    assert await parties(open_work, only=[PartyKey(None, "20")]) == {}


@pytest.mark.parametrize(("month", "holds"), [(2, False), (3, True), (4, True), (5, True), (6, False)])
async def test_contracts_in_force_on_some_day(open_work: OpenWork, month: int, holds: bool) -> None:
    await add_clients(open_work, BIA)
    ending = contract(client_id=BIA.id, starts_on=date(2026, 3, 31), ends_on=date(2026, 5, 1))
    endless = contract(client_id=BIA.id, starts_on=date(2026, 3, 31))
    await keep(open_work, ending, endless, replace(endless, id=new_id(), deleted_at=NOW))
    found = await parties(open_work, DUE._replace(periods=[replace(NOVEMBER, month=month)]))
    in_force = {record.id for party in found.values() for record in party.contracts}
    assert (ending.id in in_force) is holds
    assert (endless.id in in_force) is (month >= 3)
    assert len(in_force) == holds + (month >= 3)


def receipt(number: int, on: date, amount: str) -> Receipt:
    parts = {"amount": D(amount), "discount": D("1.00"), "interest": D("2.00"), "fine": D("3.00")}
    return Receipt(external_id=str(number), on=on, **parts)


async def settle(open_work: OpenWork, title_id: str, *receipts: Receipt, left: str = "0.00") -> None:
    received = sum((each.amount for each in receipts), D())
    settlement = ErpSettlement(
        title_id=title_id, received=received, open=D(left), settled=left == "0.00", receipts=receipts
    )
    async with open_work() as work:
        await work.titles.settle(SOURCE, [settlement], NOW)
        await work.commit()


async def test_each_receipt_in_its_own_month(open_work: OpenWork) -> None:
    await add_clients(open_work, BIA)
    async with open_work() as work:
        taxes = {"withheld": D("61.50"), "due_on": date(2026, 10, 5)}
        taxed = title("1", client_code="20", amount=D("1000.00"), **taxes)
        plain = title("2", client_code="20", amount=D("10.00"))
        void = title("3", client_code="20", amount=D("10.00"), cancelled=True)
        await work.titles.keep(SOURCE, [taxed, plain, void], NOW)
        await work.commit()
    october, first, last = date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 30)
    await settle(open_work, "1", receipt(1, october, "400.00"), receipt(2, first, "538.50"))
    await settle(open_work, "2", receipt(3, last, "4.00"), left="6.00")
    await settle(open_work, "3", receipt(4, last, "10.00"))
    (party,) = (await parties(open_work, RECEIVED)).values()
    added_up = Billing(code="20", amount=D("542.50"), discount=D("2.00"), interest=D("4.00"), fine=D("6.00"))
    assert party.billing == (added_up,)
    assert [kept_back.external_id for kept_back in party.withholding] == ["1"]
    assert [paid.amount for paid in party.withholding[0].receipts] == [D("400.00"), D("538.50")]
    (earlier,) = (await parties(open_work, RECEIVED._replace(periods=[NOVEMBER.plus(-1)]))).values()
    assert earlier.billing[0].amount == D("400.00")
    assert (await parties(open_work))["Bia"].withholding == ()


async def test_settled_and_nobody_knows_when(open_work: OpenWork) -> None:
    async with open_work() as work:
        told, open_still = title("1", settled=True), title("2", client_code="21")
        await work.titles.keep(SOURCE, [told, open_still], NOW)
        await work.commit()
    found = await parties(open_work, RECEIVED)
    assert {name: party.billing[0].incomplete for name, party in found.items()} == {told.client_code: 1}


async def test_settled_is_dated_by_its_receipts_alone(open_work: OpenWork) -> None:
    async def keep_again() -> None:
        async with open_work() as work:
            await work.titles.keep(SOURCE, [title("1", client_code="20", settled=True)], NOW)
            await work.commit()

    async def incomplete() -> list[int]:
        found = await parties(open_work, RECEIVED)
        return [billing.incomplete for party in found.values() for billing in party.billing]

    paid = receipt(1, date(2026, 11, 2), "4.00")
    await keep_again()
    await settle(open_work, "1")
    assert await incomplete() == [1]
    await settle(open_work, "1", paid)
    assert await incomplete() == [0]
    await keep_again()
    assert await incomplete() == [0]
    await settle(open_work, "1")
    assert await incomplete() == [1]


async def test_what_is_read_is_of_one_moment(open_work: OpenWork) -> None:
    await bill(open_work, ("10", "1.00"), ("20", "3.00"))
    async with open_work(duty=Duty.SYNC, still=True) as work:
        before = [party async for batch in work.parties.each(DUE) for party in batch]
        await bill(open_work, ("10", "100.00"))
        again = [party async for batch in work.parties.each(DUE) for party in batch]
    assert before == again
    assert (await parties(open_work))["10"].billing[0].amount == D("100.00")


async def test_more_than_a_batch(open_work: OpenWork) -> None:
    owners = [linked(f"Client {n:04}", str(n)) for n in range(1100)]
    async with open_work() as work:
        for owner in owners[::2]:
            await work.clients.add(owner)
        await work.commit()
    async with open_work() as work:
        titles = [title(f"T{n}", client_code=str(n), amount=D(n)) for n in range(1100)]
        await work.titles.keep(SOURCE, titles, NOW + timedelta(hours=1))
        await work.commit()
    found = await parties(open_work)
    assert len(found) == 1100
    billed = {party.codes[0]: party.billing[0].amount for party in found.values()}
    assert billed == {str(n): D(n) for n in range(1100)}


async def test_receipts_of_one_day_in_the_order_in_which_the_erp_counts(open_work: OpenWork) -> None:
    async with open_work() as work:
        await work.titles.keep(SOURCE, [title("1", amount=D("11.00"))], NOW)
        await work.commit()
    day = date(2026, 11, 10)
    await settle(open_work, "1", receipt(10, day, "2.00"), receipt(9, day, "9.00"))
    async with open_work() as work:
        (kept,) = (await work.titles.by_external_ids(["1"])).values()
    assert [each.external_id for each in kept.receipts] == ["9", "10"]


@pytest.mark.parametrize("basis", BillingBasis)
async def test_several_months_at_once_are_each_of_them(open_work: OpenWork, basis: BillingBasis) -> None:
    await add_clients(open_work, ANA, BIA)
    ending = contract(client_id=ANA.id, starts_on=date(2026, 3, 31), ends_on=date(2026, 9, 1))
    await keep(open_work, ending, contract(client_id=BIA.id, starts_on=date(2026, 10, 2)))
    day, taxes = {"issued_on": date(2026, 9, 1), "registered_on": date(2026, 12, 31)}, D("61.50")
    titles = [
        title("1", client_code="10", due_on=date(2026, 9, 30), withheld=taxes, amount=D("1000.00"), **day),
        title("2", client_code="10", due_on=date(2026, 9, 1), **day),
        title("3", client_code="11", due_on=date(2026, 11, 30), **day),
        title("4", client_code="20", due_on=date(2026, 10, 31), settled=True),
        title("5", client_code="99", due_on=date(2026, 8, 31), settled=True),
    ]
    async with open_work() as work:
        await work.titles.keep(SOURCE, titles, NOW)
        await work.commit()
    paid = receipt(1, date(2026, 9, 30), "400.00"), receipt(2, date(2026, 11, 1), "538.50")
    await settle(open_work, "1", *paid)
    months = [NOVEMBER.plus(-2), NOVEMBER]
    of = MonthsOfTitles(SOURCE, months, basis, ())
    async with open_work(duty=Duty.SYNC, still=True) as work:
        found = [each async for batch in work.parties.each(of) for each in batch]
    for month in months:
        alone = await parties(open_work, of._replace(periods=[month]))
        assert [party for period, party in found if period == month] == list(alone.values())
    assert len(found) == sum(period in months for period, _ in found) > len(months)
