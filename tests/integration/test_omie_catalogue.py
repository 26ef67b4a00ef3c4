"""Omie's catalogue of faults, line by line with its exact texts, over HTTP; and listings that move."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.omie.demo.app import DEMO_CREDENTIALS
from adapters.omie.demo.police import Police
from ports.erp import (
    Entity,
    ErpAsksToWait,
    ErpBroken,
    ErpProblem,
    ErpRejectedCredentials,
    ErpTakesOneOnly,
    Side,
)
from tests.integration.omie_bench import Bench, bench_of_november


@pytest.fixture(scope="module")
async def shared() -> AsyncIterator[Bench]:
    async with bench_of_november() as bench:
        yield bench


@pytest.fixture
def bench(shared: Bench) -> Bench:
    """Nothing was asked of it yet."""
    shared.demo.police = Police(DEMO_CREDENTIALS)
    return shared


def fault(code: str, text: str) -> bytes:
    return json.dumps({"faultstring": text, "faultcode": code}).encode()


def client_fault(code: int, text: str) -> bytes:
    return fault(f"SOAP-ENV:Client-{code}", text)


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize(
    ("page", "last", "body"),
    [
        (1, 1, client_fault(5113, "ERROR: Não existem registros para a página [1]!")),
        (3, 2, client_fault(5113, "ERROR: Não existem registros para a página [3]!")),
        (3, 2, client_fault(500, "ERROR: Não existem registros para a página [3]!")),
        (1, 1, client_fault(101, "ERROR: Nenhuma conta corrente foi encontrada!")),
    ],
)
@pytest.mark.parametrize("status", [500, 200])
async def test_no_records(bench: Bench, side: Side, page: int, last: int, body: bytes, status: int) -> None:
    bench.demo.fail_next(status, body, times=2)
    for got in (await bench.gateway().titles(side, page), await bench.gateway().settlements(side, page)):
        assert (got.number, got.last, list(got.items), list(got.issues)) == (page, last, [], [])


REDUNDANT = "Consumo redundante detectado. Aguarde {} segundos para tentar novamente (REDUNDANT)."
RUNNING = (
    "Já existe uma requisição desse método sendo executada e você pode tentar novamente "
    "em alguns instantes. (1)"
)
BLOCKED = "API bloqueada por consumo indevido. Tente novamente em 1723 segundos."


@pytest.mark.parametrize(
    ("status", "body", "problem", "seconds"),
    [
        (500, client_fault(6, REDUNDANT.format(16)), ErpAsksToWait, 17.0),
        (500, client_fault(5020, REDUNDANT.format(60)), ErpAsksToWait, 61.0),
        (500, client_fault(1880, RUNNING), ErpTakesOneOnly, 10.0),
        (200, client_fault(1880, f"ERROR: {RUNNING}"), ErpTakesOneOnly, 10.0),
        (425, fault("MISUSE_API_PROCESS", BLOCKED), ErpAsksToWait, 1723.0),
        (
            429,
            b'{"error_code":429,"error_message":"Too Many Requests","error_hash":"0f3a"}',
            *(ErpAsksToWait, 60.0),
        ),
        (
            500,
            fault("SOAP-ENV:Server", "SOAP-ERROR: Broken response from Application Server (BG)"),
            *(ErpAsksToWait, 10.0),
        ),
        (503, b"<html><head><title>503 Service Unavailable</title></head></html>", ErpAsksToWait, 10.0),
        (504, b"<html><body><h1>504 Gateway Time-out</h1></body></html>", ErpAsksToWait, 10.0),
        (200, b"<!DOCTYPE html><html>Manuten\xe7\xe3o</html>", ErpAsksToWait, 10.0),
        (500, client_fault(71, "Dados do WebService não foram encontrados"), ErpAsksToWait, 10.0),
    ],
)
async def test_what_is_to_be_asked_again(
    bench: Bench, status: int, body: bytes, problem: type[ErpAsksToWait], seconds: float
) -> None:
    bench.demo.fail_next(status, body)
    with pytest.raises(problem) as raised:
        await bench.gateway().settlements(Side.PAYABLE, 1)
    assert (raised.value.seconds, raised.value.failed) == (seconds, True)
    assert isinstance(raised.value, ErpTakesOneOnly) is (problem is ErpTakesOneOnly)


@pytest.mark.parametrize("code", [8020, 1100])
async def test_a_request_in_process_names_the_time(bench: Bench, code: int) -> None:
    text = (
        "Esta requisição já foi processada ou está sendo processada e você pode tentar novamente "
        "às 23:59:59. (1)"
    )
    bench.demo.fail_next(500, client_fault(code, text))
    with pytest.raises(ErpAsksToWait) as raised:
        await bench.gateway().register(Entity.CATEGORY, 1)
    assert 1.0 <= raised.value.seconds <= 43_201.0


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (
            403,
            fault("SOAP-ENV:Server", "A chave de acesso está inválida ou o aplicativo está suspenso."),
        ),
        (500, client_fault(107, "Chave de acesso não cadastrada para o aplicativo [1000000000001]")),
        (403, client_fault(108, "Os dados de autenticação informados são inválidos")),
        (200, client_fault(101, "Os dados de autenticação informados são inválidos")),
    ],
)
async def test_credentials(bench: Bench, status: int, body: bytes) -> None:
    bench.demo.fail_next(status, body)
    with pytest.raises(ErpRejectedCredentials) as raised:
        await bench.gateway().titles(Side.PAYABLE, 1)
    assert "1000000000001" not in repr(raised.value)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (102, "Cliente já cadastrado para o CPF/CNPJ [1] com o Id [2] e código de integração [3] ! (add)"),
        (102, "Cliente já cadastrado para o Código de Integração [1] com o nCod [2]!"),
        (102, "Lançamento já cadastrado para o Código de Integração [1]"),
        (71, "Categoria inválida"),
        (115, "Conta corrente inativa"),
        (1020, "ERROR: texto livre"),
        (5001, "ERROR: Tag [X] não faz parte da estrutura do tipo complexo [Y]!"),
        (3102, "ERROR: O valor da tag é inválido"),
        (3, "Invalid JSON Object"),
        (3, "JSON request with SyntaxError"),
        (9, "O período contábil de novembro foi bloqueado para alterações"),
    ],
)
@pytest.mark.parametrize("status", [500, 200])
async def test_what_no_repetition_mends(bench: Bench, code: int, text: str, status: int) -> None:
    bench.demo.fail_next(status, client_fault(code, text))
    with pytest.raises(ErpBroken) as raised:
        await bench.gateway().titles(Side.PAYABLE, 1)
    assert str(raised.value) == f"Omie refused the request (HTTP {status}, fault {code})"


def settlements(**paging: object) -> bytes:
    found = {"cabecTitulo": {"nCodTitulo": 5}, "resumo": {"nValPago": 1, "nValAberto": "2.00"}}
    return json.dumps({"titulosEncontrados": [found], **paging}).encode()


@pytest.mark.parametrize(
    ("paging", "last", "total"),
    [
        pytest.param({"nPagina": 2, "nTotPaginas": 9, "nTotRegistros": 900}, 9, 900, id="it has grown"),
        pytest.param({"nPagina": 2, "nTotPaginas": 1, "nTotRegistros": 100}, 2, 100, id="it has shrunk"),
        pytest.param({"nPagina": 2, "nTotPaginas": 0, "nTotRegistros": 0}, 2, 0, id="none, and yet one"),
        pytest.param({"nPagina": "2", "nTotPaginas": "3", "nTotRegistros": "250"}, 3, 250, id="texts"),
        pytest.param({"nPagina": 2, "nTotPaginas": 3, "nTotRegistros": [7]}, 3, None, id="a strange total"),
        pytest.param({"nPagina": 2, "nTotPaginas": 3, "nTotRegistros": -1}, 3, None, id="a negative total"),
        pytest.param({}, 2, None, id="no paging at all"),
    ],
)
async def test_the_size_of_a_listing_may_move(
    bench: Bench, paging: dict[str, Any], last: int, total: int | None
) -> None:
    bench.demo.fail_next(200, settlements(**paging))
    page = await bench.gateway().settlements(Side.RECEIVABLE, 2)
    assert (page.number, page.last, page.total, len(page.items)) == (2, last, total, 1)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(settlements(nPagina=1, nTotPaginas=3), id="a page that repeats"),
        pytest.param(settlements(nPagina="two", nTotPaginas=3), id="a page number that is none"),
        pytest.param(settlements(nPagina=2, nTotPaginas={}), id="a number of pages that is none"),
        pytest.param(b'{"nPagina": 2, "nTotPaginas": 3}', id="no list"),
        pytest.param(b'{"nPagina": 2, "titulosEncontrados": {"a": 1}}', id="no list but an object"),
        pytest.param(b'{"nPagina": 2, "titulosEncontrados": null}', id="null"),
    ],
)
async def test_what_is_no_page(bench: Bench, body: bytes) -> None:
    bench.demo.fail_next(200, body)
    with pytest.raises(ErpProblem) as raised:
        await bench.gateway().settlements(Side.RECEIVABLE, 2)
    assert type(raised.value) is ErpBroken


async def test_a_page_of_wrong_types_costs_its_records_and_not_the_page(bench: Bench) -> None:
    good = {"cabecTitulo": {"nCodTitulo": "5"}, "resumo": {"nValPago": "1.50", "nValAberto": 0}}
    bad: list[object] = [7, "x", None, [], {"cabecTitulo": 5}, {**good, "lancamentos": [{"nCodLanc": {}}]}]
    bench.demo.fail_next(200, json.dumps({"titulosEncontrados": [*bad, good]}).encode())
    page = await bench.gateway().settlements(Side.RECEIVABLE, 1)
    assert ([item.title_id for item in page.items], len(page.issues)) == (["5"], len(bad))
