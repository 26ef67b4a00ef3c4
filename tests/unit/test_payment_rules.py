"""The rules of the data structure document: each alone, then many at once."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.payment import normalised
from core.payment_rules import faults
from ports.errors import Fault, RefusalCode
from ports.payments import PARTIES, Atributo, Entidade
from tests.builders import TODAY, a_party, money, named, sent_payment

Named = list[tuple[str, str]]


def found(sent: dict[str, Any]) -> Named:
    return named(faults(normalised(sent), TODAY))


@pytest.mark.parametrize("entidade", list(Entidade))
def test_the_least_that_may_be_sent_is_sound(entidade: Entidade) -> None:
    assert found(sent_payment(entidade)) == []


@pytest.mark.parametrize("absent", [None, "", "  \t"])
@pytest.mark.parametrize("name", ["descricao", "valor", "data_vencimento", "entidade"])
def test_required(name: str, absent: str | None) -> None:
    assert found(sent_payment(**{name: absent})) == [("MISSING", name)]


def test_required_and_left_out() -> None:
    required = ["data_vencimento", "descricao", "entidade", "valor"]
    assert found({}) == [("MISSING", name) for name in required]


@pytest.mark.parametrize(
    ("descricao", "expected"),
    [
        pytest.param("ab", [("TOO_SHORT", "descricao")], id="2"),
        pytest.param("  ab  ", [("TOO_SHORT", "descricao")], id="2 and spaces"),
        pytest.param("abc", [], id="3"),
        pytest.param("ção", [], id="3 with accents"),
        pytest.param("a" * 500, [], id="500"),
        pytest.param("😀" * 500, [], id="500 beyond the basic plane"),
        pytest.param("a" * 501, [("TOO_LONG", "descricao")], id="501"),
    ],
)
def test_description(descricao: str, expected: Named) -> None:
    assert found(sent_payment(descricao=descricao)) == expected


YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("liquidado", "on", "codes"),
    [
        pytest.param(False, None, [], id="pending"),
        pytest.param(True, TODAY, [], id="settled today"),
        pytest.param(True, YESTERDAY, [], id="settled before"),
        pytest.param(True, date(1999, 12, 31), [], id="settled long ago"),
        pytest.param(True, None, ["SETTLED_WITHOUT_DATE"], id="settled without a date"),
        pytest.param(False, TODAY, ["DATE_WITHOUT_SETTLEMENT"], id="a date without settlement"),
        pytest.param(True, TOMORROW, ["INVALID"], id="in the future"),
        pytest.param(False, TOMORROW, ["DATE_WITHOUT_SETTLEMENT", "INVALID"], id="pending, in the future"),
    ],
)
def test_settlement(liquidado: bool, on: date | None, codes: list[str]) -> None:
    sent = sent_payment(liquidado=liquidado, data_liquidacao=on)
    assert found(sent) == [(code, "data_liquidacao") for code in codes]


@pytest.mark.parametrize("absent", [None, "", "  "])
@pytest.mark.parametrize("entidade", list(Entidade))
def test_party_needs_both_ids(entidade: Entidade, absent: str | None) -> None:
    party = PARTIES[entidade]
    no_id, no_external_id = ("MISSING", party.id), ("EXTERNAL_ID_MISSING", party.external_id)
    assert found(sent_payment(entidade, **{party.id: absent})) == [no_id]
    assert found(sent_payment(entidade, **{party.external_id: absent})) == [no_external_id]
    both = {party.id: absent, party.external_id: absent, party.nome: "Jarvis Stark"}
    assert found(sent_payment(entidade, **both)) == [no_external_id, no_id]


PAIRS = [
    pytest.param(entidade, other, id=f"{entidade} with the fields of {other}")
    for entidade in Entidade
    for other in Entidade
    if other is not entidade
]


@pytest.mark.parametrize(("entidade", "other"), PAIRS)
def test_fields_of_another_party_are_refused(entidade: Entidade, other: Entidade) -> None:
    foreign = dict.fromkeys(PARTIES[other].fields, "7")
    assert found(sent_payment(entidade, **foreign)) == sorted(("WRONG_PARTY", name) for name in foreign)
    for name in foreign:
        assert found(sent_payment(entidade, **{name: "7"})) == [("WRONG_PARTY", name)]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        pytest.param([Atributo("obra", "Centro")] * 100, [], id="100"),
        pytest.param([Atributo("obra", "Centro")] * 101, [("TOO_MANY", "atributos")], id="101"),
        pytest.param([Atributo("a", "")], [], id="shortest"),
        pytest.param([Atributo("a" * 100, "b" * 1000)], [], id="longest"),
        pytest.param([Atributo("", "b")], [("TOO_SHORT", "atributos.0.chave")], id="no key"),
        pytest.param([Atributo(" ", "b")], [("TOO_SHORT", "atributos.0.chave")], id="a blank key"),
        pytest.param([Atributo("a" * 101, "b")], [("TOO_LONG", "atributos.0.chave")], id="key of 101"),
        pytest.param([Atributo("a", "b" * 1001)], [("TOO_LONG", "atributos.0.valor")], id="value of 1001"),
        pytest.param([Atributo("a\0", "b")], [("INVALID", "atributos.0.chave")], id="NUL in the key"),
        pytest.param(
            [Atributo("a", "\ud800")], [("INVALID", "atributos.0.valor")], id="surrogate in the value"
        ),
        pytest.param(
            [Atributo("a", "b"), Atributo("", "b" * 1001)],
            [("TOO_LONG", "atributos.1.valor"), ("TOO_SHORT", "atributos.1.chave")],
            id="both of the second",
        ),
    ],
)
def test_attributes(attributes: list[Atributo], expected: Named) -> None:
    assert found(sent_payment(atributos=tuple(attributes))) == expected


def test_too_many_names_the_limit() -> None:
    sent = sent_payment(atributos=(Atributo("a", "b"),) * 101)
    assert faults(normalised(sent), TODAY) == [Fault(RefusalCode.TOO_MANY, ("atributos",), {"limit": 100})]


def test_a_total_of_faulty_parts_is_not_judged() -> None:
    assert found({**sent_payment(), "juros": Decimal("NaN"), "valor_total": money("1.00")}) == [
        ("INVALID", "juros")
    ]


def test_every_fault_at_once() -> None:
    sent = {
        "external_id": "x" * 256,
        "codigo": "a\0b",
        "descricao": "ab",
        "valor": money("100.00"),
        "juros": money("-1.00"),
        "taxa_banco": money("0.001"),
        "valor_total": money("1.00"),
        "data_liquidacao": TODAY,
        **a_party(Entidade.CLIENTE),
        "cliente_id": "",
        "nome_fornecedor": "Aurea",
        "loja_id": "\udfff",
        "atributos": (Atributo("", "b" * 1001),),
    }
    assert found(sent) == [
        ("DATE_WITHOUT_SETTLEMENT", "data_liquidacao"),
        ("INVALID", "codigo"),
        ("INVALID", "juros"),
        ("INVALID", "loja_id"),
        ("INVALID", "taxa_banco"),
        ("MISSING", "cliente_id"),
        ("MISSING", "data_vencimento"),
        ("TOO_LONG", "atributos.0.valor"),
        ("TOO_LONG", "external_id"),
        ("TOO_SHORT", "atributos.0.chave"),
        ("TOO_SHORT", "descricao"),
        ("WRONG_PARTY", "nome_fornecedor"),
    ]
