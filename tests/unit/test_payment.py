"""A payment's life: created, settled, unsettled, deleted, restored."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from core.payment import KEPT_BY_US, WRITABLE, Payment
from ports.errors import Stale
from ports.ids import OURS, new_id
from ports.payments import PaymentRecord, Situacao
from tests.builders import LATER, NOW, TODAY, a_caller, a_payment, money, refusal, sent_payment

SETTLED = {"liquidado": True, "data_liquidacao": date(2026, 11, 20)}
EVENING = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
"""22:30 of 22 November in Sao Paulo; in UTC it is tomorrow already."""


def created(**changes: Any) -> PaymentRecord:
    return Payment.create(sent_payment(**changes), key=new_id(), by=a_caller(), now=NOW, source=OURS).record


def test_what_is_left_out_has_its_default() -> None:
    sent = sent_payment()
    record = created()
    ours: dict[str, Any] = {
        "usuario_id": "ana",
        "nome_usuario": "Ana Souza",
        "valor_total": money("1500.00"),
        "source": OURS,
    }
    assert record == PaymentRecord(id=record.id, cadastrado_em=NOW, modificado_em=NOW, **sent, **ours)
    assert (record.version, record.deletado_em, record.id.version) == (1, None, 7)


def test_every_field_is_either_writable_or_ours() -> None:
    assert {field.name for field in fields(PaymentRecord)} == {*WRITABLE, *KEPT_BY_US}


def test_ids_are_new() -> None:
    assert created().id != created().id


@pytest.mark.parametrize(
    ("sent", "name", "expected"),
    [
        pytest.param({}, "Ana Souza", ("ana", "Ana Souza"), id="the caller"),
        pytest.param({"usuario_id": "", "nome_usuario": ""}, "Ana Souza", ("ana", "Ana Souza"), id="empty"),
        pytest.param({}, None, ("ana", None), id="a caller without a name"),
        pytest.param({"nome_usuario": "Ana S."}, "Ana Souza", ("ana", "Ana S."), id="only a name"),
        pytest.param({"usuario_id": "9"}, "Ana Souza", ("9", None), id="only an id"),
        pytest.param({"usuario_id": "9", "nome_usuario": "Bia"}, "Ana Souza", ("9", "Bia"), id="another"),
    ],
)
def test_registering_user(
    sent: dict[str, Any], name: str | None, expected: tuple[str | None, str | None]
) -> None:
    caller = a_caller(name=name)
    record = Payment.create(sent_payment(**sent), key=new_id(), by=caller, now=NOW, source=OURS).record
    assert (record.usuario_id, record.nome_usuario) == expected


def test_faulty_input_makes_no_payment() -> None:
    sent = {"descricao": "ab", "juros": money("-1.00")}
    assert refusal(lambda: created(**sent)) == [("INVALID", "juros"), ("TOO_SHORT", "descricao")]


@pytest.mark.parametrize(
    ("now", "on", "refused"),
    [
        pytest.param(EVENING, date(2026, 11, 22), False, id="today's evening, UTC is tomorrow"),
        pytest.param(EVENING, date(2026, 11, 23), True, id="UTC's day is still the future"),
        pytest.param(
            datetime(2026, 11, 23, 2, 59, 59, tzinfo=UTC), date(2026, 11, 23), True, id="last second"
        ),
        pytest.param(datetime(2026, 11, 23, 3, tzinfo=UTC), date(2026, 11, 23), False, id="midnight"),
    ],
)
def test_the_day_is_sao_paulos(now: datetime, on: date, refused: bool) -> None:
    sent = sent_payment(liquidado=True, data_liquidacao=on)
    acts: list[Callable[[], object]] = [
        lambda: Payment.create(sent, key=new_id(), by=a_caller(), now=now, source=OURS),
        lambda: Payment(a_payment()).settle(on, now),
        lambda: Payment(a_payment(**SETTLED)).update({"data_liquidacao": on}, now),
    ]
    for act in acts:
        if refused:
            assert refusal(act) == [("INVALID", "data_liquidacao")]
        else:
            act()


@pytest.mark.parametrize(
    ("changes", "situacao"),
    [
        pytest.param({"data_vencimento": date(2026, 11, 23)}, Situacao.A_VENCER, id="tomorrow"),
        pytest.param({"data_vencimento": date(2026, 11, 22)}, Situacao.VENCE_HOJE, id="today"),
        pytest.param({"data_vencimento": date(2026, 11, 21)}, Situacao.VENCIDO, id="yesterday"),
        pytest.param(
            {"data_vencimento": date(2026, 11, 21), **SETTLED}, Situacao.LIQUIDADO, id="settled late"
        ),
        pytest.param(
            {"data_vencimento": date(2026, 11, 23), **SETTLED}, Situacao.LIQUIDADO, id="settled early"
        ),
    ],
)
def test_situacao(changes: dict[str, Any], situacao: Situacao) -> None:
    assert Payment(a_payment(**changes)).situacao(TODAY) is situacao


Act = Callable[[Payment], None]


def settle(payment: Payment) -> None:
    payment.settle(TODAY, LATER)


def unsettle(payment: Payment) -> None:
    payment.unsettle(LATER)


def delete(payment: Payment) -> None:
    payment.delete(LATER)


def restore(payment: Payment) -> None:
    payment.restore(LATER)


def update(payment: Payment) -> None:
    payment.update({"codigo": "37602"}, LATER)


PENDING: dict[str, Any] = {}
DELETED: dict[str, Any] = {"deletado_em": NOW}


@pytest.mark.parametrize(
    ("standing", "act", "changed"),
    [
        pytest.param(PENDING, settle, {"liquidado": True, "data_liquidacao": TODAY}, id="settle"),
        pytest.param(SETTLED, unsettle, {"liquidado": False, "data_liquidacao": None}, id="unsettle"),
        pytest.param(PENDING, delete, {"deletado_em": LATER}, id="delete pending"),
        pytest.param(SETTLED, delete, {"deletado_em": LATER}, id="delete settled"),
        pytest.param(DELETED, restore, {"deletado_em": None}, id="restore"),
        pytest.param(SETTLED | DELETED, restore, {"deletado_em": None}, id="restore settled"),
        pytest.param(PENDING, update, {"codigo": "37602"}, id="update"),
    ],
)
def test_a_change_changes_what_it_says(standing: dict[str, Any], act: Act, changed: dict[str, Any]) -> None:
    before = a_payment(version=4, **standing)
    payment = Payment(before)
    act(payment)
    assert payment.record == replace(before, version=5, modificado_em=LATER, **changed)


@pytest.mark.parametrize(
    ("standing", "act", "code"),
    [
        pytest.param(SETTLED, settle, "ALREADY_SETTLED", id="settle a settled one"),
        pytest.param(DELETED, settle, "DELETED", id="settle a deleted one"),
        pytest.param(PENDING, unsettle, "NOT_SETTLED", id="unsettle a pending one"),
        pytest.param(SETTLED | DELETED, unsettle, "DELETED", id="unsettle a deleted one"),
        pytest.param(DELETED, delete, "DELETED", id="delete a deleted one"),
        pytest.param(DELETED, update, "DELETED", id="update a deleted one"),
        pytest.param(PENDING, restore, "NOT_DELETED", id="restore a live one"),
    ],
)
def test_a_senseless_change_is_refused(standing: dict[str, Any], act: Act, code: str) -> None:
    before = a_payment(**standing)
    payment = Payment(before)
    assert refusal(lambda: act(payment)) == [(code, "")]
    assert payment.record == before


@pytest.mark.parametrize("version", [None, 4])
def test_the_expected_version_passes(version: int | None) -> None:
    Payment(a_payment(version=4)).expect(version)


@pytest.mark.parametrize("version", [0, 3, 5])
def test_another_version_is_stale_and_shows_the_record(version: int) -> None:
    record = a_payment(version=4)
    with pytest.raises(Stale) as caught:
        Payment(record).expect(version)
    assert caught.value.current == record
    assert [(fault.code.value, fault.path) for fault in caught.value.faults] == [
        ("STALE_VERSION", ("expected_version",))
    ]
