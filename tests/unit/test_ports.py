"""The words: months, days, documents, amounts, ids."""

from datetime import timedelta
from decimal import Decimal
from time import time_ns
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ports.calendar import Period
from ports.documents import bare
from ports.erp import ErpAsksToWait
from ports.errors import Missing, RefusalCode, Refused, Stale, refused
from ports.ids import new_id, parse_public_id, public_id
from ports.money import fits
from ports.reconciliations import Party, PartyKey
from tests.builders import a_client, a_line

PERIODS = st.builds(Period, st.integers(1, 9999), st.integers(1, 12))


@pytest.mark.parametrize(
    ("text", "document"),
    [
        pytest.param("11.222.333/0001-81", "11222333000181", id="CNPJ"),
        pytest.param("11222333000181", "11222333000181", id="bare CNPJ"),
        pytest.param("12.abc.345/01de-35", "12ABC34501DE35", id="CNPJ with letters"),
        pytest.param("529.982.247-25", "52998224725", id="CPF"),
        pytest.param(" 52998224725\n", "52998224725", id="spaces around"),
        pytest.param("11222333000199", "11222333000199", id="check digits are not its business"),
        pytest.param("", None, id="empty"),
        pytest.param("./-", None, id="only punctuation"),
        pytest.param("1122233300018", None, id="13"),
        pytest.param("112223330001811", None, id="15"),
        pytest.param("5299822472", None, id="10"),
        pytest.param("5299822472A", None, id="CPF with a letter"),
        pytest.param("12ABC34501DE3X", None, id="letters for check digits"),
        pytest.param("12ÁBC34501DE35", None, id="accent"),
        pytest.param("１1222333000181", None, id="wide digit"),
        pytest.param("٥2998224725", None, id="Arabic digit"),
        pytest.param("11222333000181\0", None, id="NUL"),
        pytest.param("11,222,333/0001-81", None, id="other punctuation"),
    ],
)
def test_bare(text: str, document: str | None) -> None:
    assert bare(text) == document


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        *(("0", True), ("0.00", True), ("-0.01", True), ("1600.99", True), ("1.500", True), ("1E+3", True)),
        *(("9999999999999.99", True), ("-9999999999999.99", True), ("1E+12", True)),
        *(("10000000000000.00", False), ("-10000000000000", False), ("9999999999999.991", False)),
        *(("0.001", False), ("1E-3", False), ("1E-999", False), ("1E+999", False)),
        *(("NaN", False), ("sNaN", False), ("Infinity", False), ("-Infinity", False)),
    ],
)
def test_fits(amount: str, expected: bool) -> None:
    assert fits(Decimal(amount)) is expected


def test_ids_are_of_version_7_and_tell_their_moment() -> None:
    before = time_ns() // 10**6
    keys = [new_id() for _ in range(200)]
    after = time_ns() // 10**6
    assert {(key.version, key.variant) for key in keys} == {(7, RFC_4122)}
    assert all(before <= key.int >> 80 <= after for key in keys)
    assert len(set(keys)) == len(keys)


def test_ids_lie_in_the_order_in_which_they_were_made() -> None:
    for _ in range(200):
        one, made = new_id(), time_ns()
        while time_ns() < made + 1000:
            pass
        assert one < new_id()


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["payment", "client", "contract"]), st.uuids())
def test_a_public_id_is_read_back(kind: str, key: UUID) -> None:
    assert parse_public_id(public_id(kind, key)) == (kind, key)


HEX = "0193f2b4c5d67e8f9a0b1c2d3e4f5061"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "payment",
            "payment_",
            f"_{HEX}",
            HEX,
            f"payment-{HEX}",
            f"payment_{HEX[:-1]}",
            f"payment_{HEX}0",
        ),
        *(
            f"Payment_{HEX}",
            f"payment_{HEX.upper()}",
            f"payment_{UUID(HEX)}",
            f"payment_{HEX}\n",
            f" payment_{HEX}",
        ),
        *(f"payment_{HEX[:-1]}g", f"payment_{HEX[:-1]}٣", f"pagé_{HEX}"),
    ],
    ids=repr,
)
def test_anything_else_is_no_public_id(text: str) -> None:
    assert parse_public_id(text) is None


def test_problems_name_what_they_are_about() -> None:
    no = refused(RefusalCode.TOO_LONG, "atributos", "0", limit=100)
    assert [(fault.code, fault.path, fault.params) for fault in no.faults] == [
        ("TOO_LONG", ("atributos", "0"), {"limit": 100})
    ]
    assert (str(no), str(Refused([*no.faults, *no.faults]))) == ("TOO_LONG", "TOO_LONG, TOO_LONG")
    assert (Missing().path, Missing("client_id").path) == (("id",), ("client_id",))
    assert str(Stale(None)) == "STALE_VERSION"


def test_the_erp_asks_to_wait() -> None:
    wait = ErpAsksToWait(timedelta(minutes=1).total_seconds(), failed=True)
    assert (str(wait), wait.seconds, wait.failed) == ("60.0 s", 60, True)


def test_a_party_goes_by_its_client_else_by_the_code() -> None:
    client = a_client("7001", "7002")
    known = Party(client=client, codes=("7001", "7002"))
    assert (known.key, str(known.key)) == (PartyKey(client.id), str(client.id))
    stranger = Party(client=None, codes=("7009",))
    assert (stranger.key, str(stranger.key)) == (PartyKey(None, "7009"), "code-7009")
    for key in (known.key, stranger.key, PartyKey(None, "a.b-c")):
        assert PartyKey.parse(str(key)) == key
    with pytest.raises(ValueError, match="badly formed"):
        PartyKey.parse("7009")
    assert a_line(codes=("7001", "7002")).omie_codigo == "7001"
    assert a_line(client=client, codes=()).omie_codigo is None
