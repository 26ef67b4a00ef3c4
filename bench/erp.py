"""A demo Omie with many records, as a process: `python -m bench.erp PORT WINDOW LATENCY CLIENTS TITLES`."""

import sys
import time
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from statistics import fmean

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from adapters.omie.demo.app import DEMO_CREDENTIALS, DemoOmie
from adapters.omie.demo.book import Book
from adapters.omie.demo.documents import cnpj
from adapters.omie.demo.police import Asked, Police, Refusal
from adapters.omie.demo.records import DemoClient, DemoReceipt, DemoTitle

FIRST_CLIENT, FIRST_TITLE = 7_410_250_001, 8_520_140_001
FIRST_DAY = date(2024, 1, 10)


def a_book(clients: int, titles: int) -> Book:
    """Every other title is received."""
    book = Book()
    for number in range(clients):
        book.add_client(
            DemoClient(
                code=FIRST_CLIENT + number,
                name=f"Cliente {number} Ltda",
                document=cnpj(f"{10_000_000 + number}"),
                email=f"financeiro{number}@exemplo.com.br",
            )
        )
    for number in range(titles):
        due, amount = FIRST_DAY + timedelta(number % 1000), Decimal(10_000 + number) / 100
        receipt = DemoReceipt(code=book.next_receipt(), on=due, amount=amount)
        book.add_title(
            DemoTitle(
                code=FIRST_TITLE + number,
                client_code=FIRST_CLIENT + number % max(clients, 1),
                amount=amount,
                due_on=due,
                issued_on=due - timedelta(20),
                status="RECEBIDO" if number % 2 else "A VENCER",
                receipts=(receipt,) if number % 2 else (),
            )
        )
    # Nobody is told of them by webhooks.
    book.happened.clear()
    return book


class Stopwatch(Police):
    """Notes from when to when each request was here."""

    def __init__(self, window: float) -> None:
        super().__init__(DEMO_CREDENTIALS, window)
        self._entered: dict[int, float] = {}
        self._stays = defaultdict[str, list[tuple[float, float]]](list)

    def enter(self, asked: Asked) -> Refusal | None:
        self._entered[id(asked)] = time.monotonic()
        return super().enter(asked)

    def leave(self, asked: Asked, *, faulty: bool) -> None:
        self._stays[asked.method].append((self._entered.pop(id(asked)), time.monotonic()))
        super().leave(asked, faulty=faulty)

    def pace(self) -> dict[str, dict[str, float]]:
        """Of each method: the mean seconds of an answer, and those from the first answer to the last."""
        return {
            method: {
                "answer": fmean(out - into for into, out in stays),
                "seconds": stays[-1][1] - stays[0][1],
            }
            for method, stays in self._stays.items()
        }


def main(port: str, window: str, latency: str, clients: str, titles: str) -> None:
    demo = DemoOmie(a_book(int(clients), int(titles)))
    demo.police = stopwatch = Stopwatch(float(window))
    demo.latency = float(latency)

    def tell(_request: Request) -> JSONResponse:
        return JSONResponse(stopwatch.pace())

    app = Starlette(routes=[Route("/pace", tell), Mount("/", demo.app)])
    uvicorn.run(app, port=int(port), log_config=None, lifespan="off")


if __name__ == "__main__":
    main(*sys.argv[1:])
