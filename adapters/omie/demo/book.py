"""The demo's books: clients, titles and contracts made by rule from the accounts, the same on every run."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Self

from adapters.omie.demo.accounts import ACCOUNTS, FIRST_MONTH, LAST_MONTH, Account
from adapters.omie.demo.ledger import Ledger
from adapters.omie.demo.records import CANCELLED, DemoClient, DemoContract, DemoReceipt, DemoTitle
from adapters.omie.demo.supplies import ENTRIES, SUPPLIES, Supply
from ports.calendar import SAO_PAULO, Period, local_day
from ports.erp import Side
from ports.money import CENT

_FIRST_CLIENT = 7410250001
_FIRST_TITLE = 8520140001
_FIRST_PAYABLE = 9517530001
_MONTHS = {"MONTHLY": 1, "QUARTERLY": 3, "YEARLY": 12}
_WITHHELD = {
    "pis": Decimal("0.0065"),
    "cofins": Decimal("0.03"),
    "csll": Decimal("0.01"),
    "ir": Decimal("0.015"),
}
_LAST_DUE_DAY_IN_ADVANCE = 5
"""Who pays in the first days gets next month's title ahead of time."""
_MORNING, _EVENING = time(0, 5, 11), time(0, 20, 3)
"""When things are typed in; early, so that it has happened whenever somebody looks."""


@dataclass(slots=True)
class Book(Ledger):
    """Changeable while it is being served."""

    contracts: list[DemoContract] = field(default_factory=list)

    @classmethod
    def of(cls, anchor: Period | None = None) -> Self:
        """The books as they stand in the month `anchor`; None: the month it is in Sao Paulo."""
        book = cls()
        _fill(book, anchor or Period.of(local_day(datetime.now(UTC))))
        book.happened.clear()
        return book


def _fill(book: Book, anchor: Period) -> None:
    for kind, entries in ENTRIES.items():
        for entry in entries:
            book.put_entry(kind, entry)
    for position, account in enumerate(ACCOUNTS):
        if account.registered:
            since = _month(anchor, min(account.since, 0)).first_day
            book.add_client(_client(_FIRST_CLIENT + position, account), _moment(since, _MORNING))
        if account.mrr is not None:
            book.contracts.append(_contract(position, account, account.mrr, anchor))
    suppliers = {client.name: client.code for client in book.clients.values()}
    for offset in range(FIRST_MONTH, LAST_MONTH + 1):
        for position, account in enumerate(ACCOUNTS):
            _bill(book, position, account, offset, anchor)
        for supply in SUPPLIES:
            _owe(book, suppliers[supply.supplier], supply, offset, anchor)


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
    title = DemoTitle(
        code=_next_code(book),
        client_code=_FIRST_CLIENT + position,
        amount=amount,
        due_on=month.day(account.due_day),
        issued_on=_issue_day(month, offset),
        status=_status(account.due_day, offset),
        contract=_contract_number(position) if account.mrr is not None and position % 2 else None,
        taxes={tax: amount * rate for tax, rate in _WITHHELD.items()} if account.withholds else {},
    )
    if offset not in account.cancelled:
        _enter(book, title, anchor)
    else:
        _enter(book, replace(title, status=CANCELLED), anchor)
        if account.reissued:
            _enter(book, replace(title, code=_next_code(book)), anchor)
    if offset in account.without_due_date:
        _enter(book, replace(title, code=_next_code(book), due_on=None), anchor)


def _owe(book: Book, client_code: int, supply: Supply, offset: int, anchor: Period) -> None:
    """Bills come with the months; only what is due in the first days of the next one is here already."""
    if offset == LAST_MONTH and supply.due_day > _LAST_DUE_DAY_IN_ADVANCE:
        return
    month = _month(anchor, offset)
    status = _status(supply.due_day, offset)
    title = DemoTitle(
        code=_FIRST_PAYABLE + len(book.payables),
        client_code=client_code,
        side=Side.PAYABLE,
        amount=supply.amount,
        due_on=month.day(supply.due_day),
        issued_on=_issue_day(month, offset),
        status="A VENCER" if status == "A VENCER" else "PAGO",
        category=supply.category,
        department=supply.department,
        document_type=supply.document_type,
        taxes={tax: supply.amount * rate for tax, rate in supply.taxes.items()},
    )
    _enter(book, replace(title, status=CANCELLED) if offset in supply.cancelled else title, anchor)


def _issue_day(month: Period, offset: int) -> date:
    return month.first_day - timedelta(days=20) if offset == LAST_MONTH else month.first_day


def _enter(book: Book, title: DemoTitle, anchor: Period) -> None:
    """As typed in, with what was received or paid of it since: never after the month has begun."""
    made = _moment(min(title.issued_on, anchor.first_day), _MORNING)
    book.add_title(replace(title, receipts=()), made)
    day = min(title.due_on or anchor.first_day, anchor.first_day)
    receipts = tuple(_receipts(book, title, day))
    if receipts or title.status == CANCELLED:
        book.add_title(replace(title, receipts=receipts), _moment(day, _EVENING))


def _receipts(book: Book, title: DemoTitle, day: date) -> Iterator[DemoReceipt]:
    """Some came in two parts, with a discount, or late; of some that are open a part has come."""
    due = replace(title, status="A VENCER").open
    half = (due / 2).quantize(CENT, ROUND_HALF_UP)
    if title.settled:
        for part in (half, due - half) if title.code % 7 == 0 else (due,):
            yield _receipt(book, part, day, title.code)
    elif title.status != CANCELLED and title.code % 9 == 0 and title.due_on and title.due_on > day:
        yield _receipt(book, half, day, 0)


def _receipt(book: Book, amount: Decimal, day: date, kind: int) -> DemoReceipt:
    def share(percent: str, applies: bool) -> Decimal:
        return (amount * Decimal(percent) / 100 * applies).quantize(CENT, ROUND_HALF_UP)

    late = kind % 17 == 1
    return DemoReceipt(
        code=book.next_receipt(),
        on=day,
        amount=amount,
        discount=share("3", kind % 13 == 1),
        interest=share("0.33", late),
        fine=share("2", late),
    )


def _moment(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, SAO_PAULO)


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


def _status(due_day: int, offset: int) -> str:
    if offset < 0:
        return "LIQUIDADO" if due_day == 20 else "RECEBIDO"
    return "RECEBIDO" if offset == 0 and due_day < 10 else "A VENCER"
