"""What a page of the ERP's registers changes here."""

from dataclasses import replace
from typing import Any

import pytest

from adapters.documents import DocbrRules
from core.client_matcher import ClientChanges, ClientMatcher
from ports.clients import ClientRecord, ErpLink
from ports.erp import Entity, ErpClient, ErpIssue, IssueCode
from tests.builders import CNPJ, CPF, ERP, LATER, LETTERED_CNPJ, OTHER_CNPJ, a_client, a_register

LINK = ErpLink(ERP, "7001")


def match(*registers: ErpClient, on_file: tuple[ClientRecord, ...] = ()) -> ClientChanges:
    by_code = {link.code: client for client in on_file for link in client.links if link.source == ERP}
    by_document = {client.document: client for client in on_file if client.document}
    return ClientMatcher(ERP, by_code, by_document, DocbrRules(), LATER).match(registers)


def an_issue(code: str, why: IssueCode, **params: str) -> ErpIssue:
    return ErpIssue(entity=Entity.CLIENT, external_id=code, code=why, client_code=code, params=params)


def test_an_empty_page_changes_nothing() -> None:
    assert match() == ClientChanges()


def test_a_register_of_nobody_becomes_a_client() -> None:
    changes = match(a_register("7001", document=CNPJ, contact_email="nf@padaria.com.br"))
    (record,) = changes.created.values()
    assert (record.name, record.document, record.contact_email) == (
        "Padaria Central Ltda",
        CNPJ,
        "nf@padaria.com.br",
    )
    assert (record.links, record.source, record.created_at, record.version) == ((LINK,), ERP, LATER, 1)
    assert changes == ClientChanges(created={record.id: record})


def test_registers_without_documents_are_different_clients() -> None:
    changes = match(a_register("7001"), a_register("7002"))
    assert [client.omie_codigo for client in changes.created.values()] == ["7001", "7002"]


STATED = {"name": "Padaria Central Ltda", "document": CNPJ}
HERE = a_client(document=CNPJ, version=3)
LINKED = a_client("7001", **STATED)
LINKED_ELSEWHERE = a_client(document=CNPJ, links=(ErpLink("another-account", "55"),))


@pytest.mark.parametrize(
    ("ours", "theirs", "changed"),
    [
        pytest.param(
            HERE, a_register("7001", **STATED), {**STATED, "links": (LINK,)}, id="by document, the first time"
        ),
        pytest.param(
            LINKED_ELSEWHERE,
            a_register("7001", **STATED),
            {**STATED, "links": (*LINKED_ELSEWHERE.links, LINK)},
            id="by document, linked in another account only",
        ),
        pytest.param(LINKED, a_register("7001", name="Nova", document=CNPJ), {"name": "Nova"}, id="by code"),
        pytest.param(
            LINKED,
            a_register("7001", document=OTHER_CNPJ),
            {"document": OTHER_CNPJ},
            id="by code, new document",
        ),
        pytest.param(LINKED, a_register("7001"), {"document": None}, id="by code, document gone"),
        pytest.param(LINKED, a_register("7001", **STATED, active=False), {"active": False}, id="out of use"),
    ],
)
def test_a_match_follows_the_erp(ours: ClientRecord, theirs: ErpClient, changed: dict[str, Any]) -> None:
    after = replace(ours, version=ours.version + 1, updated_at=LATER, **changed)
    assert match(theirs, on_file=(ours,)) == ClientChanges(updated={ours.id: after})


def test_what_stands_as_it_stood_is_not_counted() -> None:
    assert match(a_register("7001", **STATED), on_file=(LINKED,)) == ClientChanges()


def test_each_register_finds_its_own() -> None:
    other = a_client("7002", name="Outra", document=OTHER_CNPJ)
    changes = match(
        a_register("7002", name="Outra SA", document=OTHER_CNPJ),
        a_register("7001", **STATED),
        a_register("7003", document=LETTERED_CNPJ),
        on_file=(LINKED, other),
    )
    assert {client.name for client in changes.updated.values()} == {"Outra SA"}
    assert [client.omie_codigos for client in changes.created.values()] == [("7003",)]
    assert changes.issues == []


@pytest.mark.parametrize(
    "document",
    [
        pytest.param("11222333000182", id="CNPJ"),
        pytest.param("12ABC34501DE36", id="CNPJ with letters"),
        pytest.param("52998224726", id="CPF"),
    ],
)
@pytest.mark.parametrize("on_file", [(), (LINKED,)], ids=["nobody", "on file"])
def test_a_wrong_check_digit_is_an_issue(document: str, on_file: tuple[ClientRecord, ...]) -> None:
    changes = match(a_register("7001", document=document), a_register("7009", document=CPF), on_file=on_file)
    assert changes.issues == [an_issue("7001", IssueCode.DOCUMENT_INVALID, document=document)]
    assert [client.omie_codigo for client in changes.created.values()] == ["7009"]
    assert changes.updated == {}


@pytest.mark.parametrize(
    ("theirs", "on_file", "linked_to"),
    [
        pytest.param(a_register("7002", **STATED), (LINKED,), "7001", id="a new register"),
        pytest.param(
            a_register("7002", **STATED),
            (LINKED, a_client("7002")),
            "7001",
            id="a register linked to another",
        ),
        pytest.param(
            a_register("7002", **STATED),
            (replace(LINKED, links=(*LINKED_ELSEWHERE.links, LINK)),),
            "7001",
            id="a client with an older link in another account",
        ),
        pytest.param(
            a_register("7002", **STATED),
            (HERE, a_client("7002")),
            "",
            id="linked, the document is of a free one",
        ),
    ],
)
def test_a_client_is_never_taken_from_another(
    theirs: ErpClient, on_file: tuple[ClientRecord, ...], linked_to: str
) -> None:
    issue = an_issue("7002", IssueCode.DOCUMENT_LINKED_ELSEWHERE, linked_to=linked_to)
    assert match(theirs, on_file=on_file) == ClientChanges(issues=[issue])


def test_two_new_registers_with_one_document_are_one_client_and_an_issue() -> None:
    changes = match(a_register("7001", **STATED), a_register("7002", **STATED))
    assert [client.omie_codigos for client in changes.created.values()] == [("7001",)]
    assert changes.issues == [an_issue("7002", IssueCode.DOCUMENT_LINKED_ELSEWHERE, linked_to="7001")]


def test_two_registers_with_the_document_of_one_client_here() -> None:
    changes = match(a_register("7001", **STATED), a_register("7002", **STATED), on_file=(HERE,))
    assert [client.omie_codigos for client in changes.updated.values()] == [("7001",)]
    assert changes.issues == [an_issue("7002", IssueCode.DOCUMENT_LINKED_ELSEWHERE, linked_to="7001")]


def test_a_document_taken_over_on_this_page_is_taken() -> None:
    moved = a_register("7001", name=LINKED.name, document=OTHER_CNPJ)
    changes = match(moved, a_register("7002", document=OTHER_CNPJ), on_file=(LINKED,))
    assert [client.document for client in changes.updated.values()] == [OTHER_CNPJ]
    assert changes.issues == [an_issue("7002", IssueCode.DOCUMENT_LINKED_ELSEWHERE, linked_to="7001")]


@pytest.mark.parametrize("name", ["Padaria Central Ltda", "Padaria Nova"], ids=["unchanged", "changed"])
def test_a_new_client_met_again_on_the_page_is_created_once(name: str) -> None:
    changes = match(a_register("7001", **STATED), a_register("7001", name=name, document=CNPJ))
    assert [(client.name, client.omie_codigos) for client in changes.created.values()] == [(name, ("7001",))]
    assert (changes.updated, changes.issues) == ({}, [])


def test_a_client_met_twice_on_the_page_is_updated_once() -> None:
    first, second = a_register("7001", name="A", document=CNPJ), a_register("7001", name="B", document=CNPJ)
    changes = match(first, second, on_file=(LINKED,))
    assert [client.name for client in changes.updated.values()] == ["B"]


def test_two_codes_of_one_client_here_are_no_issue() -> None:
    both = a_client("7001", "7002", **STATED)
    assert (
        match(a_register("7001", **STATED), a_register("7002", **STATED), on_file=(both,)) == ClientChanges()
    )
