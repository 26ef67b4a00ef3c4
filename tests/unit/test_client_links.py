"""Clients with several codes: who gives them, and whose register has the word."""

from dataclasses import replace

import pytest

from core.client import Client
from core.client_matcher import ClientChanges
from ports.clients import ClientRecord, ErpLink
from ports.erp import Entity, ErpIssue, IssueCode
from ports.ids import OURS
from tests.builders import CNPJ, CPF, ERP, LATER, OTHER_CNPJ, a_client, a_register, refusal
from tests.unit.test_sync_rules import match

ELSEWHERE = ErpLink("another-account", "7001")


@pytest.mark.parametrize("known", [(), ("7001",), ("9001", "7001")], ids=len)
def test_a_code_that_is_given_comes_last(known: tuple[str, ...]) -> None:
    before = a_client(*known, version=3)
    client = Client(before)
    assert client.link(ErpLink(ERP, "7002"), LATER)
    assert client.record == replace(
        before, links=(*before.links, ErpLink(ERP, "7002")), version=4, updated_at=LATER
    )


def test_a_code_that_it_has_is_not_given_again() -> None:
    before = a_client("7001", "7002")
    client = Client(before)
    assert not client.link(ErpLink(ERP, "7002"), LATER)
    assert client.record == before


@pytest.mark.parametrize("code", ["", "0", "07", "-7", "7 ", "7x", "٧", "9" * 21, "7\n"], ids=repr)
def test_what_is_no_code(code: str) -> None:
    client = Client(a_client())
    assert refusal(lambda: client.link(ErpLink(ERP, code), LATER)) == [("INVALID", "omie_codigo")]
    assert client.record.links == ()


@pytest.mark.parametrize(
    ("record", "made"),
    [
        pytest.param(a_client("7001", source=ERP), True, id="of the sync, that code alone"),
        pytest.param(a_client("7001", source=OURS), False, id="made here"),
        pytest.param(a_client("7001", source="another-account"), False, id="of another account"),
        pytest.param(a_client("7001", "7002", source=ERP), False, id="two codes"),
        pytest.param(a_client("7002", source=ERP), False, id="another code"),
        pytest.param(
            a_client(source=ERP, links=(ErpLink(ERP, "7001"), ELSEWHERE)), False, id="a code elsewhere too"
        ),
    ],
)
def test_whom_the_sync_made_for_a_code(record: ClientRecord, made: bool) -> None:
    assert Client(record).is_made_for(ErpLink(ERP, "7001")) is made


BOTH = a_client("7001", "7002", name="Padaria", document=CNPJ)


def test_the_register_of_the_first_code_has_the_word() -> None:
    second = a_register("7002", name="Padaria (filial)", document=OTHER_CNPJ, active=False)
    assert match(second, on_file=(BOTH,)) == ClientChanges()
    first = a_register("7001", name="Padaria Nova", document=CNPJ, active=False)
    (record,) = match(second, first, second, on_file=(BOTH,)).updated.values()
    assert record == replace(BOTH, name="Padaria Nova", active=False, version=2, updated_at=LATER)


def test_first_is_the_first_of_the_account() -> None:
    ours = replace(BOTH, links=(ELSEWHERE, *BOTH.links))
    (record,) = match(a_register("7001", name="Nova", document=CNPJ), on_file=(ours,)).updated.values()
    assert record.name == "Nova"


def test_a_second_register_with_the_document_of_another_client_is_an_issue() -> None:
    other = a_client("7009", name="Outra", document=OTHER_CNPJ)
    changes = match(a_register("7002", name="Padaria", document=OTHER_CNPJ), on_file=(BOTH, other))
    assert [(issue.code, issue.params) for issue in changes.issues] == [
        (IssueCode.DOCUMENT_LINKED_ELSEWHERE, {"linked_to": "7009"})
    ]


def test_registers_that_swap_documents_are_issues() -> None:
    one = a_client("7001", name="Uma", document=CNPJ)
    two = a_client("7002", name="Duas", document=OTHER_CNPJ)
    swapped = (
        a_register("7001", name="Uma", document=OTHER_CNPJ),
        a_register("7002", name="Duas", document=CNPJ),
    )
    changes = match(*swapped, on_file=(one, two))
    assert (changes.created, changes.updated) == ({}, {})
    assert [issue.external_id for issue in changes.issues] == ["7001", "7002"]


def test_a_document_that_was_given_up_is_free_from_the_next_page_on() -> None:
    moved, comer = a_register("7001", name="Padaria", document=CPF), a_register("7003", document=CNPJ)
    changes = match(moved, comer, on_file=(BOTH,))
    assert [record.document for record in changes.updated.values()] == [CPF]
    taken = ErpIssue(
        entity=Entity.CLIENT,
        external_id="7003",
        code=IssueCode.DOCUMENT_LINKED_ELSEWHERE,
        client_code="7003",
        params={"linked_to": "7001"},
    )
    assert (changes.created, changes.issues) == ({}, [taken])
    (after,) = changes.updated.values()
    assert len(match(moved, comer, on_file=(after,)).created) == 1
