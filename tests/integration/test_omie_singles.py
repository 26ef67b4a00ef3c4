"""Consultations: what proves that a record is gone, what does not, and an answer about something else."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from adapters.omie.demo.app import DEMO_CREDENTIALS
from adapters.omie.demo.police import Police
from adapters.omie.gateway import OmieGateway
from ports.erp import Entity, ErpAsksToWait, ErpBroken, ErpIssue, ErpRejectedCredentials, IssueCode, Side
from tests.integration.omie_bench import Bench, bench_of_november

Ask = Callable[[OmieGateway], Awaitable[object]]

CLIENT: Ask = lambda erp: erp.client("5")  # noqa: E731
RECEIVABLE: Ask = lambda erp: erp.title(Side.RECEIVABLE, "5")  # noqa: E731
PAYABLE: Ask = lambda erp: erp.title(Side.PAYABLE, "5")  # noqa: E731
SETTLEMENT: Ask = lambda erp: erp.settlement(Side.RECEIVABLE, "5")  # noqa: E731
CONSULTATIONS = {"client": CLIENT, "receivable": RECEIVABLE, "payable": PAYABLE}
ALL = {**CONSULTATIONS, "settlement": SETTLEMENT}


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


NO_RECORDS = fault("SOAP-ENV:Client-5113", "ERROR: Não existem registros para a página [1]!")
GONE = (
    fault("SOAP-ENV:Client-105", "ERROR: Cliente não cadastrado para o Código [5] !"),
    fault("SOAP-ENV:Client-105", "ERROR: Lançamento não cadastrado para o Código [5] !"),
    fault("SOAP-ENV:Client-103", "ERROR: Lançamento não cadastrado para o Código de Integração [5] !"),
    fault("SOAP-ENV:Client-5002", "ERROR: Conta não cadastrada para o Código de Integração [5] !"),
)


@pytest.mark.parametrize("ask", ALL.values(), ids=ALL)
@pytest.mark.parametrize(("status", "body"), [*((500, body) for body in GONE), (200, GONE[0])])
async def test_gone_is_what_omie_does_not_know(bench: Bench, ask: Ask, status: int, body: bytes) -> None:
    bench.demo.fail_next(status, body)
    assert await ask(bench.gateway()) is None


@pytest.mark.parametrize(
    ("status", "body", "problem"),
    [
        (500, fault("SOAP-ENV:Client-5002", "ERROR: outra coisa"), ErpBroken),
        (500, fault("SOAP-ENV:Client-102", "ERROR: Lançamento já cadastrado [5]"), ErpBroken),
        (500, fault("SOAP-ENV:Client-5001", "ERROR: Tag [X] não faz parte da estrutura!"), ErpBroken),
        (500, fault("SOAP-ENV:Server", "SOAP-ERROR: Broken response"), ErpAsksToWait),
        (500, fault("SOAP-ENV:Client-6", "Consumo redundante detectado. (REDUNDANT)"), ErpAsksToWait),
        (
            500,
            fault("SOAP-ENV:Client-105", "Chave de acesso não cadastrada para o aplicativo [1]"),
            ErpRejectedCredentials,
        ),
        (404, b"<html>Not Found</html>", ErpBroken),
        (200, b"{}", ErpBroken),
        (200, b"[]", ErpBroken),
        (200, b'{"status":"error","message":"Method \\"X\\" not exists"}', ErpBroken),
        (200, b'{"codigo_cliente_omie": 6, "codigo_lancamento_omie": 6}', ErpBroken),
    ],
)
@pytest.mark.parametrize("ask", ALL.values(), ids=ALL)
async def test_nothing_else_proves_it(
    bench: Bench, ask: Ask, status: int, body: bytes, problem: type[Exception]
) -> None:
    bench.demo.fail_next(status, body)
    with pytest.raises(problem):
        await ask(bench.gateway())


@pytest.mark.parametrize("ask", CONSULTATIONS.values(), ids=CONSULTATIONS)
async def test_no_records_is_no_answer_to_a_consultation(bench: Bench, ask: Ask) -> None:
    bench.demo.fail_next(500, NO_RECORDS)
    with pytest.raises(ErpBroken):
        await ask(bench.gateway())


@pytest.mark.parametrize(
    ("status", "body"), [(500, NO_RECORDS), (200, b'{"nTotPaginas": 0, "titulosEncontrados": []}')]
)
async def test_a_search_that_finds_nothing(bench: Bench, status: int, body: bytes) -> None:
    bench.demo.fail_next(status, body)
    assert await SETTLEMENT(bench.gateway()) is None


async def test_a_search_that_finds_another_title(bench: Bench) -> None:
    found = {"cabecTitulo": {"nCodTitulo": 6}, "resumo": {"nValPago": 0, "nValAberto": 1}}
    bench.demo.fail_next(200, json.dumps({"titulosEncontrados": [found]}).encode())
    with pytest.raises(ErpBroken):
        await SETTLEMENT(bench.gateway())


TITLE = {"codigo_lancamento_omie": 5, "codigo_cliente_fornecedor": 9}
FOUND = {"cabecTitulo": {"nCodTitulo": "5", "nCodCliente": 9}}


@pytest.mark.parametrize(
    ("ask", "record", "entity", "code", "client_code"),
    [
        (CLIENT, {"codigo_cliente_omie": 5}, Entity.CLIENT, IssueCode.NAME_MISSING, None),
        (RECEIVABLE, TITLE, Entity.RECEIVABLE, IssueCode.AMOUNT_INVALID, "9"),
        (
            PAYABLE,
            {**TITLE, "valor_documento": 1, "data_vencimento": ""},
            *(Entity.PAYABLE, IssueCode.DUE_DATE_MISSING, "9"),
        ),
        (
            SETTLEMENT,
            {"titulosEncontrados": [FOUND]},
            *(Entity.SETTLEMENT, IssueCode.AMOUNT_INVALID, "9"),
        ),
    ],
)
async def test_one_that_cannot_be_read(
    bench: Bench, ask: Ask, record: Any, entity: Entity, code: IssueCode, client_code: str | None
) -> None:
    bench.demo.fail_next(200, json.dumps(record).encode())
    got = await ask(bench.gateway())
    assert isinstance(got, ErpIssue)
    assert (got.entity, got.external_id, got.code, got.client_code) == (entity, "5", code, client_code)
