"""Books that live: every change says when it happened, and leaves the traces that Omie leaves."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple, TypeVar

from adapters.omie.demo.records import CANCELLED, DemoClient, DemoEntry, DemoReceipt, DemoTitle
from ports.calendar import local_day
from ports.erp import Entity, Side
from ports.money import ZERO

_FIRST_RECEIPT = 9630250001
_PAID = {Side.RECEIVABLE: "RECEBIDO", Side.PAYABLE: "PAGO"}


T = TypeVar("T", DemoClient, DemoTitle)


class Deed(Enum):
    """What Omie tells its webhooks of."""

    CREATED = "Incluido"
    CHANGED = "Alterado"
    DELETED = "Excluido"
    SETTLED = "BaixaRealizada"
    UNSETTLED = "BaixaCancelada"


class Change(NamedTuple):
    deed: Deed
    record: DemoClient | DemoTitle
    """After the change; before it, when it was deleted."""
    receipt: DemoReceipt | None = None


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Ledger:
    """To be changed by its methods alone. `at` is the moment of the change (aware), None: now."""

    clients: dict[int, DemoClient] = field(default_factory=dict)
    titles: dict[int, DemoTitle] = field(default_factory=dict)
    """Receivables, by Omie's code."""
    payables: dict[int, DemoTitle] = field(default_factory=dict)
    registers: dict[Entity, dict[str, DemoEntry]] = field(default_factory=dict)
    now: Callable[[], datetime] = _now
    version: int = 0
    """Grows with every change."""
    receipts_made: int = 0
    happened: deque[Change] = field(default_factory=deque)
    """Changes that no webhook has told yet."""
    _remembered: dict[str, tuple[int, Any]] = field(default_factory=dict, compare=False, repr=False)

    def remembered(self, key: str, make: Callable[[], Any]) -> Any:
        """What `make` makes, until the next change: a listing is asked for page by page."""
        made_at, made = self._remembered.get(key, (-1, None))
        if made_at != self.version:
            made = make()
            self._remembered[key] = (self.version, made)
        return made

    def of_side(self, side: Side) -> dict[int, DemoTitle]:
        return self.titles if side is Side.RECEIVABLE else self.payables

    def title(self, code: int) -> DemoTitle:
        return self.titles.get(code) or self.payables[code]

    def add_client(self, client: DemoClient, at: datetime | None = None) -> None:
        """A new one, or in the place of the one with its code."""
        known = self.clients.get(client.code)
        self.clients[client.code] = kept = _stamped(client, known, at or self.now())
        self._tell(Change(Deed.CHANGED if known else Deed.CREATED, kept))

    def change_client(self, code: int, at: datetime | None = None, **changes: Any) -> None:
        self.add_client(replace(self.clients[code], **changes), at)

    def remove_client(self, code: int) -> None:
        self._tell(Change(Deed.DELETED, self.clients.pop(code)))

    def add_title(self, title: DemoTitle, at: datetime | None = None) -> None:
        """A new one, or in the place of the one with its code."""
        known = self.of_side(title.side).get(title.code)
        kept = self._keep(title, known, at)
        self._tell(Change(Deed.CHANGED if known else Deed.CREATED, kept))

    def change_title(self, code: int, at: datetime | None = None, **changes: Any) -> None:
        self.add_title(replace(self.title(code), **changes), at)

    def cancel_title(self, code: int, at: datetime | None = None) -> None:
        """Like Omie: it stays, with its full amount."""
        self.change_title(code, at, status=CANCELLED)

    def remove_title(self, code: int) -> None:
        """Like Omie: it is simply gone."""
        self._tell(Change(Deed.DELETED, self.of_side(self.title(code).side).pop(code)))

    def settle_title(
        self,
        code: int,
        amount: Decimal | None = None,
        at: datetime | None = None,
        *,
        discount: Decimal = ZERO,
        interest: Decimal = ZERO,
        fine: Decimal = ZERO,
    ) -> DemoReceipt:
        """Receive or pay what is open, or a part of it. Like Omie: a part leaves the status as it is."""
        title, moment = self.title(code), at or self.now()
        receipt = DemoReceipt(
            code=self.next_receipt(),
            on=local_day(moment),
            amount=title.open if amount is None else amount,
            discount=discount,
            interest=interest,
            fine=fine,
        )
        paid = replace(title, receipts=(*title.receipts, receipt))
        if paid.open <= 0:
            paid = replace(paid, status=_PAID[title.side])
        self._tell(Change(Deed.SETTLED, self._keep(paid, title, moment), receipt))
        return receipt

    def unsettle_title(self, code: int, receipt_code: int, at: datetime | None = None) -> None:
        """Take a receipt back."""
        title, moment = self.title(code), at or self.now()
        receipt = next(one for one in title.receipts if one.code == receipt_code)
        left = tuple(one for one in title.receipts if one is not receipt)
        opened = replace(title, receipts=left, status=_open_status(title, local_day(moment)))
        self._tell(Change(Deed.UNSETTLED, self._keep(opened, title, moment), receipt))

    def turn_calendar(self, today: date) -> None:
        """Statuses of open titles as of that day. Like Omie: nobody altered them."""
        for title in [*self.titles.values(), *self.payables.values()]:
            if not title.settled and title.status != CANCELLED:
                self.of_side(title.side)[title.code] = replace(title, status=_open_status(title, today))
        self.version += 1

    def put_entry(self, kind: Entity, entry: DemoEntry) -> None:
        self.registers.setdefault(kind, {})[entry.code] = entry
        self.version += 1

    def remove_entry(self, kind: Entity, code: str) -> None:
        del self.registers[kind][code]
        self.version += 1

    def next_receipt(self) -> int:
        self.receipts_made += 1
        return _FIRST_RECEIPT + 2 * self.receipts_made

    def _keep(self, title: DemoTitle, known: DemoTitle | None, at: datetime | None) -> DemoTitle:
        kept = _stamped(title, known, at or self.now())
        self.of_side(title.side)[title.code] = kept
        return kept

    def _tell(self, change: Change) -> None:
        self.version += 1
        self.happened.append(change)


def _stamped(record: T, known: T | None, at: datetime) -> T:
    if known is None:
        return replace(record, created_at=at, altered_at=None)
    return replace(record, created_at=known.created_at, altered_at=at)


def _open_status(title: DemoTitle, today: date) -> str:
    if title.due_on is None or title.due_on > today:
        return "A VENCER"
    return "VENCE HOJE" if title.due_on == today else "ATRASADO"
