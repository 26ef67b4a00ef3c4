"""The amounts of a payment and their formula."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.payment import normalised
from core.payment_rules import faults, total
from ports.errors import Fault, RefusalCode
from ports.money import LARGEST
from ports.payments import AMOUNTS
from tests.builders import TODAY, money, named, sent_payment

Named = list[tuple[str, str]]


def found(sent: dict[str, Any]) -> Named:
    return named(faults(normalised(sent), TODAY))


@pytest.mark.parametrize("name", AMOUNTS)
@pytest.mark.parametrize(
    "amount",
    [
        pytest.param("-0.01", id="negative"),
        pytest.param("0.001", id="3 decimals"),
        pytest.param("10.005", id="3 decimals, the last a five"),
        pytest.param("10000000000000.00", id="14 digits"),
        pytest.param("1E+40", id="41 digits"),
        pytest.param("Infinity", id="infinite"),
    ],
)
def test_amount_refused(name: str, amount: str) -> None:
    assert ("INVALID", name) in found(sent_payment(**{name: money(amount)}))


@pytest.mark.parametrize(
    "amounts",
    [
        pytest.param({"valor": "0.00"}, id="nothing"),
        pytest.param({"valor": "0.01"}, id="one cent"),
        pytest.param({"valor": "7"}, id="whole"),
        pytest.param({"valor": "7.5"}, id="one decimal"),
        pytest.param({"valor": "7.500"}, id="zeros are no decimals"),
        pytest.param({"valor": "9999999999999.99"}, id="13 digits"),
        pytest.param({"valor": "9999999999999.99", "desconto": "9999999999999.99"}, id="all discounted"),
    ],
)
def test_amount_accepted(amounts: dict[str, str]) -> None:
    assert found(sent_payment(**{name: money(amount) for name, amount in amounts.items()})) == []


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        pytest.param({"juros": "0.01"}, [], id="not sent"),
        pytest.param({"valor_total": "1500.00"}, [], id="right"),
        pytest.param({"valor_total": "1500"}, [], id="right, written shorter"),
        pytest.param({"valor_total": ""}, [], id="empty is not sent"),
        pytest.param({"valor_total": "1500.01"}, [("TOTAL_MISMATCH", "valor_total")], id="a cent over"),
        pytest.param({"valor_total": "1499.99"}, [("TOTAL_MISMATCH", "valor_total")], id="a cent under"),
        pytest.param({"valor_total": "0.00"}, [("TOTAL_MISMATCH", "valor_total")], id="zero is a total"),
        pytest.param({"desconto": "1500.00", "valor_total": "0.00"}, [], id="nothing is left"),
        pytest.param({"desconto": "1500.01"}, [("INVALID", "valor_total")], id="negative"),
        pytest.param(
            {"desconto": "1500.01", "valor_total": "-0.01"},
            [("INVALID", "valor_total")],
            id="negative, as sent",
        ),
        pytest.param(
            {"valor": "9999999999999.99", "juros": "0.01"}, [("INVALID", "valor_total")], id="14 digits"
        ),
    ],
)
def test_total(amounts: dict[str, str], expected: Named) -> None:
    assert (
        found(sent_payment(**{name: amount and money(amount) for name, amount in amounts.items()}))
        == expected
    )


def test_mismatch_names_both_figures() -> None:
    sent = sent_payment(juros=money("2.00"), desconto=money("1.00"), valor_total=money("1500.99"))
    figures = {"sent": money("1500.99"), "computed": money("1501.00")}
    assert faults(normalised(sent), TODAY) == [Fault(RefusalCode.TOTAL_MISMATCH, ("valor_total",), figures)]


CENTS = st.integers(min_value=0, max_value=int(LARGEST * 100))


@settings(max_examples=60, deadline=None)
@given(CENTS, CENTS, CENTS, CENTS, CENTS)
def test_total_is_exact_to_the_cent(
    valor: int, juros: int, desconto: int, banco: int, operadora: int
) -> None:
    figures = (valor, juros, desconto, banco, operadora)
    amounts = {name: money(f"{cents}E-2") for name, cents in zip(AMOUNTS, figures, strict=True)}
    assert total(amounts) * 100 == valor + juros - desconto - banco - operadora
