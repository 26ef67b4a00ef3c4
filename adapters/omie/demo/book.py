"""The demo's books: clients, titles and contracts made by rule from the accounts, the same on every run."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Self

from adapters.omie.demo.accounts import ACCOUNTS, FIRST_MONTH, LAST_MONTH, Account
from adapters.omie.demo.records import DemoClient, DemoContract, DemoTitle
from ports.calendar import Period, local_day
from ports.money import CENT

_FIRST_CLIENT = 7410250001
_FIRST_TITLE = 8520140001
_MONTHS = {"MONTHLY": 1, "QUARTERLY": 3, "YEARLY": 12}
_WITHHELD = {
    "pis": Decimal("0.0065"),
    "cofins": Decimal("0.03"),
    "csll": Decimal("0.01"),
    "ir": Decimal("0.015"),
}
_LAST_DUE_DAY_IN_ADVANCE = 5
"""Who pays in the first days gets next month's title ahead of time."""


@dataclass(slots=True)
class Book:
    """Changeable while it is being served. `clients` and `titles` are keyed by Omie's code."""

    clients: dict[int, DemoClient] = field(default_factory=dict)
    titles: dict[int, DemoTitle] = field(default_factory=dict)
    contracts: list[DemoContract] = field(default_factory=list)

    @classmethod
    def of(cls, anchor: Period | None = None) -> Self:
        """The books as they stand in the month `anchor`; None: the month it is in Sao Paulo."""
        book = cls()
        _fill(book, anchor or Period.of(local_day(datetime.now(UTC))))
        return book

    def add_client(self, client: DemoClient) -> None:
        self.clients[client.code] = client

    def remove_client(self, code: int) -> None:
        del self.clients[code]

    def add_title(self, title: DemoTitle) -> None:
        self.titles[title.code] = title

    def remove_title(self, code: int) -> None:
        """Like Omie: it is simply gone."""
        del self.titles[code]

    def cancel_title(self, code: int) -> None:
        """Like Omie: it stays, with its full amount."""
        self.titles[code] = replace(self.titles[code], status="CANCELADO")


def _fill(book: Book, anchor: Period) -> None:
    for position, account in enumerate(ACCOUNTS):
        if account.registered:
            book.add_client(_client(_FIRST_CLIENT + position, account))
        if account.mrr is not None:
            book.contracts.append(_contract(position, account, account.mrr, anchor))
    for offset in range(FIRST_MONTH, LAST_MONTH + 1):
        for position, account in enumerate(ACCOUNTS):
            _bill(book, position, account, offset, anchor)


def _client(code: int, account: Account) -> DemoClient:
    mailbox = f"financeiro{code % 1000}@exemplo.com.br"
    return DemoClient(
        code=code,
        name=account.name,
        document=account.document,
        email=f"{mailbox}, copia@exemplo.com.br" if code % 3 == 0 else mailbox,
        tags=account.tags,
        active=account.active,
    )


def _contract(position: int, account: Account, mrr: Decimal, anchor: Period) -> DemoContract:
    first = _month(anchor, account.since)
    return DemoContract(
        external_id=_contract_number(position),
        client_document=account.document,
        client_name=account.name,
        title=f"Assinatura {account.name}",
        mrr=mrr,
        starts_on=first.day(account.first_day),
        ends_on=None if account.until is None else _month(anchor, account.until).last_day,
        cadence=account.cadence,
        pro_rata=account.pro_rata,
        billing_day=account.due_day,
    )


def _contract_number(position: int) -> str:
    return f"CTR-{position + 1:03}"


def _month(anchor: Period, offset: int) -> Period:
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + offset, 12)
    return Period(year, month + 1)


def _bill(book: Book, position: int, account: Account, offset: int, anchor: Period) -> None:
    month = _month(anchor, offset)
    amount = account.billed.get(offset, _agreed(account, offset, month))
    if not amount:
        return
    client_code = _FIRST_CLIENT + position
    title = DemoTitle(
        code=_next_code(book),
        client_code=client_code,
        amount=amount,
        due_on=month.day(account.due_day),
        issued_on=month.first_day - timedelta(days=20) if offset == LAST_MONTH else month.first_day,
        status=_status(account, offset),
        contract=_contract_number(position) if account.mrr is not None and position % 2 else None,
        taxes={tax: amount * rate for tax, rate in _WITHHELD.items()} if account.withholds else {},
    )
    book.add_title(title)
    if offset in account.cancelled:
        book.cancel_title(title.code)
        if account.reissued:
            book.add_title(replace(title, code=_next_code(book)))
    if offset in account.without_due_date:
        book.add_title(replace(title, code=_next_code(book), due_on=None))


def _next_code(book: Book) -> int:
    return _FIRST_TITLE + len(book.titles)


def _agreed(account: Account, offset: int, month: Period) -> Decimal:
    """What the contract says is to be billed in that month."""
    since = offset - account.since
    over = account.until is not None and offset > account.until
    if account.mrr is None or since < 0 or over or since % _MONTHS[account.cadence]:
        return Decimal(0)
    if offset == LAST_MONTH and account.due_day > _LAST_DUE_DAY_IN_ADVANCE:
        return Decimal(0)
    if since == 0 and account.pro_rata:
        days = month.days - account.first_day + 1
        return (account.mrr * days / month.days).quantize(CENT, ROUND_HALF_UP)
    return account.mrr * _MONTHS[account.cadence]


def _status(account: Account, offset: int) -> str:
    if offset < 0:
        return "LIQUIDADO" if account.due_day == 20 else "RECEBIDO"
    return "RECEBIDO" if offset == 0 and account.due_day < 10 else "A VENCER"
