"""What each answer of Omie means, as its documentation and its integrators have seen it."""

import json
from datetime import UTC, datetime

import pytest

from adapters.omie.faults import Nothing, Outcome, judged
from ports.erp import ErpAsksToWait, ErpBroken, ErpRejectedCredentials

NOON = datetime(2026, 11, 22, 15, 0, 0, tzinfo=UTC)
"""12:00:00 in Sao Paulo."""

KEY = "1234567890123"


def fault(status: int, code: str, text: str, now: datetime = NOON) -> Outcome:
    return judged(status, json.dumps({"faultstring": text, "faultcode": code}).encode(), now)


def waits(outcome: Outcome) -> float:
    assert isinstance(outcome, ErpAsksToWait)
    assert outcome.failed
    return outcome.seconds


REDUNDANT = "ERROR: Consumo redundante detectado. Aguarde 43 segundos para tentar novamente (REDUNDANT)."
BUSY = (
    "ERROR: Já existe uma requisição desse método sendo executada e você pode tentar novamente "
    "em alguns instantes. (1)"
)
PROCESSING = (
    "ERROR: Esta requisição já foi processada ou está sendo processada "
    "e você pode tentar novamente às {}. (1)"
)
BLOCKED = "API bloqueada por consumo indevido. Tente novamente em 1799 segundos."


@pytest.mark.parametrize(
    ("status", "code", "text", "seconds"),
    [
        pytest.param(500, "SOAP-ENV:Client-6", REDUNDANT, 44.0, id="redundant"),
        pytest.param(500, "SOAP-ENV:Client-5020", REDUNDANT, 44.0, id="redundant, other code"),
        pytest.param(200, "SOAP-ENV:Client-6", REDUNDANT, 44.0, id="redundant with status 200"),
        pytest.param(500, "SOAP-ENV:Client-6", "REDUNDANT", 61.0, id="redundant without seconds"),
        pytest.param(500, "SOAP-ENV:Client-1880", BUSY, 10.0, id="busy"),
        pytest.param(500, "", BUSY, 10.0, id="busy by its text"),
        pytest.param(500, "SOAP-ENV:Client-8020", PROCESSING.format("12:00:40"), 41.0, id="in process until"),
        pytest.param(500, "SOAP-ENV:Client-1100", PROCESSING.format("12:01:00"), 61.0, id="older code"),
        pytest.param(500, "SOAP-ENV:Client-8020", PROCESSING.format("11:59:58"), 1.0, id="time just past"),
        pytest.param(500, "SOAP-ENV:Client-8020", PROCESSING.format("99:99:99"), 10.0, id="no such time"),
        pytest.param(425, "MISUSE_API_PROCESS", BLOCKED, 1799.0, id="blocked"),
        pytest.param(500, "MISUSE_API_PROCESS", BLOCKED, 1799.0, id="blocked, whatever the status"),
        pytest.param(425, "MISUSE_API_PROCESS", "API bloqueada.", 1800.0, id="blocked without seconds"),
        pytest.param(429, "", "Too Many Requests", 60.0, id="throttled"),
        pytest.param(
            500,
            "SOAP-ENV:Server",
            "SOAP-ERROR: Broken response from Application Server (BG)",
            10.0,
            id="broken response",
        ),
        pytest.param(
            500, "SOAP-ENV:Client-71", "ERROR: Dados do WebService não foram encontrados", 10.0, id="outage"
        ),
    ],
)
def test_asks_to_wait(status: int, code: str, text: str, seconds: float) -> None:
    assert waits(fault(status, code, text)) == seconds


def test_waits_over_midnight_in_sao_paulo() -> None:
    late = datetime(2026, 11, 23, 2, 59, 50, tzinfo=UTC)
    assert waits(fault(500, "SOAP-ENV:Client-8020", PROCESSING.format("00:00:10"), late)) == 21.0


@pytest.mark.parametrize(
    ("status", "body", "seconds"),
    [
        (429, b'{"error_code":429,"error_message":"Too Many Requests","error_hash":"x"}', 60.0),
        (500, b'{"error_code":"429","error_message":"","error_hash":"x"}', 60.0),
        (429, b"", 60.0),
        (425, b"<html>", 1800.0),
        (502, b"<html><body>502 Bad Gateway</body></html>", 10.0),
        (504, b'{"message": "Endpoint request timed out"}', 10.0),
        (200, b"<html>maintenance</html>", 10.0),
        (200, b'{"pagina": 1, "clientes_cad', 10.0),
        (200, b"", 10.0),
        (200, b"[" * 100_000, 10.0),
    ],
)
def test_answers_without_a_fault_of_soap_ask_to_wait(status: int, body: bytes, seconds: float) -> None:
    assert waits(judged(status, body, NOON)) == seconds


@pytest.mark.parametrize(
    ("status", "code", "text"),
    [
        (403, "SOAP-ENV:Server", "A chave de acesso está inválida ou o aplicativo está suspenso."),
        (500, "SOAP-ENV:Client-101", f"Chave de acesso não cadastrada para o aplicativo [{KEY}]"),
        (500, "SOAP-ENV:Client-107", "Os dados de autenticação informados são inválidos"),
        (403, "", "OS DADOS DE AUTENTICACAO INFORMADOS SAO INVALIDOS"),
        (500, "SOAP-ENV:Server", "A CHAVE DE ACESSO ESTÃ¡ invÃ¡lida ou o aplicativo estÃ¡ suspenso."),
    ],
)
def test_rejected_credentials(status: int, code: str, text: str) -> None:
    outcome = fault(status, code, text)
    assert isinstance(outcome, ErpRejectedCredentials)
    assert KEY not in repr(outcome)


@pytest.mark.parametrize(
    ("code", "text", "meaning"),
    [
        ("SOAP-ENV:Client-5113", "ERROR: Não existem registros para a página [1]!", Nothing.NO_RECORDS),
        ("SOAP-ENV:Client-500", "ERROR: NÃO EXISTEM REGISTROS PARA A PÁGINA [2]!", Nothing.NO_RECORDS),
        ("", "ERROR: NÃ£o existem registros para a pÃ¡gina [1]!", Nothing.NO_RECORDS),
        ("SOAP-ENV:Client-101", "ERROR: Nenhuma conta corrente foi encontrada!", Nothing.NO_RECORDS),
        ("SOAP-ENV:Client-105", "ERROR: Cliente não cadastrado para o Código [1] !", Nothing.NOT_FOUND),
        (
            "SOAP-ENV:Client-103",
            "Lançamento não cadastrado para o Código de Integração [1] !",
            Nothing.NOT_FOUND,
        ),
        (
            "SOAP-ENV:Client-5002",
            "Conta não cadastrada para o Código de Integração [1] !",
            Nothing.NOT_FOUND,
        ),
        ("", "Cliente nÃ£o cadastrado para o CÃ³digo [1] !", Nothing.NOT_FOUND),
    ],
)
def test_faults_that_are_none(code: str, text: str, meaning: Nothing) -> None:
    assert fault(500, code, text) is meaning


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(
            500,
            b'{"faultstring":"ERROR: Tag [1234567890123] faz parte!","faultcode":"SOAP-ENV:Client-5001"}',
            id="unknown tag",
        ),
        pytest.param(
            500,
            b'{"faultstring":"1234567890123","faultcode":"SOAP-ENV:Client-1234567890123"}',
            id="key in the code",
        ),
        pytest.param(
            200,
            b'{"status":"error","message":"Method \\"X\\" not exists 1234567890123"}',
            id="unknown method",
        ),
        pytest.param(
            500,
            '{"faultstring":"Cliente já cadastrado","faultcode":"SOAP-ENV:Client-102"}'.encode(),
            id="duplicate",
        ),
        pytest.param(404, b"<html>1234567890123</html>", id="no such page"),
        pytest.param(403, b"<html>1234567890123</html>", id="a firewall's page tells nothing of credentials"),
        pytest.param(301, b"", id="redirect"),
        pytest.param(200, b"[]", id="no object"),
        pytest.param(200, b"null", id="null"),
    ],
)
def test_everything_else_is_broken_and_quotes_nothing(status: int, body: bytes) -> None:
    outcome = judged(status, body, NOON)
    assert isinstance(outcome, ErpBroken)
    assert KEY not in str(outcome)


def test_the_code_of_a_refusal_is_told() -> None:
    outcome = fault(500, "SOAP-ENV:Client-5001", "ERROR: Tag [X]")
    assert str(outcome) == "Omie refused the request (HTTP 500, fault 5001)"


def test_an_answer_is_no_fault() -> None:
    assert judged(200, b'{"pagina": 1, "status": "ok"}', NOON) == {"pagina": 1, "status": "ok"}
