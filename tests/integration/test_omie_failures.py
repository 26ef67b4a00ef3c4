"""What the gateway makes of a failing Omie, over a real socket."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator

import httpx
import pytest

from adapters.omie.credentials import OmieCredentials
from adapters.omie.demo.app import DemoOmie
from adapters.omie.demo.book import Book
from ports.erp import ErpAsksToWait, ErpBroken, ErpOutOfReach, ErpProblem, ErpRejectedCredentials, Side
from tests.integration.omie_bench import Bench, bench_of_november, served
from tests.integration.records import until


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with bench_of_november() as bench:
        yield bench


def fault(code: str, text: str) -> bytes:
    return json.dumps({"faultstring": text, "faultcode": code}).encode()


@pytest.mark.parametrize(
    ("status", "body", "problem", "seconds"),
    [
        pytest.param(
            500,
            fault(
                "SOAP-ENV:Client-6",
                "Consumo redundante detectado. Aguarde 20 segundos para tentar novamente (REDUNDANT).",
            ),
            ErpAsksToWait,
            21.0,
            id="redundant",
        ),
        pytest.param(
            500,
            fault(
                "SOAP-ENV:Client-1880",
                "Já existe uma requisição desse método sendo executada e você pode tentar novamente "
                "em alguns instantes. (1)",
            ),
            ErpAsksToWait,
            10.0,
            id="busy",
        ),
        pytest.param(
            500,
            fault("SOAP-ENV:Client-71", "Dados do WebService não foram encontrados"),
            ErpAsksToWait,
            10.0,
            id="outage",
        ),
        pytest.param(
            425,
            fault(
                "MISUSE_API_PROCESS", "API bloqueada por consumo indevido. Tente novamente em 900 segundos."
            ),
            ErpAsksToWait,
            900.0,
            id="blocked",
        ),
        pytest.param(
            429,
            b'{"error_code":429,"error_message":"Too Many Requests","error_hash":"x"}',
            ErpAsksToWait,
            60.0,
            id="throttled",
        ),
        pytest.param(
            500,
            fault("SOAP-ENV:Server", "SOAP-ERROR: Broken response from Application Server (4)"),
            ErpAsksToWait,
            10.0,
            id="broken response",
        ),
        pytest.param(502, b"<html>502 Bad Gateway</html>", ErpAsksToWait, 10.0, id="HTML"),
        pytest.param(200, b'{"pagina": 1, "clientes_cad', ErpAsksToWait, 10.0, id="truncated JSON"),
        pytest.param(
            403,
            fault("SOAP-ENV:Server", "A chave de acesso está inválida ou o aplicativo está suspenso."),
            ErpRejectedCredentials,
            None,
            id="credentials",
        ),
        pytest.param(
            500,
            fault("SOAP-ENV:Client-5001", "Tag [X] não faz parte da estrutura do tipo complexo [Y]!"),
            ErpBroken,
            None,
            id="unknown tag",
        ),
        pytest.param(
            500,
            fault("SOAP-ENV:Client-105", "Cliente não cadastrado para o Código [1] !"),
            ErpBroken,
            None,
            id="not found",
        ),
        pytest.param(
            500,
            fault("SOAP-ENV:Client-102", "Lançamento já cadastrado para o Código de Integração [1]"),
            ErpBroken,
            None,
            id="duplicate",
        ),
        pytest.param(500, fault("SOAP-ENV:Client-3102", "texto livre"), ErpBroken, None, id="validation"),
        pytest.param(500, fault("", "Invalid JSON Object"), ErpBroken, None, id="malformed JSON"),
        pytest.param(
            200,
            b'{"status":"error","message":"Method \\"X\\" not exists"}',
            ErpBroken,
            None,
            id="unknown method",
        ),
        pytest.param(200, b'{"pagina": 1}', ErpBroken, None, id="no list in the answer"),
    ],
)
async def test_faults(
    bench: Bench, status: int, body: bytes, problem: type[ErpProblem], seconds: float | None
) -> None:
    bench.demo.fail_next(status, body)
    with pytest.raises(problem) as raised:
        await bench.gateway().clients(1)
    assert getattr(raised.value, "seconds", None) == seconds


async def test_no_records_in_other_words(bench: Bench) -> None:
    bench.demo.fail_next(500, fault("SOAP-ENV:Client-101", "Nenhuma conta corrente foi encontrada!"))
    page = await bench.gateway().titles(Side.RECEIVABLE, 1)
    assert (page.last, list(page.items)) == (1, [])


async def test_the_time_named_by_a_running_request_is_waited_for(bench: Bench) -> None:
    text = "Esta requisição já foi processada e você pode tentar novamente às 00:00:00. (1)"
    bench.demo.fail_next(500, fault("SOAP-ENV:Client-8020", text))
    with pytest.raises(ErpAsksToWait) as waiting:
        await bench.gateway().clients(1)
    assert 1.0 <= waiting.value.seconds <= 43_201.0


@pytest.mark.parametrize(
    ("delay", "cut"), [pytest.param(0.3, False, id="slow"), pytest.param(0.0, True, id="cut")]
)
async def test_the_network_fails(bench: Bench, delay: float, cut: bool) -> None:
    bench.demo.fail_next(200, b'{"pagina": 1', delay=delay, cut=cut)
    with pytest.raises(ErpOutOfReach) as waiting:
        await bench.gateway(answer_within=0.1).clients(1)
    assert (waiting.value.seconds, waiting.value.failed) == (5.0, True)
    assert waiting.value.__context__ is None


async def test_nobody_listens(bench: Bench) -> None:
    async with served(DemoOmie(Book())) as gone:
        pass
    async with httpx.AsyncClient() as client:
        with pytest.raises(ErpOutOfReach):
            await Bench(bench.demo, client, gone).gateway().clients(1)


async def test_who_is_told_to_stop_leaves_nothing_in_flight(bench: Bench) -> None:
    answered: list[object] = []
    bench.demo.latency, bench.demo.after_each = 0.2, answered.append
    asking = asyncio.create_task(bench.gateway().clients(1))

    async def sent() -> bool:
        return bool(bench.demo.counters.requests)

    await until(sent)
    assert len(bench.quota.in_flight) == 1
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert answered
    assert not bench.quota.in_flight


async def test_neither_key_nor_secret_shows(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    pair = OmieCredentials("9876543210987", "secret-of-somebody")
    gateway = bench.gateway(credentials=pair, answer_within=0.1)
    shown = [repr(pair), repr(gateway)]
    with pytest.raises(ErpRejectedCredentials) as rejected:
        await gateway.clients(1)
    shown += [repr(rejected.value), str(rejected.value)]
    bench.demo.police.credentials = pair
    for status, delay in ((500, 0.0), (200, 0.3), (418, 0.0)):
        bench.demo.fail_next(status, json.dumps({"faultstring": str(pair.app_key)}).encode(), delay=delay)
        with pytest.raises(ErpProblem) as raised:
            await gateway.titles(Side.RECEIVABLE, status)
        shown.append(repr(raised.value))
    shown += [account for account, _, _ in bench.quota.reserved] + [caplog.text]
    assert not [line for line in shown if pair.app_key in line or pair.app_secret in line]
