"""Keyset pages: every row exactly once, in every order and both directions, whatever is inserted."""

from collections.abc import Awaitable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from ports.ids import new_id
from ports.paging import Page, PageRequest
from ports.payments import PaymentFilter, PaymentOrder, PaymentOrderField, PaymentRecord
from ports.work import OpenWork, Work
from tests.integration.records import NOW, TODAY, add_payments, payment

F = PaymentOrderField
Order = Sequence[PaymentOrder]
ALL = PageRequest(1000)


def ascending(field: F) -> PaymentOrder:
    return PaymentOrder(field)


def descending(field: F) -> PaymentOrder:
    return PaymentOrder(field, descending=True)


ORDERS: dict[str, Order] = {
    "unsaid": (),
    **{f"{field.name} asc": (ascending(field),) for field in F},
    **{f"{field.name} desc": (descending(field),) for field in F},
    "both up": (ascending(F.VALOR_TOTAL), ascending(F.DATA_VENCIMENTO)),
    "both down": (descending(F.DATA_LIQUIDACAO), descending(F.DESCRICAO)),
    "up, down": (ascending(F.DATA_LIQUIDACAO), descending(F.VALOR_TOTAL)),
    "down, up": (descending(F.VALOR_TOTAL), ascending(F.DATA_LIQUIDACAO)),
    "up, down, up": (ascending(F.DATA_VENCIMENTO), descending(F.DESCRICAO), ascending(F.VALOR_TOTAL)),
    "one twice": (ascending(F.VALOR_TOTAL), descending(F.VALOR_TOTAL)),
}


def rows() -> list[PaymentRecord]:
    """Many ties in every column, and half of the settlement days missing."""
    made = []
    for n in range(23):
        settled = date(2026, 11, 1 + n % 3) if n % 2 else None
        made.append(
            payment(
                descricao=("aaa", "aab", "b c", "b-c", "ção", "zzz")[n % 6],
                valor=Decimal(n % 4) * Decimal("10.01"),
                data_vencimento=TODAY + timedelta(n % 5),
                liquidado=settled is not None,
                data_liquidacao=settled,
                cadastrado_em=NOW + timedelta(microseconds=n % 7),
                modificado_em=NOW - timedelta(days=n % 2),
            )
        )
    return made


@pytest.fixture(scope="module")
async def filled(shared_work: OpenWork) -> OpenWork:
    await add_payments(shared_work, *rows())
    return shared_work


def page_in(work: Work, order: Order, page: PageRequest) -> Awaitable[Page[PaymentRecord]]:
    return work.payments.page(PaymentFilter(), order, page, TODAY)


async def page_of(open_work: OpenWork, order: Order, page: PageRequest) -> Page[PaymentRecord]:
    async with open_work() as work:
        return await page_in(work, order, page)


async def forwards(work: Work, order: Order, size: int) -> list[PaymentRecord]:
    found: list[PaymentRecord] = []
    after: str | None = None
    while True:
        page = await page_in(work, order, PageRequest(size, after=after))
        assert page.has_previous is (after is not None)
        found += page.items
        if not page.has_next:
            return found
        assert len(page.items) == size
        after = page.cursors[-1]


async def backwards(work: Work, order: Order, size: int) -> list[PaymentRecord]:
    found: list[PaymentRecord] = []
    before: str | None = None
    while True:
        page = await page_in(work, order, PageRequest(size, backward=True, before=before))
        assert page.has_next is (before is not None)
        found = [*page.items, *found]
        if not page.has_previous:
            return found
        assert len(page.items) == size
        before = page.cursors[0]


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
async def test_each_row_exactly_once(filled: OpenWork, order: Order) -> None:
    async with filled() as work:
        whole = (await page_in(work, order, ALL)).items
        assert len({item.id for item in whole}) == len(whole) == 23
        for size in (4, 23):
            assert await forwards(work, order, size) == whole
            assert await backwards(work, order, size) == whole


def place(field: F, item: PaymentRecord) -> Any:
    """An unsettled payment comes after all settled ones."""
    value = getattr(item, field.value)
    return date(9999, 12, 31) if value is None else value


@pytest.mark.parametrize("field", [field for field in F if field is not F.DESCRICAO])
async def test_the_order_is_the_one_asked_for(filled: OpenWork, field: F) -> None:
    up = (await page_of(filled, (ascending(field),), ALL)).items
    assert [(place(field, item), item.id) for item in up] == sorted((place(field, i), i.id) for i in up)
    down = (await page_of(filled, (descending(field),), ALL)).items
    assert list(down) == list(reversed(up))


async def test_texts_are_ordered_as_well(filled: OpenWork) -> None:
    up = (await page_of(filled, (ascending(F.DESCRICAO),), ALL)).items
    places: dict[str, list[int]] = {}
    for n, item in enumerate(up):
        places.setdefault(item.descricao, []).append(n)
    assert all(span == list(range(span[0], span[-1] + 1)) for span in places.values())
    assert places["aaa"] < places["aab"] < places["b c"] < places["zzz"]


async def test_two_fields_in_two_directions(filled: OpenWork) -> None:
    items = (await page_of(filled, ORDERS["down, up"], ALL)).items
    keys = [(-item.valor_total, place(F.DATA_LIQUIDACAO, item), item.id) for item in items]
    assert keys == sorted(keys)


async def test_between_two_cursors(filled: OpenWork) -> None:
    whole = await page_of(filled, (), ALL)
    between = PageRequest(3, after=whole.cursors[4], before=whole.cursors[10])
    first = await page_of(filled, (), between)
    assert list(first.items) == list(whole.items[5:8])
    assert (first.has_next, first.has_previous) == (True, True)
    last = await page_of(filled, (), replace(between, backward=True))
    assert list(last.items) == list(whole.items[7:10])
    assert (last.has_next, last.has_previous) == (True, True)
    beyond = await page_of(filled, (), PageRequest(3, after=whole.cursors[-1]))
    assert (list(beyond.items), beyond.has_next, beyond.has_previous) == ([], False, True)
    none = await page_of(filled, (), PageRequest(0))
    assert (list(none.items), list(none.cursors), none.has_next) == ([], [], True)


async def test_a_cursor_outlives_its_row(open_work: OpenWork) -> None:
    made = [payment(data_vencimento=TODAY + timedelta(n)) for n in range(4)]
    await add_payments(open_work, *made)
    first = await page_of(open_work, (), PageRequest(2))
    async with open_work() as work:
        await work.payments.save(replace(made[1], deletado_em=NOW))
        await work.commit()
    rest = await page_of(open_work, (), PageRequest(5, after=first.cursors[-1]))
    assert list(rest.items) == made[2:]


@pytest.mark.parametrize("backward", [False, True], ids=["forward", "backward"])
@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
async def test_inserts_between_pages_neither_repeat_nor_hide(
    open_work: OpenWork, order: Order, backward: bool
) -> None:
    await add_payments(open_work, *rows())
    whole = (await page_of(open_work, order, ALL)).items
    visited: list[PaymentRecord] = []
    request = PageRequest(4, backward)
    while True:
        page = await page_of(open_work, order, request)
        visited = [*page.items, *visited] if backward else [*visited, *page.items]
        if not (page.has_previous if backward else page.has_next):
            break
        first, last = page.cursors[0], page.cursors[-1]
        request = PageRequest(4, backward, before=first) if backward else PageRequest(4, after=last)
        # By a connection of its own: the place of the cursor, both sides of it, and both ends of the list.
        twins = (page.items[0], page.items[-1], whole[0], whole[-1])
        await add_payments(open_work, *(replace(twin, id=new_id()) for twin in twins))
    ids = [item.id for item in visited]
    assert len(set(ids)) == len(ids)
    assert [key for key in ids if key in {item.id for item in whole}] == [item.id for item in whole]
    now = [item.id for item in (await page_of(open_work, order, ALL)).items]
    assert all(now.index(one) < now.index(next_) for one, next_ in pairwise(ids))
