"""How one receivable of Omie becomes a title, or an issue."""

import json
from datetime import date
from decimal import Decimal

import pytest

from adapters.omie.titles import RECEIVABLES
from adapters.omie.values import Record, decoded
from adapters.omie.wire import page
from ports.erp import Entity, ErpIssue, ErpPage, ErpTitle, IssueCode

TITLE = {
    "codigo_lancamento_omie": 8520147852,
    "codigo_cliente_fornecedor": 7410258963,
    "valor_documento": 1480.5,
    "data_vencimento": "01/04/2026",
    "data_emissao": "02/03/2026",
    "data_registro": "03/03/2026",
    "codigo_categoria": "1.01.01",
    "numero_documento": "000412",
    "numero_parcela": "001/003",
    "cNumeroContrato": "CTR-1",
    "status_titulo": "A VENCER",
}


def read(record: object) -> ErpPage[ErpTitle]:
    body = json.dumps({RECEIVABLES.array: [record]}).encode()
    return page(answer(body), 1, RECEIVABLES)


def answer(body: bytes) -> Record:
    decoded_ = decoded(body)
    assert isinstance(decoded_, dict)
    return decoded_


def title(**changes: object) -> ErpTitle:
    return kept(TITLE | changes)


def kept(record: object) -> ErpTitle:
    got = read(record)
    assert not got.issues
    return got.items[0]


def issue(record: object) -> ErpIssue:
    got = read(record)
    assert not got.items
    return got.issues[0]


def test_a_title() -> None:
    got = title()
    assert got == ErpTitle(
        external_id="8520147852",
        client_code="7410258963",
        document_number="000412",
        installment="001/003",
        contract_number="CTR-1",
        category="1.01.01",
        amount=Decimal("1480.50"),
        withheld=Decimal("0.00"),
        due_on=date(2026, 4, 1),
        issued_on=date(2026, 3, 2),
        registered_on=date(2026, 3, 3),
        status="A VENCER",
        cancelled=False,
        settled=False,
    )
    assert str(got.amount) == "1480.50"


def test_a_title_with_nothing_but_what_it_must_have() -> None:
    got = kept(
        {
            "codigo_lancamento_omie": "5",
            "codigo_cliente_fornecedor": "6",
            "valor_documento": "10.10",
            "data_vencimento": "29/02/2028",
            "data_emissao": "",
            "numero_documento_fiscal": "000000412",
            "categorias": [{"codigo_categoria": "1.01.02", "percentual": 100}],
        },
    )
    assert got == ErpTitle(
        external_id="5",
        client_code="6",
        document_number="000000412",
        category="1.01.02",
        amount=Decimal("10.10"),
        withheld=Decimal(0),
        due_on=date(2028, 2, 29),
        status="",
        cancelled=False,
        settled=False,
    )


@pytest.mark.parametrize(
    ("status", "cancelled", "settled"),
    [
        ("CANCELADO", True, False),
        ("[x] cancelado", True, False),
        ("RECEBIDO", False, True),
        ("Liquidado", False, True),
        ("PAGO", False, True),
        ("PAGTO_PARCIAL", False, False),
        ("A VENCER", False, False),
        ("VENCE HOJE", False, False),
        ("ATRASADO", False, False),
        ("something new", False, False),
        ("", False, False),
    ],
)
def test_states(status: str, cancelled: bool, settled: bool) -> None:
    got = title(status_titulo=status)
    assert (got.status, got.cancelled, got.settled) == (status, cancelled, settled)


def test_a_split_title_has_no_category() -> None:
    split = [{"codigo_categoria": "1"}, {"codigo_categoria": "2"}]
    assert title(codigo_categoria=None, categorias=split).category is None


@pytest.mark.parametrize(
    ("tax", "withheld"),
    [("9.62325", "9.62"), ("9.625", "9.63"), ("0.0000001", "0.00"), ("0.005", "0.01"), ("null", "0.00")],
)
def test_taxes_are_rounded_half_up(tax: str, withheld: str) -> None:
    record = json.dumps(TITLE)[:-1] + f', "retem_pis": "S", "valor_pis": {tax}' + "}"
    body = f'{{"{RECEIVABLES.array}": [{record}]}}'
    got = page(answer(body.encode()), 1, RECEIVABLES)
    assert [str(item.withheld) for item in got.items] == [withheld]


def test_only_taxes_that_are_kept_back_count() -> None:
    taxes = {
        f"{what}_{tax}": value
        for tax in ("pis", "cofins", "csll", "ir", "iss", "inss")
        for what, value in (("retem", "S"), ("valor", "1.11"))
    }
    assert title(**taxes).withheld == Decimal("6.66")
    assert title(**(taxes | {"retem_iss": "N"})).withheld == Decimal("5.55")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"codigo_lancamento_omie": None}, IssueCode.UNREADABLE),
        ({"codigo_cliente_fornecedor": None}, IssueCode.CLIENT_MISSING),
        ({"codigo_cliente_fornecedor": 0}, IssueCode.CLIENT_MISSING),
        ({"codigo_cliente_fornecedor": "abc"}, IssueCode.UNREADABLE),
        ({"data_vencimento": ""}, IssueCode.DUE_DATE_MISSING),
        ({"data_vencimento": None}, IssueCode.DUE_DATE_MISSING),
        ({"data_vencimento": "31/02/2026"}, IssueCode.UNREADABLE),
        ({"data_vencimento": "2026-04-01"}, IssueCode.UNREADABLE),
        ({"data_emissao": "soon"}, IssueCode.UNREADABLE),
        ({"numero_documento": "4\x0012"}, IssueCode.UNREADABLE),
        ({"valor_documento": None}, IssueCode.AMOUNT_INVALID),
        ({"valor_documento": ""}, IssueCode.AMOUNT_INVALID),
        ({"valor_documento": "1.480,50"}, IssueCode.AMOUNT_INVALID),
        ({"valor_documento": "-0.01"}, IssueCode.AMOUNT_INVALID),
        ({"valor_documento": "10.001"}, IssueCode.AMOUNT_INVALID),
        ({"valor_documento": "99999999999999.99"}, IssueCode.AMOUNT_INVALID),
        ({"valor_documento": float("nan")}, IssueCode.AMOUNT_INVALID),
        ({"valor_documento": float("inf")}, IssueCode.AMOUNT_INVALID),
        ({"valor_documento": True}, IssueCode.UNREADABLE),
        ({"retem_ir": "S", "valor_ir": "-1"}, IssueCode.AMOUNT_INVALID),
        ({"retem_ir": "S", "valor_ir": "much"}, IssueCode.AMOUNT_INVALID),
        (
            {"retem_ir": "S", "valor_ir": 10**13 - 1, "retem_iss": "S", "valor_iss": 1},
            IssueCode.AMOUNT_INVALID,
        ),
    ],
)
def test_titles_that_cannot_be_kept(changes: dict[str, object], code: IssueCode) -> None:
    got = issue(TITLE | changes)
    assert (got.entity, got.code) == (Entity.RECEIVABLE, code)
    named = "codigo_cliente_fornecedor" not in changes
    assert got.client_code == ("7410258963" if named else None)
