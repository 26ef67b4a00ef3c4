"""The demo Omie: its answers and its books."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import httpx
import pytest
from validate_docbr import CNPJ, CPF

from adapters.omie.demo.app import DEMO_CREDENTIALS, DemoOmie
from adapters.omie.demo.book import Book
from adapters.omie.demo.police import Asked
from ports.calendar import Period

ANCHOR = Period(2026, 11)


@pytest.fixture
def demo() -> DemoOmie:
    return DemoOmie(Book.of(ANCHOR))


async def post(
    demo: DemoOmie, call: str, param: Mapping[str, object], path: str = "geral/clientes"
) -> httpx.Response:
    envelope = {
        "call": call,
        "app_key": DEMO_CREDENTIALS.app_key,
        "app_secret": DEMO_CREDENTIALS.app_secret,
        "param": [param],
    }
    async with httpx.AsyncClient(transport=httpx.ASGITransport(demo.app)) as client:
        return await client.post(f"http://demo/api/v1/{path}/", json=envelope)


async def test_answers_look_like_omies(demo: DemoOmie) -> None:
    answer = await post(demo, "ListarContasReceber", {"registros_por_pagina": 500}, "financas/contareceber")
    assert answer.headers["content-type"] == "application/json; encoding=UTF-8"
    assert answer.content.isascii()
    got = answer.json()
    assert (got["registros"], got["total_de_registros"]) == (100, len(demo.book.titles))
    assert b'"valor_documento":1480.50' in answer.content
    assert got["conta_receber_cadastro"][0]["data_vencimento"] == "05/11/2025"


@pytest.mark.parametrize(
    ("call", "param", "status", "said"),
    [
        ("ListarClientes", {"pagina": 9}, 500, "SOAP-ENV:Client-5113"),
        ("ListarClientes", {"apenas_importado_api": "S"}, 500, "SOAP-ENV:Client-5113"),
        ("ListarClientes", {"filtro": 1}, 500, "Tag [FILTRO]"),
        ("ListarTudo", {}, 200, 'Method "ListarTudo" not exists'),
        ("ListarClientes", {"pagina": "one"}, 500, "SOAP-ENV:Client-3102"),
        ("ListarClientes", {"filtrar_por_data_de": "2026-11-01"}, 500, "SOAP-ENV:Client-3102"),
        ("ListarClientes", {"filtrar_por_data_de": "31/02/2026"}, 500, "SOAP-ENV:Client-3102"),
        ("ConsultarCliente", {"codigo_cliente_omie": 1}, 500, "Cliente não cadastrado para o Código [1] !"),
    ],
)
async def test_refusals(demo: DemoOmie, call: str, param: dict[str, object], status: int, said: str) -> None:
    answer = await post(demo, call, param)
    assert answer.status_code == status
    assert said in " ".join(str(value) for value in answer.json().values())


async def test_tells_its_counters(demo: DemoOmie) -> None:
    await post(demo, "ListarClientes", {})
    await post(demo, "ListarClientes", {})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(demo.app)) as client:
        told = (await client.get("http://demo/counters")).json()
    assert (told["requests"], told["redundant"], told["violations"]) == ({"ListarClientes": 2}, 1, 0)


async def test_the_rate_limit_has_a_shape_of_its_own(demo: DemoOmie) -> None:
    for page in range(240):
        demo.police.enter(request := Asked(DEMO_CREDENTIALS, "ListarClientes", str(page)))
        demo.police.leave(request, faulty=False)
    answer = await post(demo, "ListarClientes", {})
    assert (answer.status_code, answer.json()) == (
        429,
        {"error_code": 429, "error_message": "Too Many Requests"},
    )


async def test_no_json(demo: DemoOmie) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(demo.app)) as client:
        answer = await client.post("http://demo/api/v1/geral/clientes/", content=b"[")
    assert answer.status_code == 500
    assert "SyntaxError" in json.loads(answer.content)["faultstring"]


def test_the_books_are_the_same_on_every_run() -> None:
    book, again = Book.of(ANCHOR), Book.of(ANCHOR)
    assert book == again
    assert (len(book.clients), len(book.titles), len(book.payables)) == (47, 310, 67)
    months = Counter(Period.of(title.due_on) for title in book.titles.values() if title.due_on)
    assert (min(months), max(months), len(months)) == (Period(2025, 11), Period(2026, 12), 14)
    assert Book.of()


async def test_the_books_may_change_while_they_are_served(demo: DemoOmie) -> None:
    first = next(iter(demo.book.clients.values()))
    demo.book.remove_client(first.code)
    assert (await post(demo, "ListarClientes", {"pagina": 1})).json()["total_de_registros"] == 46
    demo.book.add_client(first)
    changed = (await post(demo, "ListarClientes", {"registros_por_pagina": 1})).json()
    assert changed["clientes_cadastro"][0]["razao_social"] == first.name


def test_one_document_is_wrong_and_one_has_letters() -> None:
    documents = [client.document for client in Book.of(ANCHOR).clients.values() if client.document]
    genuine = [(CNPJ() if len(one) == 14 else CPF()).validate(one) for one in documents]
    assert [one for one, good in zip(documents, genuine, strict=True) if not good] == ["90130003000100"]
    assert [one for one in documents if not one.isdigit()] == ["12ABC345000188"]


def test_what_the_contracts_ask_and_what_is_billed() -> None:
    book = Book.of(ANCHOR)
    names = {client.code: client.name for client in book.clients.values()}
    billed: Counter[str] = Counter()
    for title in book.titles.values():
        if title.due_on and Period.of(title.due_on) == ANCHOR and title.status != "CANCELADO":
            billed[names.get(title.client_code, "")] += int(title.amount * 100)
    contracts = [
        one for one in book.contracts if one.cadence == "MONTHLY" and in_force(one.starts_on, one.ends_on)
    ]
    agreed = Counter({one.client_name: int(one.mrr * 100) for one in contracts})
    apart = {name for name in agreed if agreed[name] != billed[name]}
    assert len(agreed) - len(apart) >= 20
    assert apart == {
        "Sem Reajuste Segurança Ltda",
        "Grupo União Participações S.A.",
        "Metalúrgica Aço Forte Ltda",
        "Restaurante Sabor à Mesa Ltda",
        "Livraria Página Solta Ltda",
        "Oficina Cancelada Ltda",
        "Ausente Logística Ltda",
    }
    assert {name for name in billed if name not in agreed} == {
        "",
        "Associação Cultural Açaí",
        "Grupo União (filial Sul)",
        "Overseas Holding Inc.",
        "Mercearia Dígito Trocado Ltda",
        "Esquecida Serviços Ltda",
        "Avulsa Eventos Ltda",
    }


def in_force(starts_on: date, ends_on: date | None) -> bool:
    return starts_on <= ANCHOR.last_day and (ends_on is None or ends_on >= ANCHOR.first_day)


def test_the_first_month_by_days() -> None:
    book = Book.of(ANCHOR)
    code = next(client.code for client in book.clients.values() if client.name.startswith("Vinícola"))
    amounts = [title.amount for title in book.titles.values() if title.client_code == code]
    assert amounts == [Decimal("1280.00"), *[Decimal("2480.00")] * 3]
