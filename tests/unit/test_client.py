"""A client's life: made here or by the sync, changed, following the ERP."""

from dataclasses import replace
from time import perf_counter
from typing import Any

import pytest

from adapters.documents import DocbrRules
from core.client import Client
from ports.clients import ClientRecord, ErpLink
from ports.errors import Stale
from ports.ids import OURS
from tests.builders import (
    CNPJ,
    CPF,
    ERP,
    LATER,
    LETTERED_CNPJ,
    NOW,
    OTHER_CNPJ,
    a_client,
    a_register,
    refusal,
)

RULES = DocbrRules()
LINK = ErpLink(ERP, "7001")
Named = list[tuple[str, str]]


def created(link: ErpLink | None = None, /, **sent: Any) -> ClientRecord:
    values = {"name": "Padaria Central", **sent}
    return Client.create(values, link=link, documents=RULES, now=NOW, source=OURS).record


def test_a_name_is_enough() -> None:
    record = created()
    assert record == ClientRecord(
        id=record.id, name="Padaria Central", source=OURS, created_at=NOW, updated_at=NOW
    )
    assert (record.active, record.version, record.omie_codigo, record.omie_codigos) == (True, 1, None, ())


def test_all_that_may_be_sent() -> None:
    record = created(LINK, document=CNPJ, contact_email="ana@padaria.com.br", active=False)
    assert (record.document, record.contact_email, record.active) == (CNPJ, "ana@padaria.com.br", False)
    assert (record.omie_codigo, record.omie_codigos) == ("7001", ("7001",))


@pytest.mark.parametrize("name", ["document", "contact_email"])
@pytest.mark.parametrize("absent", [None, "", "  "])
def test_empty_is_absent(name: str, absent: str | None) -> None:
    assert getattr(created(**{name: absent}), name) is None


SOUND = [
    pytest.param({"name": "a"}, id="one letter"),
    pytest.param({"name": "a" * 255}, id="255"),
    pytest.param({"document": CNPJ}, id="CNPJ"),
    pytest.param({"document": LETTERED_CNPJ}, id="CNPJ with letters"),
    pytest.param({"document": CPF}, id="CPF"),
    pytest.param({"contact_email": "a@b.c"}, id="short email"),
    pytest.param({"contact_email": "ana.souza+nf@fin.padaria.com.br"}, id="long email"),
    pytest.param({"contact_email": "josé@padaria.com.br"}, id="email with an accent"),
]
FAULTY = [
    pytest.param({"name": None}, [("MISSING", "name")], id="no name"),
    pytest.param({"name": " "}, [("MISSING", "name")], id="blank name"),
    pytest.param({"name": "a" * 256}, [("TOO_LONG", "name")], id="name of 256"),
    pytest.param({"name": "a\0"}, [("INVALID", "name")], id="NUL in the name"),
    pytest.param({"active": None}, [("MISSING", "active")], id="neither active nor not"),
    pytest.param({"document": "11222333000182"}, [("INVALID", "document")], id="wrong check digit, CNPJ"),
    pytest.param({"document": "12ABC34501DE36"}, [("INVALID", "document")], id="wrong check digit, letters"),
    pytest.param({"document": "52998224726"}, [("INVALID", "document")], id="wrong check digit, CPF"),
    pytest.param({"document": "11111111111"}, [("INVALID", "document")], id="all ones"),
    pytest.param({"contact_email": "ana"}, [("INVALID", "contact_email")], id="no at"),
    pytest.param({"contact_email": "ana@padaria"}, [("INVALID", "contact_email")], id="no dot"),
    pytest.param({"contact_email": "@padaria.com"}, [("INVALID", "contact_email")], id="nobody"),
    pytest.param({"contact_email": "a@b@c.d"}, [("INVALID", "contact_email")], id="two at"),
    pytest.param({"contact_email": "a b@c.d"}, [("INVALID", "contact_email")], id="a space"),
    pytest.param({"contact_email": "a@b.c\n"}, [("INVALID", "contact_email")], id="a line's end"),
    pytest.param({"contact_email": f"a@b.{'c' * 252}"}, [("TOO_LONG", "contact_email")], id="email of 256"),
    pytest.param({"contact_email": "a\0@b.c"}, [("INVALID", "contact_email")], id="NUL in the email"),
    pytest.param(
        {"name": "", "active": None, "document": "1", "contact_email": "x"},
        [("INVALID", "contact_email"), ("INVALID", "document"), ("MISSING", "active"), ("MISSING", "name")],
        id="many at once",
    ),
]


@pytest.mark.parametrize("sent", SOUND)
def test_sound_values_are_kept(sent: dict[str, Any]) -> None:
    record = created(**sent)
    assert {name: getattr(record, name) for name in sent} == sent


@pytest.mark.parametrize(("sent", "faults"), FAULTY)
def test_faulty_values_make_no_client(sent: dict[str, Any], faults: Named) -> None:
    assert refusal(lambda: created(**sent)) == faults


@pytest.mark.parametrize(("sent", "faults"), FAULTY)
def test_faulty_values_change_no_client(sent: dict[str, Any], faults: Named) -> None:
    client = Client(a_client(document=OTHER_CNPJ))
    before = client.record
    assert refusal(lambda: client.update(sent, RULES, LATER)) == faults
    assert client.record == before


def test_a_long_email_is_refused_at_once() -> None:
    email = f"a@{'.' * 20_000}@"
    begun = perf_counter()
    assert ("TOO_LONG", "contact_email") in refusal(lambda: created(contact_email=email))
    assert perf_counter() - begun < 0.3


@pytest.mark.parametrize("code", ["1", "9" * 20], ids=["shortest", "longest"])
def test_code_accepted(code: str) -> None:
    assert created(ErpLink(ERP, code)).omie_codigo == code


@pytest.mark.parametrize("code", ["", " ", "12a", "-1", "1.0", "9" * 21, "²", "٣", "1\n"], ids=repr)
def test_code_refused(code: str) -> None:
    assert refusal(lambda: created(ErpLink(ERP, code))) == [("INVALID", "omie_codigo")]


FREE: dict[str, Any] = {"document": CNPJ, "contact_email": "ana@padaria.com.br"}


@pytest.mark.parametrize(
    ("changes", "changed"),
    [
        pytest.param({}, {}, id="nothing"),
        pytest.param({"name": "Padaria Nova"}, {"name": "Padaria Nova"}, id="name"),
        pytest.param({"document": OTHER_CNPJ}, {"document": OTHER_CNPJ}, id="document"),
        pytest.param({"document": None}, {"document": None}, id="null clears"),
        pytest.param({"contact_email": ""}, {"contact_email": None}, id="empty clears"),
        pytest.param({"active": False}, {"active": False}, id="out of use"),
    ],
)
def test_update_of_a_free_client(changes: dict[str, Any], changed: dict[str, Any]) -> None:
    before = a_client(version=2, **FREE)
    client = Client(before)
    client.update(changes, RULES, LATER)
    assert client.record == replace(before, version=3, updated_at=LATER, **changed)


@pytest.mark.parametrize(
    ("changes", "owned"),
    [
        pytest.param({"name": "Padaria Nova"}, ["name"], id="name"),
        pytest.param({"document": OTHER_CNPJ}, ["document"], id="document"),
        pytest.param({"document": None}, ["document"], id="no document"),
        pytest.param({"contact_email": ""}, ["contact_email"], id="no email"),
        pytest.param({"active": False}, ["active"], id="out of use"),
        pytest.param({"name": "", "active": False}, ["active", "name"], id="two, one of them faulty"),
    ],
)
def test_what_the_erp_owns_is_refused(changes: dict[str, Any], owned: list[str]) -> None:
    client = Client(a_client("7001", **FREE))
    before = client.record
    assert refusal(lambda: client.update(changes, RULES, LATER)) == [("OWNED_BY_ERP", name) for name in owned]
    assert client.record == before


def test_saying_what_the_erp_says_is_no_change_of_it() -> None:
    before = a_client("7001", **FREE)
    client = Client(before)
    client.update({"name": before.name, **FREE, "active": True}, RULES, LATER)
    assert client.record == replace(before, version=2, updated_at=LATER)


def test_a_client_that_the_sync_met_first() -> None:
    theirs = a_register(document=CNPJ, contact_email="nf@padaria.com.br", active=False)
    record = Client.from_erp(theirs, LINK, NOW).record
    stated = {"name": theirs.name, "document": CNPJ, "contact_email": "nf@padaria.com.br", "active": False}
    assert {name: getattr(record, name) for name in stated} == stated
    assert (record.links, record.source, record.version, record.created_at) == ((LINK,), ERP, 1, NOW)


@pytest.mark.parametrize(
    ("stated", "changed"),
    [
        pytest.param({"name": "Padaria Nova"}, {"name": "Padaria Nova"}, id="name"),
        pytest.param({"document": None}, {"document": None}, id="document gone"),
        pytest.param({"contact_email": None}, {"contact_email": None}, id="email gone"),
        pytest.param({"active": False}, {"active": False}, id="out of use"),
    ],
)
def test_follows_the_erp(stated: dict[str, Any], changed: dict[str, Any]) -> None:
    before = a_client("7001", **FREE)
    client = Client(before)
    assert client.follow_erp(a_register(**{"name": before.name, **FREE, **stated}), LINK, LATER)
    assert client.record == replace(before, version=2, updated_at=LATER, **changed)


def test_following_to_the_same_place_is_no_change() -> None:
    before = a_client("7001", "7002", **FREE)
    client = Client(before)
    assert not client.follow_erp(a_register(name=before.name, **FREE), LINK, LATER)
    assert client.record == before


def test_a_new_link_comes_last() -> None:
    client = Client(a_client("7001", **FREE))
    assert client.follow_erp(a_register("7002", name="Padaria Central", **FREE), ErpLink(ERP, "7002"), LATER)
    assert (client.record.omie_codigo, client.record.omie_codigos) == ("7001", ("7001", "7002"))


@pytest.mark.parametrize("version", [None, 4])
def test_the_expected_version_passes(version: int | None) -> None:
    Client(a_client(version=4)).expect(version)


@pytest.mark.parametrize("version", [0, 3, 5])
def test_another_version_is_stale_and_shows_the_record(version: int) -> None:
    record = a_client(version=4)
    with pytest.raises(Stale) as caught:
        Client(record).expect(version)
    assert caught.value.current == record
