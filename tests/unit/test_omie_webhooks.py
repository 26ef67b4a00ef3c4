"""What is taken from a message of Omie: which records it names, and nothing else."""

import json
from typing import Any

import pytest

from adapters.omie.credentials import OmieCredentials
from adapters.omie.webhooks import OmieWebhooks
from ports.erp import Entity
from ports.webhooks import ForeignWebhook, UnreadableWebhook
from tests.webhooks import APP_KEY, CLIENT, DELETED, RECEIVABLE, TITLE, message, settled

READER = OmieWebhooks(OmieCredentials(APP_KEY, "secret"), "omie")
RECEIVABLES, PAYABLES = "Financas.ContaReceber", "Financas.ContaPagar"


def named(sent: Any) -> list[tuple[Entity, str]]:
    notice = READER.read(json.dumps(sent).encode())
    assert notice is not None
    assert {each.source for each in notice.rereads} <= {"omie"}
    return [(each.entity, each.external_id) for each in notice.rereads]


NAMING = [
    (f"{RECEIVABLES}.Incluido", RECEIVABLE, [(Entity.RECEIVABLE, str(TITLE))]),
    (f"{RECEIVABLES}.Alterado", [RECEIVABLE, RECEIVABLE], [(Entity.RECEIVABLE, str(TITLE))]),
    (f"{RECEIVABLES}.Excluido", DELETED, [(Entity.RECEIVABLE, str(TITLE))]),
    (f"{RECEIVABLES}.BoletoGerado", RECEIVABLE, [(Entity.RECEIVABLE, str(TITLE))]),
    (
        f"{RECEIVABLES}.BaixaRealizada",
        settled("conta_a_receber", 11, 12),
        [(Entity.RECEIVABLE, "11"), (Entity.RECEIVABLE, "12")],
    ),
    (
        f"{RECEIVABLES}.BaixaCancelada",
        settled("conta_a_receber", 11) + settled("conta_a_receber", 12),
        [(Entity.RECEIVABLE, "11"), (Entity.RECEIVABLE, "12")],
    ),
    (
        f"{RECEIVABLES}.BaixaRealizada",
        {"conta_a_receber": {"codigo_lancamento_omie": "11"}},
        [(Entity.RECEIVABLE, "11")],
    ),
    (f"{RECEIVABLES}.Alterado", json.dumps(RECEIVABLE), [(Entity.RECEIVABLE, str(TITLE))]),
    (f"{PAYABLES}.Alterado", RECEIVABLE, [(Entity.PAYABLE, str(TITLE))]),
    (f"{PAYABLES}.BaixaRealizada", settled("conta_a_pagar", 21), [(Entity.PAYABLE, "21")]),
    ("ClienteFornecedor.Incluido", CLIENT, [(Entity.CLIENT, "7410258963")]),
    ("ClienteFornecedor.Excluido", [CLIENT], [(Entity.CLIENT, "7410258963")]),
]


@pytest.mark.parametrize(("topic", "event", "expected"), NAMING)
def test_the_records_that_a_message_names(
    topic: str, event: object, expected: list[tuple[Entity, str]]
) -> None:
    assert named(message(topic, event)) == expected


@pytest.mark.parametrize(
    ("topic", "event"),
    [
        ("Financas.ContaCorrente.Lancamento.Incluido", {"codigo_lancamento_omie": 1}),
        ("Financas.ContaReceberes.Alterado", RECEIVABLE),
        ("VendaProduto.Incluida", RECEIVABLE),
        ("", RECEIVABLE),
        (None, RECEIVABLE),
        (["ClienteFornecedor.Incluido"], CLIENT),
        (f"{RECEIVABLES}.Alterado", None),
        (f"{RECEIVABLES}.Alterado", "ContaReceber alterada"),
        (f"{RECEIVABLES}.Alterado", "\ud83d"),
        (f"{RECEIVABLES}.Alterado", 7),
        (f"{RECEIVABLES}.Alterado", [7, None, []]),
        (f"{RECEIVABLES}.Alterado", {"codigo_lancamento_omie": 0}),
        (f"{RECEIVABLES}.Alterado", {"codigo_lancamento_omie": "x'; DROP"}),
        (f"{RECEIVABLES}.Alterado", {"codigo_lancamento_omie": {}}),
        (f"{RECEIVABLES}.BaixaRealizada", settled("conta_a_pagar", 21)),
        ("ClienteFornecedor.Incluido", RECEIVABLE),
    ],
)
def test_a_message_that_names_nothing_of_ours_is_no_failure(topic: object, event: object) -> None:
    assert named(message(topic, event)) == []


def test_one_unreadable_code_does_not_hide_the_others() -> None:
    event = [{"codigo_lancamento_omie": "?"}, {"codigo_lancamento_omie": 12}]
    assert named(message(f"{RECEIVABLES}.Alterado", event)) == [(Entity.RECEIVABLE, "12")]


@pytest.mark.parametrize(
    ("given", "known_as"),
    [("a-1", "a-1"), (7, "7"), (None, None), ("", None), ([], None), ("\x00", None), ("x" * 501, None)],
)
def test_the_id_of_a_message(given: object, known_as: str | None) -> None:
    sent = json.dumps(message(f"{RECEIVABLES}.Alterado", RECEIVABLE, messageId=given)).encode()
    notice = READER.read(sent)
    assert notice is not None
    assert (notice.message_id, len(notice.rereads)) == (known_as, 1)


def test_a_ping() -> None:
    assert READER.read(b'{"ping":"omie"}') is None


def test_the_app_key_may_be_a_number() -> None:
    assert named(message("", {}, appKey=int(APP_KEY))) == []


@pytest.mark.parametrize("app_key", ["1000000000002", "", None, [APP_KEY], "ã", f"{APP_KEY} 1"])
def test_messages_of_another_account(app_key: object) -> None:
    with pytest.raises(ForeignWebhook):
        READER.read(json.dumps(message(f"{RECEIVABLES}.Alterado", RECEIVABLE, appKey=app_key)).encode())


def test_a_ping_does_not_open_the_door_to_another_account() -> None:
    with pytest.raises(ForeignWebhook):
        READER.read(b'{"ping":"omie","appKey":"1"}')


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"ping"', b"\xff\xfe", b"null", b"[" * 5000])
def test_what_is_no_message(body: bytes) -> None:
    with pytest.raises(UnreadableWebhook):
        READER.read(body)
