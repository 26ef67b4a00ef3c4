"""An ERP that a contract can change from outside, what is put into it, and how it is read."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from ports.erp import Entity, ErpClient, ErpGateway, ErpPage, ErpRegisterEntry, ErpTitle, Receipt, Side
from ports.money import ZERO

T = TypeVar("T")
Read = Callable[[int], Awaitable[ErpPage[T]]]

TODAY = date(2026, 11, 20)
EARLIER = TODAY - timedelta(days=10)


class Living(Protocol):
    """An ERP that can be changed from outside, and the gateway to it, which reads pages of two."""

    @property
    def gateway(self) -> ErpGateway: ...

    def put_client(self, client: ErpClient, on: date) -> None: ...

    def put_title(self, side: Side, title: ErpTitle, on: date) -> None: ...

    def put_entry(self, kind: Entity, entry: ErpRegisterEntry) -> None: ...

    def settle_title(
        self, side: Side, external_id: str, on: date, amount: Decimal | None = None
    ) -> Receipt: ...

    def unsettle_title(self, side: Side, external_id: str, receipt_id: str, on: date) -> None: ...

    def cancel_title(self, side: Side, external_id: str, on: date) -> None: ...

    def remove_client(self, code: str) -> None: ...

    def remove_title(self, side: Side, external_id: str) -> None: ...

    def between_pages(self, change: Callable[[], None]) -> None:
        """Make this change once, after the next answer."""
        ...


def a_client(number: int, **changes: Any) -> ErpClient:
    stated = {
        "code": str(7000 + number),
        "name": f"Padaria {number}",
        "document": f"{number:011}",
        "contact_email": None,
        "active": True,
        "is_customer": True,
    }
    return ErpClient(**{**stated, **changes})


def a_title(number: int, **changes: Any) -> ErpTitle:
    stated = {
        "external_id": str(8000 + number),
        "client_code": "7001",
        "document_number": f"{8000 + number:09}",
        "installment": "001/001",
        "category": "1.01.02",
        "amount": Decimal("100.00") + number,
        "withheld": ZERO,
        "due_on": date(2027, 1, 10),
        "issued_on": EARLIER,
        "registered_on": EARLIER,
        "status": "A VENCER",
        "cancelled": False,
        "settled": False,
    }
    return ErpTitle(**{**stated, **changes})


async def every(read: Read[T]) -> list[T]:
    """All pages, as far as the last one says there are more."""
    found: list[T] = []
    number, last = 0, 1
    while number < last:
        number += 1
        assert number < 50, "pages without an end"
        page = await read(number)
        assert (page.number, list(page.issues)) == (number, [])
        last = page.last
        found += page.items
    return found
