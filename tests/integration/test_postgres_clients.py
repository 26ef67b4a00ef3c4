"""Clients and the ERP codes under which they stand."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ports.clients import ClientFilter, ClientRecord, ErpLink
from ports.errors import Missing, RefusalCode, Refused
from ports.ids import new_id
from ports.paging import PageRequest
from ports.work import OpenWork
from tests.integration.records import GENUINE, NOW, add_clients, client

LINKS = (ErpLink("omie", "30"), ErpLink("omie", "10"), ErpLink("demo", "20"))


def full_client() -> ClientRecord:
    return client(
        name="Açougue Irmãos Brandão & Cia — “Ltda” 🏢",
        document=GENUINE[2],
        contact_email="financeiro@exemplo.com.br",
        active=False,
        links=LINKS,
        source="omie",
        version=9,
        updated_at=NOW + timedelta(seconds=1),
    )


async def kept(open_work: OpenWork, record: ClientRecord) -> ClientRecord:
    async with open_work() as work:
        return (await work.clients.by_ids([record.id]))[record.id]


@pytest.mark.parametrize("record", [full_client(), client()], ids=["full", "bare"])
async def test_every_field_comes_back(open_work: OpenWork, record: ClientRecord) -> None:
    await add_clients(open_work, record)
    assert await kept(open_work, record) == record
    async with open_work() as work:
        assert await work.clients.for_update(record.id) == record
    assert (record.omie_codigo, len(record.omie_codigos)) == (("30", 3) if record.links else (None, 0))


async def test_save_writes_every_field_and_the_links_gained(open_work: OpenWork) -> None:
    before = client(links=LINKS[:1])
    await add_clients(open_work, before)
    for links in (LINKS[:1], LINKS[:2], LINKS):
        changed = replace(full_client(), id=before.id, links=links)
        async with open_work() as work:
            await work.clients.save(changed)
            await work.commit()
        assert await kept(open_work, before) == changed


async def test_an_unknown_client(open_work: OpenWork) -> None:
    async with open_work() as work:
        with pytest.raises(Missing):
            await work.clients.for_update(new_id())
        assert await work.clients.by_ids([new_id()]) == {}
        assert await work.clients.by_ids([]) == {}
        assert await work.clients.by_codes("omie", []) == {}
        assert await work.clients.by_documents([]) == {}


TAKEN = {
    "a document": (client(document=GENUINE[0]), RefusalCode.DUPLICATE_DOCUMENT, "document"),
    "a code": (client(links=(ErpLink("omie", "10"),)), RefusalCode.DUPLICATE_OMIE_CODE, "omie_codigo"),
}


@pytest.mark.parametrize(("record", "code", "field"), TAKEN.values(), ids=TAKEN)
async def test_what_is_taken(
    open_work: OpenWork, record: ClientRecord, code: RefusalCode, field: str
) -> None:
    other = client(links=(ErpLink("demo", "10"),))
    await add_clients(open_work, client(document=GENUINE[0], links=(ErpLink("omie", "10"),)), other)
    with pytest.raises(Refused) as by_adding:
        await add_clients(open_work, record)
    with pytest.raises(Refused) as by_saving:
        async with open_work() as work:
            await work.clients.save(replace(record, id=other.id, links=(*other.links, *record.links)))
    for refusal in (by_adding.value, by_saving.value):
        assert [(fault.code, fault.path) for fault in refusal.faults] == [(code, (field,))]
    assert await kept(open_work, other) == other


async def test_by_codes_and_documents(open_work: OpenWork) -> None:
    one = client(
        document=GENUINE[0], links=(ErpLink("omie", "1"), ErpLink("omie", "2"), ErpLink("demo", "9"))
    )
    two = client(document=GENUINE[1], links=(ErpLink("demo", "1"),))
    await add_clients(open_work, one, two, client())
    async with open_work() as work:
        assert await work.clients.by_codes("omie", ["1", "2", "2", "9", "x"]) == {"1": one, "2": one}
        assert await work.clients.by_codes("demo", ["1", "2"]) == {"1": two}
        assert await work.clients.by_codes("other", ["1"]) == {}
        assert await work.clients.by_any_code(["2", "9", "x"]) == {"2": one, "9": one}
        assert await work.clients.by_documents([*GENUINE, GENUINE[0]]) == {GENUINE[0]: one, GENUINE[1]: two}
        assert await work.clients.by_ids([two.id, two.id, one.id]) == {one.id: one, two.id: two}


FILTERS: dict[str, tuple[ClientFilter, list[str]]] = {
    "nothing": (ClientFilter(), ["ÁGUA", "bread", "Corn", "Água"]),
    "document": (ClientFilter(document=[GENUINE[0], GENUINE[2]]), ["ÁGUA"]),
    "no document": (ClientFilter(document=[]), []),
    "code": (ClientFilter(omie_codigo=["20"]), ["bread"]),
    "codes in any source": (ClientFilter(omie_codigo=["30", "20", "7"]), ["ÁGUA", "bread"]),
    "no code": (ClientFilter(omie_codigo=[]), []),
    "linked": (ClientFilter(linked=True), ["ÁGUA", "bread"]),
    "not linked": (ClientFilter(linked=False), ["Corn", "Água"]),
    "active": (ClientFilter(active=True), ["ÁGUA", "Corn", "Água"]),
    "not active": (ClientFilter(active=False), ["bread"]),
    "search": (ClientFilter(search="agua"), ["ÁGUA", "Água"]),
    "an empty search": (ClientFilter(search=""), ["ÁGUA", "bread", "Corn", "Água"]),
    "together": (ClientFilter(search="a", linked=True, active=True, omie_codigo=["10"]), ["ÁGUA"]),
}


@pytest.fixture(scope="module")
async def filled(shared_work: OpenWork) -> OpenWork:
    await add_clients(
        shared_work,
        client(name="ÁGUA", document=GENUINE[0], links=LINKS[:2]),
        client(name="Corn"),
        client(name="bread", links=LINKS[2:], active=False),
        client(name="Água", document=GENUINE[1]),
    )
    return shared_work


@pytest.mark.parametrize(("where", "names"), FILTERS.values(), ids=FILTERS)
async def test_filters(filled: OpenWork, where: ClientFilter, names: list[str]) -> None:
    async with filled() as work:
        page = await work.clients.page(where, PageRequest())
        assert await work.clients.count(where) == len(names)
    assert sorted(item.name for item in page.items) == sorted(names)


async def test_by_name_accents_and_case_aside(filled: OpenWork) -> None:
    async with filled() as work:
        whole = await work.clients.page(ClientFilter(), PageRequest())
        assert [item.name for item in whole.items] == ["ÁGUA", "Água", "bread", "Corn"]
        for number, cursor in enumerate(whole.cursors):
            after = await work.clients.page(ClientFilter(), PageRequest(1, after=cursor))
            before = await work.clients.page(ClientFilter(), PageRequest(1, backward=True, before=cursor))
            assert list(after.items) == list(whole.items[number + 1 : number + 2])
            assert list(before.items) == list(whole.items[max(number - 1, 0) : number])
