"""Whose register is followed: customers become clients, who is on file stays one, suppliers are entries."""

import pytest

from bootstrap import Assembly
from core.use_cases.reread_erp import RereadErp
from ports.clients import ClientRecord, ErpLink
from ports.erp import Entity, ErpClient
from ports.registers import ReferenceKind, ReferenceRecord, RegisterKey
from ports.rereads import Reread
from ports.work import Duty, OpenWork
from tests.integration.fake_erp import FakeErp
from tests.integration.records import NOW, add_clients, client, register, synced

CARRIER = {"is_customer": False}
SUPPLIER = {"is_customer": False, "is_supplier": True}


async def told(assembly: Assembly, erp: FakeErp, theirs: ErpClient, *, singly: bool) -> None:
    """By a page of registers, or by the answer to a question about this one."""
    erp.listed_clients = [theirs]
    if not singly:
        await synced(assembly)
        return
    async with assembly.get(OpenWork)(duty=Duty.SYNC) as work:
        await work.rereads.ask([Reread("fake", Entity.CLIENT, theirs.code)], NOW)
        await work.commit()
    assert await assembly.get(RereadErp)() == 1


async def on_file(assembly: Assembly) -> ClientRecord | None:
    async with assembly.get(OpenWork)() as work:
        return (await work.clients.by_codes("fake", ["1"])).get("1")


async def supplier(assembly: Assembly) -> ReferenceRecord | None:
    key = RegisterKey(ReferenceKind.FORNECEDOR, "1")
    async with assembly.get(OpenWork)() as work:
        return (await work.registers.known([key])).get(key)


@pytest.mark.parametrize("singly", [False, True])
async def test_a_client_on_file_is_followed_whatever_its_tags(
    faked: Assembly, erp: FakeErp, singly: bool
) -> None:
    await add_clients(faked.get(OpenWork), client(name="Antes", links=(ErpLink("fake", "1"),)))
    await told(faked, erp, register("1", name="Depois", active=False, **CARRIER), singly=singly)
    found = await on_file(faked)
    assert found is not None
    assert (found.name, found.active, found.version) == ("Depois", False, 2)


@pytest.mark.parametrize("singly", [False, True])
async def test_nobody_else_without_the_tag_becomes_a_client(
    faked: Assembly, erp: FakeErp, singly: bool
) -> None:
    await told(faked, erp, register("1", **CARRIER), singly=singly)
    assert await on_file(faked) is None


@pytest.mark.parametrize("singly", [False, True])
async def test_a_supplier_is_an_entry_of_the_register(faked: Assembly, erp: FakeErp, singly: bool) -> None:
    await told(faked, erp, register("1", name="Energia S.A.", **SUPPLIER), singly=singly)
    found = await supplier(faked)
    assert found is not None
    assert (found.name, found.source, await on_file(faked)) == ("Energia S.A.", "fake", None)
