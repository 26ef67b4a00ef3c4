"""How one found title of Omie becomes a settlement, or an issue."""

import json
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from adapters.omie.settlements import SETTLEMENTS
from adapters.omie.values import decoded
from adapters.omie.wire import only, page, single
from ports.erp import Entity, ErpBroken, ErpIssue, ErpPage, ErpSettlement, IssueCode, Receipt, Side

RECEIVED = SETTLEMENTS[Side.RECEIVABLE]
FOUND: dict[str, Any] = {
    "cabecTitulo": {"nCodTitulo": 8520147852, "cNatureza": "R", "nCodCliente": 7410258963},
    "departamentos": [],
    "lancamentos": [
        {
            "nCodLanc": 9630258741,
            "nIdLancCC": 9630258740,
            "cNatureza": "R",
            "dDtLanc": "31/03/2026",
            "nValLanc": 500,
            "nDesconto": 10.5,
            "nJuros": 0.125,
            "nMulta": "3.00",
        }
    ],
    "resumo": {"cLiquidado": "N", "nValPago": 500, "nValAberto": 980.5, "nValLiquido": 492.63},
}


def answer(*records: object) -> dict[str, Any]:
    got = decoded(json.dumps({"titulosEncontrados": records}).encode())
    assert isinstance(got, dict)
    return got


def read(record: object) -> ErpPage[ErpSettlement]:
    return page(answer(record), 1, RECEIVED)


def changed(block: str, **changes: object) -> dict[str, Any]:
    """With these fields of a block, or of its only entry, stated otherwise."""
    record = deepcopy(FOUND)
    part = record[block][0] if isinstance(record[block], list) else record[block]
    part.update(changes)
    return record


def issue(record: object) -> ErpIssue:
    got = read(record)
    assert not got.items
    return got.issues[0]


def test_a_part_that_was_received() -> None:
    got = read(FOUND).items[0]
    assert got == ErpSettlement(
        title_id="8520147852",
        received=Decimal("500.00"),
        open=Decimal("980.50"),
        settled=False,
        receipts=(
            Receipt(
                external_id="9630258741",
                on=date(2026, 3, 31),
                amount=Decimal("500.00"),
                discount=Decimal("10.50"),
                interest=Decimal("0.13"),
                fine=Decimal("3.00"),
            ),
        ),
    )
    assert [str(got.open), str(got.receipts[0].interest)] == ["980.50", "0.13"]


@pytest.mark.parametrize("receipts", [[], {}, None, ...])
def test_nothing_received_yet(receipts: object) -> None:
    record = FOUND | {"lancamentos": receipts}
    if receipts is ...:
        del record["lancamentos"]
    assert read(record).items[0].receipts == ()


@pytest.mark.parametrize(("stated", "settled"), [("S", True), ("N", False), ("", False), (None, False)])
def test_whether_it_is_settled(stated: object, settled: bool) -> None:
    assert read(changed("resumo", cLiquidado=stated)).items[0].settled is settled


def test_the_same_records_are_read_for_payables() -> None:
    payable = page(answer(changed("cabecTitulo", cNatureza="P")), 1, SETTLEMENTS[Side.PAYABLE])
    assert [one.title_id for one in payable.items] == ["8520147852"]


@pytest.mark.parametrize(
    ("record", "code", "field"),
    [
        (changed("resumo", nValPago=None), IssueCode.AMOUNT_INVALID, "nValPago"),
        (changed("resumo", nValAberto="much"), IssueCode.AMOUNT_INVALID, "nValAberto"),
        (changed("resumo", nValAberto="-0.01"), IssueCode.AMOUNT_INVALID, "nValAberto"),
        (changed("resumo", nValPago="0.001"), IssueCode.AMOUNT_INVALID, "nValPago"),
        (FOUND | {"resumo": None}, IssueCode.AMOUNT_INVALID, "nValPago"),
        (FOUND | {"resumo": []}, IssueCode.AMOUNT_INVALID, "nValPago"),
        (changed("lancamentos", nCodLanc=0), IssueCode.UNREADABLE, "nCodLanc"),
        (changed("lancamentos", dDtLanc=""), IssueCode.UNREADABLE, "dDtLanc"),
        (changed("lancamentos", dDtLanc="2026-03-31"), IssueCode.UNREADABLE, "dDtLanc"),
        (changed("lancamentos", nValLanc=None), IssueCode.AMOUNT_INVALID, "nValLanc"),
        (changed("lancamentos", nJuros=-1), IssueCode.AMOUNT_INVALID, "nJuros"),
        (changed("cabecTitulo", cNatureza="P"), IssueCode.UNREADABLE, "cNatureza"),
    ],
)
def test_settlements_that_cannot_be_kept(record: object, code: IssueCode, field: str) -> None:
    got = issue(record)
    assert (got.entity, got.code, got.params) == (Entity.SETTLEMENT, code, {"field": field})
    assert (got.external_id, got.client_code) == ("8520147852", "7410258963")


@pytest.mark.parametrize("record", [{}, None, 5, FOUND | {"cabecTitulo": None}])
def test_a_settlement_without_its_title(record: object) -> None:
    assert (issue(record).external_id, issue(record).client_code) == ("page 1, record 1", None)


def test_a_search_for_one() -> None:
    assert only(answer(), RECEIVED) is None
    found = only(answer(FOUND), RECEIVED)
    assert found is not None
    got = single(found, "8520147852", RECEIVED)
    assert isinstance(got, ErpSettlement)
    with pytest.raises(ErpBroken):
        single(found, "1", RECEIVED)


@pytest.mark.parametrize("records", [(FOUND, FOUND), (None,)])
def test_a_search_for_one_that_finds_something_else(records: tuple[object, ...]) -> None:
    with pytest.raises(ErpBroken):
        only(answer(*records), RECEIVED)
