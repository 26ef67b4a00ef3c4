"""How entries of Omie's registers are read: categories, departments, accounts, types of document."""

import json

import pytest

from adapters.omie.registers import ACCOUNTS, CATEGORIES, DEPARTMENTS, DOCUMENT_TYPES, REGISTERS
from adapters.omie.values import decoded
from adapters.omie.wire import Listing, page
from ports.erp import Entity, ErpPage, ErpRegisterEntry, IssueCode


def read(listing: Listing[ErpRegisterEntry], record: object) -> ErpPage[ErpRegisterEntry]:
    answer = decoded(json.dumps({listing.array: [record]}).encode())
    assert isinstance(answer, dict)
    return page(answer, 1, listing)


@pytest.mark.parametrize(
    ("listing", "stated", "code", "active"),
    [
        (CATEGORIES, {"codigo": "1.01.01", "totalizadora": "N", "conta_inativa": "N"}, "1.01.01", True),
        (CATEGORIES, {"codigo": "1.01", "totalizadora": "S"}, "1.01", False),
        (CATEGORIES, {"codigo": "1.02", "conta_inativa": "S"}, "1.02", False),
        (CATEGORIES, {"codigo": "1.03", "nao_exibir": "S"}, "1.03", True),
        (DEPARTMENTS, {"codigo": "0619", "inativo": "N"}, "0619", True),
        (DEPARTMENTS, {"codigo": 6191539, "inativo": "S"}, "6191539", False),
        (ACCOUNTS, {"nCodCC": 6308812, "inativo": "N"}, "6308812", True),
        (ACCOUNTS, {"nCodCC": "6308813", "inativo": "S"}, "6308813", False),
        (DOCUMENT_TYPES, {"codigo": "BOL"}, "BOL", True),
        (DOCUMENT_TYPES, {"codigo": "99999"}, "99999", True),
    ],
)
def test_entries(
    listing: Listing[ErpRegisterEntry], stated: dict[str, object], code: str, active: bool
) -> None:
    got = read(listing, {"descricao": " Serviços ", **stated})
    assert list(got.items) == [ErpRegisterEntry(code=code, name="Serviços", active=active)]


@pytest.mark.parametrize(
    ("listing", "record", "external_id", "code"),
    [
        (CATEGORIES, {"descricao": "Vendas"}, "page 1, record 1", IssueCode.UNREADABLE),
        (CATEGORIES, {"codigo": "1.01", "descricao": " "}, "1.01", IssueCode.NAME_MISSING),
        (DEPARTMENTS, {"codigo": "7", "descricao": ["x"]}, "7", IssueCode.UNREADABLE),
        (ACCOUNTS, {"nCodCC": 7}, "7", IssueCode.NAME_MISSING),
        (ACCOUNTS, {"nCodCC": "x", "descricao": None}, "page 1, record 1", IssueCode.NAME_MISSING),
        (DOCUMENT_TYPES, None, "page 1, record 1", IssueCode.UNREADABLE),
    ],
)
def test_entries_that_cannot_be_kept(
    listing: Listing[ErpRegisterEntry], record: object, external_id: str, code: IssueCode
) -> None:
    (got,) = read(listing, record).issues
    assert (got.entity, got.external_id, got.code) == (listing.entity, external_id, code)


def test_every_register_has_its_listing() -> None:
    assert list(REGISTERS) == [
        Entity.CATEGORY, Entity.DEPARTMENT, Entity.ACCOUNT, Entity.DOCUMENT_TYPE
    ]  # fmt: skip
