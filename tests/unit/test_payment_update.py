"""The patch of a payment: left out stays, None or "" clears, another entidade clears the old party."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from core.payment import Payment
from ports.payments import PARTIES, Atributo, Entidade, PaymentRecord
from tests.builders import LATER, a_party, a_payment, money, refusal

SETTLED = {"liquidado": True, "data_liquidacao": date(2026, 11, 20)}
FULL: dict[str, Any] = {
    "external_id": "PAG1",
    "codigo": "37602",
    "juros": money("10.00"),
    "desconto": money("4.00"),
    "valor_total": money("1506.00"),
    "data_competencia": date(2026, 11, 1),
    "nome_cliente": "Jarvis Stark",
    "usuario_id": "9",
    "nome_usuario": "Bia",
    "loja_id": "178114",
    "atributos": (Atributo("obra", "Centro"),),
}


def updated(before: PaymentRecord, changes: dict[str, Any]) -> PaymentRecord:
    payment = Payment(before)
    payment.update(changes, LATER)
    return payment.record


@pytest.mark.parametrize(
    ("changes", "changed"),
    [
        pytest.param({}, {}, id="nothing"),
        pytest.param({"descricao": "Mensalidade"}, {"descricao": "Mensalidade"}, id="a text"),
        pytest.param(
            {"data_vencimento": date(2027, 1, 5)}, {"data_vencimento": date(2027, 1, 5)}, id="a due date"
        ),
        pytest.param({"nome_cliente": "Tony"}, {"nome_cliente": "Tony"}, id="the party's name"),
        pytest.param({"codigo": None}, {"codigo": None}, id="null clears"),
        pytest.param({"codigo": ""}, {"codigo": None}, id="empty clears"),
        pytest.param({"loja_id": "  "}, {"loja_id": None}, id="blank clears"),
        pytest.param({"usuario_id": None}, {"usuario_id": None}, id="the user, without a new default"),
        pytest.param({"data_competencia": None}, {"data_competencia": None}, id="a date"),
        pytest.param({"atributos": None}, {"atributos": ()}, id="attributes"),
        pytest.param({"atributos": ()}, {"atributos": ()}, id="attributes by an empty list"),
        pytest.param(
            {"valor": money("2000.00")},
            {"valor": money("2000.00"), "valor_total": money("2006.00")},
            id="an amount and the total",
        ),
        pytest.param(
            {"juros": None}, {"juros": money("0.00"), "valor_total": money("1496.00")}, id="an amount is zero"
        ),
        pytest.param(
            {"taxa_banco": money("1.00"), "valor_total": money("1505.00")},
            {"taxa_banco": money("1.00"), "valor_total": money("1505.00")},
            id="with its new total",
        ),
        pytest.param({"valor_total": money("1506.00")}, {}, id="the same total"),
        pytest.param({"valor_total": None}, {}, id="the total is never cleared"),
    ],
)
def test_update(changes: dict[str, Any], changed: dict[str, Any]) -> None:
    before = a_payment(version=2, **FULL)
    assert updated(before, changes) == replace(before, version=3, modificado_em=LATER, **changed)


@pytest.mark.parametrize("absent", [None, ""])
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("descricao", "MISSING"),
        ("valor", "MISSING"),
        ("data_vencimento", "MISSING"),
        ("entidade", "MISSING"),
        ("cliente_id", "MISSING"),
        ("cliente_external_id", "EXTERNAL_ID_MISSING"),
    ],
)
def test_required_is_not_cleared(name: str, code: str, absent: str | None) -> None:
    payment = Payment(a_payment(**FULL))
    before = payment.record
    assert refusal(lambda: payment.update({name: absent, "codigo": "1"}, LATER)) == [(code, name)]
    assert payment.record == before


@pytest.mark.parametrize(
    ("standing", "changes", "faults"),
    [
        pytest.param({}, {"descricao": "ab"}, [("TOO_SHORT", "descricao")], id="short text"),
        pytest.param({}, {"valor": money("-1.00")}, [("INVALID", "valor")], id="negative amount"),
        pytest.param(
            {}, {"valor_total": money("1.00")}, [("TOTAL_MISMATCH", "valor_total")], id="wrong total"
        ),
        pytest.param({}, {"desconto": money("1600.00")}, [("INVALID", "valor_total")], id="negative total"),
        pytest.param(
            {},
            {"data_liquidacao": date(2026, 11, 20)},
            [("DATE_WITHOUT_SETTLEMENT", "data_liquidacao")],
            id="a settlement date on a pending one",
        ),
        pytest.param(
            SETTLED,
            {"data_liquidacao": None},
            [("SETTLED_WITHOUT_DATE", "data_liquidacao")],
            id="no settlement date on a settled one",
        ),
        pytest.param(
            SETTLED,
            {"data_liquidacao": date(2026, 11, 23)},
            [("INVALID", "data_liquidacao")],
            id="the future",
        ),
        pytest.param({}, {"fornecedor_id": "7"}, [("WRONG_PARTY", "fornecedor_id")], id="another's field"),
    ],
)
def test_faulty_update(
    standing: dict[str, Any], changes: dict[str, Any], faults: list[tuple[str, str]]
) -> None:
    payment = Payment(a_payment(**{**FULL, **standing}))
    before = payment.record
    assert refusal(lambda: payment.update(changes, LATER)) == faults
    assert payment.record == before


@pytest.mark.parametrize("day", [date(2026, 11, 1), date(2026, 11, 22)])
def test_settlement_date_moves_on_a_settled_one(day: date) -> None:
    record = updated(a_payment(**SETTLED), {"data_liquidacao": day})
    assert (record.liquidado, record.data_liquidacao) == (True, day)


PAIRS = [
    pytest.param(old, new, id=f"{old} to {new}") for old in Entidade for new in Entidade if old is not new
]


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_another_entidade_clears_the_old_party(old: Entidade, new: Entidade) -> None:
    without_party = {**dict.fromkeys(PARTIES[Entidade.CLIENTE].fields), PARTIES[old].nome: "Stark"}
    before = a_payment(**{**without_party, **a_party(old)})
    record = updated(before, a_party(new))
    cleared = dict.fromkeys(PARTIES[old].fields)
    assert record == replace(before, version=2, modificado_em=LATER, **{**cleared, **a_party(new)})


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        pytest.param(
            {"entidade": Entidade.FORNECEDOR},
            [("EXTERNAL_ID_MISSING", "fornecedor_external_id"), ("MISSING", "fornecedor_id")],
            id="without its party",
        ),
        pytest.param(
            {"entidade": Entidade.FORNECEDOR, "fornecedor_id": "7"},
            [("EXTERNAL_ID_MISSING", "fornecedor_external_id")],
            id="without its external id",
        ),
        pytest.param(
            {**a_party(Entidade.FORNECEDOR), "cliente_id": "6"},
            [("WRONG_PARTY", "cliente_id")],
            id="with the old party sent again",
        ),
    ],
)
def test_another_entidade_demands_its_party(changes: dict[str, Any], faults: list[tuple[str, str]]) -> None:
    payment = Payment(a_payment(**FULL))
    before = payment.record
    assert refusal(lambda: payment.update(changes, LATER)) == faults
    assert payment.record == before


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"entidade": Entidade.CLIENTE}, id="alone"),
        pytest.param(a_party(Entidade.CLIENTE), id="with other ids"),
    ],
)
def test_the_same_entidade_clears_nothing(changes: dict[str, Any]) -> None:
    before = a_payment(**FULL)
    assert updated(before, changes) == replace(before, version=2, modificado_em=LATER, **changes)


def test_the_old_party_may_be_cleared_by_hand() -> None:
    changes = {**a_party(Entidade.FUNCIONARIO), "cliente_id": "", "nome_cliente": None}
    record = updated(a_payment(**FULL), changes)
    assert (record.entidade, record.cliente_external_id) == (Entidade.FUNCIONARIO, None)
