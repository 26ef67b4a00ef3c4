"""A cursor that this list did not give out is said to be one, and nothing else happens."""

import base64
import json
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest

from ports.calendar import Period
from ports.clients import ClientFilter
from ports.contracts import ContractFilter
from ports.ids import new_id
from ports.paging import BadCursor, Page, PageRequest
from ports.payments import PaymentFilter, PaymentOrder, PaymentOrderField
from ports.titles import BillingBasis
from ports.work import OpenWork, Work
from tests.integration.records import NOW, TODAY, add_payments, payment

List = Callable[[Work, PageRequest], Awaitable[Page[Any]]]
ID = str(new_id())


def by(field: PaymentOrderField) -> List:
    order = (PaymentOrder(field),)
    return lambda work, page: work.payments.page(PaymentFilter(), order, page, TODAY)


BY_DUE = by(PaymentOrderField.DATA_VENCIMENTO)
BY_TOTAL = by(PaymentOrderField.VALOR_TOTAL)
BY_TEXT = by(PaymentOrderField.DESCRICAO)
BY_MOMENT = by(PaymentOrderField.CADASTRADO_EM)


def rules(work: Work, page: PageRequest) -> Awaitable[Page[Any]]:
    return work.rules.page(None, page)


def clients(work: Work, page: PageRequest) -> Awaitable[Page[Any]]:
    return work.clients.page(ClientFilter(), page)


def titles(work: Work, page: PageRequest) -> Awaitable[Page[Any]]:
    return work.titles.page("demo", ["10"], Period(2026, 11), BillingBasis.DUE_DATE, page)


def encoded(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


DUE, TOTAL = "+data_vencimento,+id", "+valor_total,+id"
BAD: dict[str, tuple[List, str]] = {
    "empty": (BY_DUE, ""),
    "words": (BY_DUE, "next page please"),
    "not ascii": (BY_DUE, "página"),
    "a lone surrogate": (BY_DUE, "\ud800"),
    "a zero byte": (BY_DUE, "\x00"),
    "not base64": (BY_DUE, "abc"),
    "no json": (BY_DUE, base64.urlsafe_b64encode(b"\xff\xfe{").decode()),
    "a number": (BY_DUE, encoded(5)),
    "null": (BY_DUE, encoded(None)),
    "an empty list": (BY_DUE, encoded([])),
    "an object": (BY_DUE, encoded({"a": 1})),
    "deeply nested": (BY_DUE, base64.urlsafe_b64encode(b"[" * 100_000).decode()),
    "no values": (BY_DUE, encoded([DUE])),
    "too few values": (BY_DUE, encoded([DUE, "2026-11-20"])),
    "too many values": (BY_DUE, encoded([DUE, "2026-11-20", ID, ID])),
    "another direction": (BY_DUE, encoded(["-data_vencimento,-id", "2026-11-20", ID])),
    "another field": (BY_DUE, encoded([TOTAL, "10.00", ID])),
    "another list": (BY_DUE, encoded(["+due_on,+id", "2026-11-20", ID])),
    "no day": (BY_DUE, encoded([DUE, "2026-02-30", ID])),
    "a day as a number": (BY_DUE, encoded([DUE, 20261120, ID])),
    "a day that is missing": (BY_DUE, encoded([DUE, None, ID])),
    "no id": (BY_DUE, encoded([DUE, "2026-11-20", "7"])),
    "an id as a number": (BY_DUE, encoded([DUE, "2026-11-20", 7])),
    "an id as a list": (BY_DUE, encoded([DUE, "2026-11-20", [ID]])),
    "an id that is missing": (BY_DUE, encoded([DUE, "2026-11-20", None])),
    "no amount": (BY_TOTAL, encoded([TOTAL, "ten", ID])),
    "too large an amount": (BY_TOTAL, encoded([TOTAL, "1e999999", ID])),
    "an amount as a list": (BY_TOTAL, encoded([TOTAL, [0, [1], 0], ID])),
    "no moment": (BY_MOMENT, encoded(["+cadastrado_em,+id", "yesterday", ID])),
    "a moment without a zone": (BY_MOMENT, encoded(["+cadastrado_em,+id", "2026-11-20T10:00:00", ID])),
    "a zero byte in a text": (BY_TEXT, encoded(["+descricao,+id", "a\x00", ID])),
    "a lone surrogate in a text": (BY_TEXT, encoded(["+descricao,+id", "\ud800", ID])),
    "a zero byte in a name": (clients, encoded(["+name,+id", "a\x00", ID])),
    "no version": (rules, encoded(["-version", "one"])),
    "an endless version": (rules, base64.urlsafe_b64encode(b'["-version", Infinity]').decode()),
    "a version beyond all numbers": (rules, encoded(["-version", str(2**40)])),
    "the cursor of a payment": (titles, encoded([DUE, "2026-11-20", ID])),
}


@pytest.mark.parametrize(("list_", "cursor"), BAD.values(), ids=BAD)
async def test_a_bad_cursor(shared_work: OpenWork, list_: List, cursor: str) -> None:
    for page in (PageRequest(after=cursor), PageRequest(before=cursor, backward=True)):
        with pytest.raises(BadCursor):
            async with shared_work() as work:
                await list_(work, page)


OTHERS: dict[str, List] = {
    "amounts": BY_TOTAL,
    "texts": BY_TEXT,
    "moments": BY_MOMENT,
    "clients": clients,
    "rules": rules,
    "titles": titles,
}


@pytest.mark.parametrize("list_", OTHERS.values(), ids=OTHERS)
async def test_a_cursor_of_another_list(open_work: OpenWork, list_: List) -> None:
    await add_payments(open_work, payment())
    async with open_work() as work:
        given = (await BY_DUE(work, PageRequest())).cursors[0]
        assert not (await BY_DUE(work, PageRequest(after=given))).items
        with pytest.raises(BadCursor):
            await list_(work, PageRequest(after=given))


async def test_a_cursor_may_come_from_the_same_list_with_another_filter(open_work: OpenWork) -> None:
    await add_payments(open_work, *(payment(codigo=codigo) for codigo in "ABC"))
    async with open_work() as work:
        given = (await BY_DUE(work, PageRequest(1))).cursors[0]
        where = PaymentFilter(codigo=["A", "C"])
        page = await work.payments.page(where, (), PageRequest(after=given), TODAY)
    assert [item.codigo for item in page.items] == ["C"]


async def test_cursors_of_every_list_lead_on(shared_work: OpenWork) -> None:
    async with shared_work() as work:
        for number in range(3):
            await work.rules.add(Decimal(number), Decimal(number), None, NOW, "test")
        first = await work.rules.page(None, PageRequest(2))
        assert [rule.version for rule in first.items] == [3, 2]
        rest = await work.rules.page(None, PageRequest(2, after=first.cursors[-1]))
        assert [rule.version for rule in rest.items] == [1]
        assert not (await work.contracts.page(ContractFilter(), PageRequest())).items
