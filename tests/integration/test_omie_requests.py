"""What the gateway sends: addresses, envelopes, and for each question the tags that Omie documents."""

import json
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import httpx
import pytest

from adapters.omie.demo.app import DEMO_CREDENTIALS, DemoOmie
from adapters.omie.demo.book import Book
from adapters.omie.gateway import OmieGateway
from ports.erp import Entity, ErpBroken, ErpProblem, Side, Since
from tests.integration.omie_bench import Bench

CHANGED = Since(date(2026, 3, 9))
MADE = Since(date(2026, 3, 9), created=True)
PAGE = {"pagina": 2, "registros_por_pagina": 70}
N_PAGE = {"nPagina": 2, "nRegPorPagina": 70}
BY_CODE = {"ordenar_por": "CODIGO"}
N_BY_CODE = {"cOrdenarPor": "CODIGO"}
ALL_DAYS = {"dDtIncDe": "01/01/1990", "dDtIncAte": "31/12/2099"}

Ask = Callable[[OmieGateway], Awaitable[object]]


async def sent_by(ask: Ask) -> httpx.Request:
    """The one request that this makes; what comes of it does not matter."""
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(404)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        bench = Bench(DemoOmie(Book()), client, "https://omie.test/api/v1/")
        with pytest.raises(ErpProblem):
            await ask(bench.gateway(70))
    (request,) = sent
    return request


@pytest.mark.parametrize(
    ("ask", "path", "call", "param"),
    [
        (
            lambda erp: erp.clients(2),
            *("geral/clientes", "ListarClientes", {**PAGE, "apenas_importado_api": "N"}),
        ),
        (
            lambda erp: erp.clients(2, CHANGED),
            "geral/clientes",
            "ListarClientes",
            {
                **PAGE,
                "apenas_importado_api": "N",
                "filtrar_por_data_de": "09/03/2026",
                "filtrar_apenas_alteracao": "S",
            },
        ),
        (
            lambda erp: erp.titles(Side.RECEIVABLE, 2),
            *("financas/contareceber", "ListarContasReceber", {**PAGE, **BY_CODE}),
        ),
        (
            lambda erp: erp.titles(Side.PAYABLE, 2, MADE),
            "financas/contapagar",
            "ListarContasPagar",
            {**PAGE, **BY_CODE, "filtrar_por_data_de": "09/03/2026", "filtrar_apenas_inclusao": "S"},
        ),
        (
            lambda erp: erp.settlements(Side.RECEIVABLE, 2),
            "financas/pesquisartitulos",
            "PesquisarLancamentos",
            {**N_PAGE, **N_BY_CODE, "cNatureza": "R", **ALL_DAYS},
        ),
        (
            lambda erp: erp.settlements(Side.PAYABLE, 2, CHANGED),
            "financas/pesquisartitulos",
            "PesquisarLancamentos",
            {**N_PAGE, **N_BY_CODE, "cNatureza": "P", "dDtAltDe": "09/03/2026", "dDtAltAte": "31/12/2099"},
        ),
        (
            lambda erp: erp.settlements(Side.RECEIVABLE, 2, MADE),
            "financas/pesquisartitulos",
            "PesquisarLancamentos",
            {**N_PAGE, **N_BY_CODE, "cNatureza": "R", "dDtIncDe": "09/03/2026", "dDtIncAte": "31/12/2099"},
        ),
        (lambda erp: erp.register(Entity.CATEGORY, 2), "geral/categorias", "ListarCategorias", PAGE),
        (lambda erp: erp.register(Entity.DEPARTMENT, 2), "geral/departamentos", "ListarDepartamentos", PAGE),
        (lambda erp: erp.register(Entity.ACCOUNT, 2), "geral/contacorrente", "ListarContasCorrentes", PAGE),
        (
            lambda erp: erp.register(Entity.DOCUMENT_TYPE, 1),
            *("geral/tiposdoc", "PesquisarTipoDocumento", {"codigo": ""}),
        ),
        (
            lambda erp: erp.client("7410258963"),
            *("geral/clientes", "ConsultarCliente", {"codigo_cliente_omie": 7410258963}),
        ),
        (
            lambda erp: erp.title(Side.RECEIVABLE, "8520147852"),
            *("financas/contareceber", "ConsultarContaReceber", {"codigo_lancamento_omie": 8520147852}),
        ),
        (
            lambda erp: erp.title(Side.PAYABLE, "8520147852"),
            *("financas/contapagar", "ConsultarContaPagar", {"codigo_lancamento_omie": 8520147852}),
        ),
        (
            lambda erp: erp.settlement(Side.PAYABLE, "8520147852"),
            "financas/pesquisartitulos",
            "PesquisarLancamentos",
            {
                "nPagina": 1,
                "nRegPorPagina": 70,
                "nCodTitulo": 8520147852,
                "cNatureza": "P",
                **ALL_DAYS,
            },
        ),
    ],
)
async def test_requests(ask: Ask, path: str, call: str, param: dict[str, Any]) -> None:
    request = await sent_by(ask)
    assert (request.method, str(request.url)) == ("POST", f"https://omie.test/api/v1/{path}/")
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.content) == {
        "call": call,
        "app_key": DEMO_CREDENTIALS.app_key,
        "app_secret": DEMO_CREDENTIALS.app_secret,
        "param": [param],
    }


async def test_what_is_not_worth_asking() -> None:
    def never(_request: httpx.Request) -> httpx.Response:
        raise AssertionError("nothing was to be sent")

    async with httpx.AsyncClient(transport=httpx.MockTransport(never)) as client:
        erp = Bench(DemoOmie(Book()), client, "https://omie.test/api/v1").gateway()
        beyond = await erp.register(Entity.DOCUMENT_TYPE, 2)
        assert (beyond.number, beyond.last, list(beyond.items)) == (2, 1, [])
        for nonsense in ("", "abc", "-1", "1.5", "²"):
            with pytest.raises(ErpBroken):
                await erp.client(nonsense)
        with pytest.raises(ErpBroken):
            await erp.register(Entity.CLIENT, 1)
