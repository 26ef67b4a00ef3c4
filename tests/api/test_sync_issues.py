"""A record of the ERP that cannot be kept costs itself, and is said to people; the others are kept."""

from decimal import Decimal
from typing import Any

import pytest

from adapters.omie.demo.book import Book
from adapters.omie.demo.records import DemoClient, DemoTitle
from ports.calendar import Period, local_day
from tests.api.syncing import reasons, synced
from tests.running import Api, TestClock

MONTH = Period.of(local_day(TestClock().now()))
GENUINE = "11222333000181"
CLIENTS = "{ clients(first: 1000) { nodes { omieCodigos } } }"


def title(code: int, client_code: int, **fields: Any) -> DemoTitle:
    whole: dict[str, Any] = {
        "amount": Decimal("10.00"),
        "due_on": MONTH.last_day,
        "issued_on": MONTH.first_day,
        "status": "A VENCER",
    }
    return DemoTitle(code=code, client_code=client_code, **whole | fields)


@pytest.fixture
def faulty(demo: tuple[Api, Book]) -> tuple[Api, Book]:
    """Books with one sound client and title, and one of every fault beside them."""
    _, book = demo
    book.clients.clear()
    book.titles.clear()
    book.payables.clear()
    for code, document, name in (
        (1, GENUINE, "Sã Ltda"),
        (2, GENUINE, "Outra Ltda"),
        (3, "11222333000182", "Dígito Ltda"),
        (4, "123", "Curta Ltda"),
        (5, "", ""),
        (6, "", "Sem Documento"),
    ):
        book.add_client(DemoClient(code=code, name=name, document=document))
    book.add_title(title(101, 1))
    book.add_title(title(102, 1, due_on=None))
    book.add_title(title(103, 1, amount=Decimal("-1.00")))
    book.add_title(title(104, 1, amount=Decimal("1E+20")))
    book.add_title(title(105, 0))
    return demo


TEXTS: dict[str, dict[str, str]] = {
    "en": {
        "2": "The document is that of the client with code 1. If it is the same company, give that client code 2 "
        "too, with linkClient.",
        "3": "Not a valid CPF or CNPJ: 11222333000182.",
        "4": "Not a valid CPF or CNPJ: 123.",
        "5": "It has no name.",
        "102": "The title has no due date.",
        "103": "The amount is unreadable or negative.",
        "104": "The amount is unreadable or negative.",
        "105": "The title names no client.",
    },
    "pt-BR": {
        "2": "O documento é do cliente de código 1. Se for a mesma empresa, dê a esse cliente também o código 2, "
        "com linkClient.",
        "3": "CPF ou CNPJ inválido: 11222333000182.",
        "4": "CPF ou CNPJ inválido: 123.",
        "5": "Sem nome nem razão social.",
        "102": "Título sem vencimento.",
        "103": "Valor ilegível ou negativo.",
        "104": "Valor ilegível ou negativo.",
        "105": "Título sem cliente.",
    },
}


@pytest.mark.parametrize("language", TEXTS)
async def test_each_fault_has_its_reason_and_the_rest_is_kept(
    faulty: tuple[Api, Book], language: str
) -> None:
    api, _ = faulty
    run = await synced(api, language=language)
    assert reasons(run) == TEXTS[language]
    assert (run["clientsCreated"], run["receivablesCreated"]) == (2, 1)
    kept = {
        code for client in (await api.data(CLIENTS))["clients"]["nodes"] for code in client["omieCodigos"]
    }
    assert kept == {"1", "6"}


async def test_a_record_that_was_mended_is_kept_by_the_next_run(faulty: tuple[Api, Book]) -> None:
    api, book = faulty
    await synced(api)
    book.change_client(2, document="11444777000161")
    book.change_client(3, document="")
    book.change_title(102, due_on=MONTH.last_day)
    book.change_title(103, amount=Decimal("1.00"))
    run = await synced(api, "INCREMENTAL")
    assert not reasons(run).keys() & {"2", "3", "102", "103"}
    assert (run["clientsCreated"], run["receivablesCreated"]) == (2, 2)
