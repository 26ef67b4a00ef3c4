"""How one register of Omie becomes a client, or an issue."""

import json

import pytest

from adapters.omie.clients import CLIENTS
from adapters.omie.values import decoded
from adapters.omie.wire import page
from ports.erp import Entity, ErpClient, ErpIssue, ErpPage, IssueCode

CLIENT = {
    "codigo_cliente_omie": 7410258963,
    "razao_social": "  LOJA EXEMPLO COMÉRCIO LTDA ",
    "cnpj_cpf": "11.222.333/0001-81",
    "email": " , financeiro@exemplo.com.br; outro@exemplo.com.br",
    "inativo": "N",
    "tags": [{"tag": "Cliente"}],
}


def read(record: object) -> ErpPage[ErpClient]:
    answer = decoded(json.dumps({CLIENTS.array: [record]}).encode())
    assert isinstance(answer, dict)
    return page(answer, 1, CLIENTS)


def client(**changes: object) -> ErpClient:
    return kept(CLIENT | changes)


def kept(record: object) -> ErpClient:
    got = read(record)
    assert not got.issues
    return got.items[0]


def issue(record: object) -> ErpIssue:
    got = read(record)
    assert not got.items
    return got.issues[0]


def test_a_client() -> None:
    assert client() == ErpClient(
        code="7410258963",
        name="LOJA EXEMPLO COMÉRCIO LTDA",
        document="11222333000181",
        contact_email="financeiro@exemplo.com.br",
        active=True,
        is_customer=True,
    )


def test_a_client_with_nothing_but_what_it_must_have() -> None:
    got = kept({"codigo_cliente_omie": "0012", "nome_fantasia": "Loja"})
    assert got == ErpClient(
        code="12", name="Loja", document=None, contact_email=None, active=True, is_customer=True
    )


@pytest.mark.parametrize(
    ("stated", "document"),
    [
        ("12.ABC.345/01DE-35", "12ABC34501DE35"),
        ("12.abc.345/01de-35", "12ABC34501DE35"),
        ("529.982.247-25", "52998224725"),
        ("11.222.333/0001-99", "11222333000199"),
        ("", None),
        ("   ", None),
        (None, None),
    ],
)
def test_documents(stated: str | None, document: str | None) -> None:
    assert client(cnpj_cpf=stated).document == document


@pytest.mark.parametrize(
    ("tags", "is_customer", "is_supplier"),
    [
        ([{"tag": "Cliente"}], True, False),
        ([{"tag": "Fornecedor"}, {"tag": "CLIENTE"}], True, True),
        ([{"tag": "Fornecedor"}], False, True),
        ([{"tag": "transportadora"}, {"tag": "Vip"}], False, False),
        ([{"tag": "FUNCIONÁRIO"}], False, False),
        ([{"tag": "Funcionária"}], False, False),
        ([{"tag": "Funcionário(a)"}], False, False),
        ([{"tag": "Vip"}], True, False),
        ([], True, False),
        ({}, True, False),
        (None, True, False),
    ],
)
def test_roles(tags: object, is_customer: bool, is_supplier: bool) -> None:
    got = client(tags=tags)
    assert (got.is_customer, got.is_supplier) == (is_customer, is_supplier)


@pytest.mark.parametrize(
    ("flag", "active"), [("S", False), ("s", False), ("N", True), ("", True), (None, True)]
)
def test_inactive_clients(flag: str | None, active: bool) -> None:
    assert client(inativo=flag).active is active


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"codigo_cliente_omie": None}, IssueCode.UNREADABLE, "codigo_cliente_omie"),
        ({"codigo_cliente_omie": 0}, IssueCode.UNREADABLE, "codigo_cliente_omie"),
        ({"codigo_cliente_omie": 1.5}, IssueCode.UNREADABLE, "codigo_cliente_omie"),
        ({"codigo_cliente_omie": 10**30}, IssueCode.UNREADABLE, "codigo_cliente_omie"),
        ({"codigo_cliente_omie": "-7"}, IssueCode.UNREADABLE, "codigo_cliente_omie"),
        ({"razao_social": ""}, IssueCode.NAME_MISSING, "razao_social"),
        ({"razao_social": "x" * 501}, IssueCode.UNREADABLE, "razao_social"),
        ({"razao_social": "a\x00b"}, IssueCode.UNREADABLE, "razao_social"),
        ({"razao_social": "a\ud800b"}, IssueCode.UNREADABLE, "razao_social"),
        ({"razao_social": {"a": 1}}, IssueCode.UNREADABLE, "razao_social"),
        ({"razao_social": True}, IssueCode.UNREADABLE, "razao_social"),
        ({"email": ["a@b"]}, IssueCode.UNREADABLE, "email"),
        ({"cnpj_cpf": "123"}, IssueCode.DOCUMENT_INVALID, "cnpj_cpf"),
        ({"cnpj_cpf": "１１.222.333/0001-81"}, IssueCode.DOCUMENT_INVALID, "cnpj_cpf"),
    ],
)
def test_clients_that_cannot_be_kept(changes: dict[str, object], code: IssueCode, field: str) -> None:
    got = issue(CLIENT | changes)
    assert (got.entity, got.code, got.params["field"]) == (Entity.CLIENT, code, field)
    # What the text of an invalid document shows.
    assert got.params.get("document") == (changes["cnpj_cpf"] if field == "cnpj_cpf" else None)
    assert got.external_id == ("page 1, record 1" if field == "codigo_cliente_omie" else "7410258963")
