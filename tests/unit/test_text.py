"""What is asked of every text."""

import pytest

from core.payment import normalised
from core.payment_rules import TEXTS, faults
from core.text import absent_if_empty, text_faults
from ports.errors import Fault, RefusalCode
from ports.payments import PARTIES, Entidade
from tests.builders import TODAY, named, sent_payment

LONG = 1024 * 1024


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        pytest.param(None, [], id="none"),
        pytest.param("", [], id="empty"),
        pytest.param("Café São João, nº 5 — ₢ 😀", [], id="accents, signs and emoji"),
        pytest.param("one\ttwo\r\nthree", [], id="tabs and lines"),
        pytest.param("a" * 255, [], id="255"),
        pytest.param("a" * 256, ["TOO_LONG"], id="256"),
        pytest.param("a" * LONG, ["TOO_LONG"], id="1 MB"),
        pytest.param("\0" * LONG, ["INVALID", "TOO_LONG"], id="1 MB of NUL"),
        pytest.param("a\0b", ["INVALID"], id="NUL"),
        pytest.param("a\x1bb", ["INVALID"], id="escape"),
        pytest.param("a\x1fb", ["INVALID"], id="last control character"),
        pytest.param("\ud800", ["INVALID"], id="first high surrogate"),
        pytest.param("\udfff", ["INVALID"], id="last low surrogate"),
        pytest.param("\ud7ff\ue000", [], id="neighbours of the surrogates"),
    ],
)
def test_text(text: str | None, codes: list[str]) -> None:
    assert named(text_faults(text, "name")) == [(code, "name") for code in codes]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a", Fault(RefusalCode.TOO_SHORT, ("rows", "0"), {"limit": 2}), id="too short"),
        pytest.param("abcd", Fault(RefusalCode.TOO_LONG, ("rows", "0"), {"limit": 3}), id="too long"),
    ],
)
def test_length_names_its_place_and_limit(text: str, expected: Fault) -> None:
    assert list(text_faults(text, "rows", "0", least=2, most=3)) == [expected]


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("", None),
        (" \t\n", None),
        ("\u00a0", None),
        (" a ", " a "),
        ("\0", "\0"),
        (0, 0),
        (False, False),
        ((), ()),
        (None, None),
    ],
    ids=repr,
)
def test_empty_is_absent(value: object, meant: object) -> None:
    assert absent_if_empty(value) == meant


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("a" * 256, "TOO_LONG", id="256"),
        pytest.param("a\0", "INVALID", id="NUL"),
        pytest.param("a\udcff", "INVALID", id="lone surrogate"),
    ],
)
@pytest.mark.parametrize("name", TEXTS)
def test_every_text_of_a_payment(name: str, text: str, code: str) -> None:
    owner = next((entidade for entidade, party in PARTIES.items() if name in party.fields), Entidade.CLIENTE)
    sent = sent_payment(owner)
    assert named(faults(normalised({**sent, name: text}), TODAY)) == [(code, name)]
    assert named(faults(normalised({**sent, name: "a" * 255}), TODAY)) == []
