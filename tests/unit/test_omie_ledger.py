"""The demo's books live: what a change leaves behind, and what Omie tells of it."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest

from adapters.omie.demo.app import DEMO_CREDENTIALS
from adapters.omie.demo.book import Book
from adapters.omie.demo.records import DemoClient, DemoTitle
from adapters.omie.demo.shapes import settlement_json, title_json
from adapters.omie.demo.webhooks import told
from ports.calendar import Period
from ports.erp import Side

ANCHOR = Period(2026, 11)
MADE = datetime(2026, 11, 2, 2, 30, 5, tzinfo=UTC)
"""Still the first of November in Sao Paulo."""
LATER = MADE + timedelta(days=3)


def a_title(side: Side = Side.RECEIVABLE, **changes: object) -> DemoTitle:
    title = DemoTitle(
        code=8520147852,
        client_code=1,
        side=side,
        amount=Decimal("1480.50"),
        due_on=date(2026, 11, 5),
        issued_on=date(2026, 11, 1),
        status="A VENCER",
    )
    return replace(title, **changes)  # type: ignore[arg-type]


@pytest.fixture
def book() -> Book:
    book = Book()
    book.add_client(DemoClient(code=1, name="Padaria São João", document="11222333000181"), MADE)
    book.add_title(a_title(), MADE)
    book.happened.clear()
    return book


def test_what_is_made_and_what_is_altered(book: Book) -> None:
    assert title_json(book.title(8520147852))["info"] == {
        "cImpAPI": "N",
        "dAlt": "01/11/2026",
        "dInc": "01/11/2026",
        "hAlt": "23:30:05",
        "hInc": "23:30:05",
        "uAlt": "P000991234",
        "uInc": "P000991234",
    }
    assert book.title(8520147852).altered_at is None
    book.change_title(8520147852, LATER, category="1.01.01")
    book.change_client(1, LATER, active=False)
    title, client = book.title(8520147852), book.clients[1]
    assert [(one.created_at, one.altered_at) for one in (title, client)] == [(MADE, LATER)] * 2
    assert (title.category, client.active) == ("1.01.01", False)


@pytest.mark.parametrize(("side", "paid"), [(Side.RECEIVABLE, "RECEBIDO"), (Side.PAYABLE, "PAGO")])
def test_settled_in_two_parts(side: Side, paid: str) -> None:
    book = Book()
    book.add_title(a_title(side, taxes={"iss": Decimal("80.504")}), MADE)
    book.settle_title(8520147852, Decimal("400.00"), LATER, discount=Decimal("10.00"))
    assert (book.title(8520147852).status, book.title(8520147852).open) == ("A VENCER", Decimal("1000.00"))
    rest = book.settle_title(8520147852, at=LATER, interest=Decimal("3.00"), fine=Decimal("2.00"))
    title = book.title(8520147852)
    assert (title.status, title.open, title.altered_at) == (paid, Decimal("0.00"), LATER)
    assert settlement_json(title, None)["resumo"] == {
        "cLiquidado": "S",
        "nDesconto": Decimal("10.00"),
        "nJuros": Decimal("3.00"),
        "nMulta": Decimal("2.00"),
        "nValAberto": Decimal("0.00"),
        "nValLiquido": Decimal("1395.00"),
        "nValPago": Decimal("1400.00"),
    }
    book.unsettle_title(8520147852, rest.code, LATER)
    reopened = book.title(8520147852)
    assert (reopened.status, reopened.open) == ("A VENCER", Decimal("1000.00"))


def test_the_calendar_alters_nothing(book: Book) -> None:
    book.add_title(a_title(code=2, status="CANCELADO"), MADE)
    stamps = [title.altered_at for title in book.titles.values()]
    seen = []
    for day in (4, 5, 6):
        book.turn_calendar(date(2026, 11, day))
        seen.append([title.status for title in book.titles.values()])
    assert seen == [[status, "CANCELADO"] for status in ("A VENCER", "VENCE HOJE", "ATRASADO")]
    assert [title.altered_at for title in book.titles.values()] == stamps


def test_every_change_is_told(book: Book) -> None:
    book.add_title(a_title(Side.PAYABLE, code=7), LATER)
    book.cancel_title(7, LATER)
    receipt = book.settle_title(8520147852, Decimal("500.00"), LATER)
    book.unsettle_title(8520147852, receipt.code, LATER)
    book.remove_title(7)
    book.change_client(1, LATER, email="a@b.br")
    book.remove_client(1)
    messages = [told(change, DEMO_CREDENTIALS) for change in book.happened]
    assert [message["topic"] for message in messages] == [
        "Financas.ContaPagar.Incluido",
        "Financas.ContaPagar.Alterado",
        "Financas.ContaReceber.BaixaRealizada",
        "Financas.ContaReceber.BaixaCancelada",
        "Financas.ContaPagar.Excluido",
        "ClienteFornecedor.Alterado",
        "ClienteFornecedor.Excluido",
    ]
    assert len({message["messageId"] for message in messages}) == len(messages)
    assert {message["appKey"] for message in messages} == {DEMO_CREDENTIALS.app_key}
    whole = msgspec.json.Encoder(decimal_format="number").encode(messages)
    assert DEMO_CREDENTIALS.app_secret.encode() not in whole
    made, _, settled, _, deleted, client, gone = msgspec.json.decode(whole)
    assert (made["event"]["data_vencimento"], made["event"]["situacao"]) == (
        "2026-11-05T00:00:00-03:00", "A vencer"
    )  # fmt: skip
    (received,) = settled["event"]
    assert (received["codigo_baixa"], received["valor"]) == (receipt.code, 500.0)
    assert [one["codigo_lancamento_omie"] for one in received["conta_a_receber"]] == [8520147852]
    assert (deleted["event"]["codigo_lancamento_omie"], deleted["event"]["valor_documento"]) == (7, 0)
    assert client["event"]["cnpj_cpf"] == "11.222.333/0001-81"
    assert gone["event"]["codigo_cliente_omie"] == 1


def test_what_the_demo_has_received_and_paid() -> None:
    book = Book.of(ANCHOR)
    assert not book.happened
    titles = [*book.titles.values(), *book.payables.values()]
    assert all(title.receipts for title in titles if title.settled)
    assert not [title for title in titles if title.status == "CANCELADO" and title.receipts]
    partly = [title for title in titles if title.receipts and not title.settled]
    assert len(partly) >= 2
    assert all(0 < title.open < title.amount for title in partly)
    receipts = [receipt for title in titles for receipt in title.receipts]
    assert len({receipt.code for receipt in receipts}) == len(receipts)
    kinds = Counter(
        kind for one in receipts for kind in ("discount", "interest", "fine") if getattr(one, kind)
    )
    assert min(kinds[kind] for kind in ("discount", "interest", "fine")) >= 2
    assert [title for title in titles if len(title.receipts) == 2]
    assert [title for title in book.payables.values() if title.taxes]
    past = datetime(2026, 11, 1, 4, tzinfo=UTC)
    assert max(max(one.created_at, one.altered_at or one.created_at) for one in titles) < past
    assert all(one.altered_at is None or one.altered_at > one.created_at for one in titles)
    for title in titles:
        if title.settled:
            assert title.paid == replace(title, status="", receipts=()).open


def test_titles_refer_to_registers_that_are_there() -> None:
    book = Book.of(ANCHOR)
    names = {kind.value: set(entries) for kind, entries in book.registers.items()}
    for title in [*book.titles.values(), *book.payables.values()]:
        assert title.category in names["category"]
        assert title.department in names["department"]
        assert title.document_type in names["document_type"]
    suppliers = {code for code, client in book.clients.items() if "Cliente" not in client.tags}
    assert {title.client_code for title in book.payables.values()} <= suppliers
