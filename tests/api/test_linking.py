"""One company, several codes of the ERP: proposed by the sync, joined by a person."""

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest

from adapters.no_erp import NoErp
from adapters.omie.demo.book import Book
from bootstrap import assemble
from ports.calendar import Period, local_day
from ports.clock import Clock
from ports.erp import ErpGateway
from ports.identity import Role
from tests.api.documents import RECEIVABLE
from tests.api.syncing import reasons, synced, until
from tests.running import SECRET, Api, TestClock, running_api, settings_for

LINK = """mutation($id: ID!, $c: String!) { it: linkClient(id: $id, omieCodigo: $c) {
    ...on Client { id name document contactEmail active omieCodigo omieCodigos version }
    ...on Refusal { code fields { path code } } } }"""
CLIENT = "mutation($i: ClientInput!) { it: createClient(input: $i) { ...on Client { id } ...on Refusal { code } } }"
CONTRACT = "mutation($i: ContractInput!) { it: createContract(input: $i) { ...on Contract { id version } } }"
PAYMENT = """mutation($i: PaymentInput!) { it: createPayment(input: $i) { ...on Payment { id client { id } }
    ...on Refusal { code fields { path } } } }"""
CLIENTS = "query($f: ClientFilter) { clients(filter: $f, first: 1000) { totalCount nodes { id name omieCodigos } } }"

BOTH, SOUTH = "Grupo União Participações S.A.", "Grupo União (filial Sul)"
ALONE = "Overseas Holding Inc."


def code_of(book: Book, name: str) -> str:
    return next(str(client.code) for client in book.clients.values() if client.name == name)


async def link(api: Api, client_id: str, code: str) -> dict[str, Any]:
    return dict((await api.data(LINK, {"id": client_id, "c": code}))["it"])


async def create(api: Api, **sent: Any) -> str:
    return str((await api.data(CLIENT, {"i": {"name": "Holding de Fora", **sent}}))["it"]["id"])


async def id_of(api: Api, code: str) -> str:
    found = (await api.data(CLIENTS, {"f": {"omieCodigo": [code]}}))["clients"]["nodes"]
    return str(found[0]["id"])


async def contract(api: Api, client_id: str) -> str:
    sent = {"clientId": client_id, "title": "Suporte", "mrr": "4200.00", "startsOn": "2020-01-01"}
    return str((await api.data(CONTRACT, {"i": sent}))["it"]["id"])


async def test_a_second_register_is_proposed_and_joined(demo: tuple[Api, Book]) -> None:
    api, book = demo
    first, second = code_of(book, BOTH), code_of(book, SOUTH)
    run = await synced(api)
    assert reasons(run)[second] == (
        f"The document is that of the client with code {first}. If it is the same company, give that client "
        f"code {second} too, with linkClient."
    )
    client_id = await id_of(api, first)
    linked = await link(api, client_id, second)
    assert (linked["id"], linked["omieCodigo"], linked["omieCodigos"]) == (client_id, first, [first, second])
    run = await synced(api, language="pt-BR")
    assert second not in reasons(run)
    assert (run["clientsCreated"], run["clientsUpdated"]) == (0, 0)
    shown = (await api.data(CLIENTS, {"f": {"omieCodigo": [second]}}))["clients"]["nodes"]
    assert shown == [{"id": client_id, "name": BOTH, "omieCodigos": [first, second]}]
    month = str(Period.of(local_day(TestClock().now())))
    line = await api.data(
        """query($p: Period!) { reconciliation(period: $p) { lines(first: 1000) { nodes { name billed
        titles { nodes { client { id } amount } } } } } }""",
        {"p": month},
    )
    (ours,) = (one for one in line["reconciliation"]["lines"]["nodes"] if one["name"] == BOTH)
    assert ours["billed"] == "2000.00"
    assert sorted(title["amount"] for title in ours["titles"]["nodes"]) == ["1500.00", "500.00"]
    assert {title["client"]["id"] for title in ours["titles"]["nodes"]} == {client_id}


async def test_a_document_of_somebody_without_a_code_is_proposed_too(demo: tuple[Api, Book]) -> None:
    api, book = demo
    document = "11222333000181"
    await synced(api)
    ours = await create(api, document=document)
    code = code_of(book, ALONE)
    book.change_client(int(code), document=document)
    run = await synced(api, language="pt-BR")
    assert reasons(run)[code] == (
        "O documento é de outro cliente, que não tem código nesta conta. Se for a mesma empresa, dê a ele o "
        f"código {code}, com linkClient."
    )
    assert (await link(api, ours, code))["omieCodigos"] == [code]
    assert code not in reasons(await synced(api))


async def test_the_client_that_the_sync_made_is_merged(demo: tuple[Api, Book]) -> None:
    api, book = demo
    code = code_of(book, ALONE)
    await synced(api)
    theirs, ours = await id_of(api, code), await create(api, contactEmail="a@b.co")
    moved = await contract(api, theirs)
    sent = {**RECEIVABLE, "clienteId": theirs, "clienteExternalId": "whatever"}
    before = (await api.data(PAYMENT, {"i": sent}))["it"]
    assert before["client"] == {"id": theirs}
    count = (await api.data(CLIENTS))["clients"]["totalCount"]

    linked = await link(api, ours, code)
    assert (linked["id"], linked["name"], linked["omieCodigos"]) == (ours, "Holding de Fora", [code])
    assert (await api.data(CLIENTS))["clients"]["totalCount"] == count - 1
    shown = await api.data(
        """query($old: ID!, $p: ID!, $c: ID!) { client(id: $old) { id } node(id: $old) { id }
        payment(id: $p) { clienteId client { id } } contracts(filter: {clientId: $c}) { nodes { id version } } }""",
        {"old": theirs, "p": before["id"], "c": theirs},
    )
    assert shown["client"] == shown["node"] == {"id": ours}
    assert shown["payment"] == {"clienteId": theirs, "client": {"id": ours}}
    assert shown["contracts"]["nodes"] == [{"id": moved, "version": 2}]

    # Who still knows it by its old id goes on.
    again = (await api.data(PAYMENT, {"i": {**sent, "externalId": "n2", "clienteExternalId": code}}))["it"]
    assert again["client"] == {"id": ours}
    assert (await link(api, theirs, code))["id"] == ours
    another = await contract(api, theirs)
    assert (await api.data(f'{{ node(id: "{another}") {{ ...on Contract {{ client {{ id }} }} }} }}'))[
        "node"
    ] == {"client": {"id": ours}}

    # The register is read again at once: what belongs to the ERP follows it.
    async def follows() -> bool:
        answer = await api.data("query($id: ID!) { client(id: $id) { name contactEmail } }", {"id": ours})
        return bool(answer["client"]["name"] == ALONE)

    await until(follows)
    await synced(api)
    assert await id_of(api, code) == ours


async def test_what_a_merge_leaves_in_the_audit_trail(demo: tuple[Api, Book]) -> None:
    api, book = demo
    code = code_of(book, ALONE)
    await synced(api)
    theirs, ours = await id_of(api, code), await create(api)
    moved = await contract(api, theirs)
    await link(api, ours, code)
    trail = "query($of: ID!) { auditTrail(of: $of) { nodes { by action changes { field before after } } } }"

    async def linked(of: str) -> list[dict[str, Any]]:
        entries = (await api.data(trail, {"of": of}))["auditTrail"]["nodes"]
        assert {entry["by"] for entry in entries if entry["action"] == "linkClient"} == {"test-cfo"}
        return [change for entry in entries if entry["action"] == "linkClient" for change in entry["changes"]]

    def says(changes: Iterable[dict[str, Any]], field: str) -> list[tuple[str | None, str | None]]:
        return [(change["before"], change["after"]) for change in changes if change["field"] == field]

    assert says(await linked(ours), "code") == [(None, code)]
    gone = await linked(theirs)
    assert (says(gone, "name"), says(gone, "code")) == ([(ALONE, None)], [(code, None)])
    assert says(gone, "readAt") == []
    key = ours.removeprefix("client_")
    ((before, after),) = says(gone, "clientId")
    assert (before, str(after).replace("-", "")) == (None, key)
    ((_, now),) = says(await linked(moved), "clientId")
    assert str(now).replace("-", "") == key


async def test_what_is_refused(demo: tuple[Api, Book]) -> None:
    api, book = demo
    first, second, alone = code_of(book, BOTH), code_of(book, SOUTH), code_of(book, ALONE)
    here = await create(api, document="11222333000181", omieCodigo="77")
    await synced(api)
    ours = await create(api)
    taken = {
        "code": "DUPLICATE_OMIE_CODE",
        "fields": [{"path": ["omieCodigo"], "code": "DUPLICATE_OMIE_CODE"}],
    }
    assert await link(api, ours, "77") == taken
    await link(api, await id_of(api, first), second)
    for code in (first, second):
        assert await link(api, ours, code) == taken
    for code in ("", "0", "07", "x", "-1", "1" * 21):
        refused = await link(api, ours, code)
        assert refused == {"code": "INVALID", "fields": [{"path": ["omieCodigo"], "code": "INVALID"}]}
    for unknown in ("client_" + "0" * 32, "payment_" + "0" * 32, "x"):
        assert (await link(api, unknown, alone))["code"] == "NOT_FOUND"
    await link(api, ours, alone)
    assert (await link(api, ours, alone))["omieCodigos"] == [alone]
    assert (await link(api, here, "77"))["version"] == 1


async def test_the_code_of_nobody_is_given_before_its_register_comes(demo: tuple[Api, Book]) -> None:
    api, book = demo
    code, ours = code_of(book, ALONE), await create(api)
    assert (await link(api, ours, code))["omieCodigos"] == [code]
    run = await synced(api)
    assert code not in reasons(run)
    found = (await api.data(CLIENTS, {"f": {"search": "Overseas"}}))["clients"]["nodes"]
    assert found == [{"id": ours, "name": ALONE, "omieCodigos": [code]}]


async def test_many_at_once(demo: tuple[Api, Book]) -> None:
    api, book = demo
    code = code_of(book, ALONE)
    await synced(api)
    clients = [await create(api) for _ in range(3)]
    answers = await asyncio.gather(*(link(api, client, code) for client in clients * 4))
    (winner,) = {answer["id"] for answer in answers if "id" in answer}
    for client, answer in zip(clients * 4, answers, strict=True):
        if client == winner:
            assert answer["omieCodigos"] == [code]
        else:
            assert answer["code"] == "DUPLICATE_OMIE_CODE"
    assert await id_of(api, code) == winner


async def test_linking_while_a_sync_runs(demo: tuple[Api, Book]) -> None:
    api, book = demo
    code = code_of(book, ALONE)
    await synced(api)
    ours = await create(api)
    syncing = asyncio.create_task(synced(api))
    assert (await link(api, ours, code))["omieCodigos"] == [code]
    await syncing
    assert await id_of(api, code) == ours


async def test_without_an_erp(database_url: str, clock: TestClock) -> None:
    assembly = assemble(settings_for(), database_url, SECRET, {Clock: clock, ErpGateway: NoErp()})
    async with running_api(assembly) as api:
        refused = await link(api, await create(api), "77")
        assert (refused["code"], refused["fields"][0]["path"]) == ("ERP_NOT_CONFIGURED", ["omieCodigo"])
        assert (await api.data("{ erpPayables { totalCount nodes { id } } }"))["erpPayables"]["nodes"] == []


@pytest.mark.parametrize("role", [Role.FINANCE, Role.VIEWER])
async def test_finance_may_not(shared_api: Api, role: Role) -> None:
    assert await shared_api.code(LINK, {"id": "client_" + "0" * 32, "c": "1"}, role=role) == "FORBIDDEN"
