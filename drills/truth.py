"""What the demo's books state, and what the mirror holds of it: every column that the ERP has a word in."""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeAlias

from adapters.documents import DocbrRules
from adapters.omie.demo.book import Book
from adapters.omie.demo.records import CANCELLED, DemoClient, DemoTitle
from ports.erp import Entity, Side
from ports.money import CENT, ZERO
from ports.registers import ReferenceKind

Row: TypeAlias = tuple[Any, ...]
Rows: TypeAlias = Callable[[str], Awaitable[list[Row]]]

_TITLES = """
    SELECT external_id, client_code, document_number, installment, contract_number, category,
        amount, withheld, due_on, issued_on, registered_on, status, cancelled, settled, cleared, remaining
    FROM {table} WHERE NOT gone
"""
MIRROR = {
    "receivables": _TITLES.format(table="erp_receivables"),
    "payables": _TITLES.format(table="erp_payables"),
    "receipts": """
        SELECT side, title_id, receipt.external_id, "on", receipt.amount, discount, interest, fine
        FROM erp_receipts AS receipt JOIN (
            SELECT 'R' AS side, external_id FROM erp_receivables WHERE NOT gone
            UNION ALL SELECT 'P', external_id FROM erp_payables WHERE NOT gone
        ) AS title USING (side) WHERE title.external_id = title_id
    """,
    "clients": """
        SELECT code, name, document, contact_email, active FROM client_links JOIN clients ON id = client_id
    """,
    "registers": "SELECT kind, code, name, active FROM register_entries",
}
_REGISTERS = {
    Entity.CATEGORY: ReferenceKind.PLANO_CONTAS,
    Entity.DEPARTMENT: ReferenceKind.CENTRO_CUSTO,
    Entity.ACCOUNT: ReferenceKind.CONTA_BANCARIA,
    Entity.DOCUMENT_TYPE: ReferenceKind.FORMA_PAGAMENTO,
}


async def differences(book: Book, rows: Rows) -> dict[str, int]:
    """How many rows of each kind stand in one of the two alone; empty when the mirror is the truth."""
    truth = _truth(book)
    mirror = {kind: Counter(await rows(query)) for kind, query in MIRROR.items()}
    shared = _shared_documents(truth["clients"])
    truth["clients"] = Counter(set(_unnamed(truth["clients"], shared)))
    mirror["clients"] = Counter(_unnamed(mirror["clients"], shared))
    apart = {kind: (truth[kind] - mirror[kind]) + (mirror[kind] - truth[kind]) for kind in MIRROR}
    return {kind: rows.total() for kind, rows in apart.items() if rows}


def _shared_documents(clients: Iterable[Row]) -> set[str]:
    times = Counter(document for _, _, document, *_ in clients if document)
    return {document for document, count in times.items() if count > 1}


def _unnamed(clients: Iterable[Row], shared: Collection[str]) -> Iterator[Row]:
    """Of several registers of one document whichever was read first is the client: chance decides."""
    for client in clients:
        document = client[2]
        yield ("one of several", document) if document in shared else client


def _truth(book: Book) -> dict[str, Counter[Row]]:
    kept = [title for side in Side for title in book.of_side(side).values() if title.due_on]
    return {
        "receivables": Counter(_title(title) for title in kept if title.side is Side.RECEIVABLE),
        "payables": Counter(_title(title) for title in kept if title.side is Side.PAYABLE),
        "receipts": Counter(receipt for title in kept for receipt in _receipts(title)),
        "clients": Counter(_client(client) for client in book.clients.values() if _is_customer(client)),
        "registers": Counter(_entries(book)),
    }


def _title(title: DemoTitle) -> Row:
    withheld = sum((tax.quantize(CENT, ROUND_HALF_UP) for tax in title.taxes.values()), ZERO)
    return (
        str(title.code),
        str(title.client_code),
        title.document_number,
        "001/001",
        title.contract,
        title.category,
        title.amount,
        withheld,
        title.due_on,
        title.issued_on,
        title.issued_on,
        title.status,
        title.status == CANCELLED,
        title.settled,
        title.paid,
        title.open,
    )


def _receipts(title: DemoTitle) -> Iterator[Row]:
    for one in title.receipts:
        amounts: tuple[Decimal, ...] = (one.amount, one.discount, one.interest, one.fine)
        yield (title.side.value, str(title.code), str(one.code), one.on, *amounts)


def _is_customer(client: DemoClient) -> bool:
    """One that is kept: with a document that can be right, or without any."""
    genuine = not client.document or DocbrRules().genuine(client.document)
    return "Cliente" in client.tags and genuine


def _client(client: DemoClient) -> Row:
    email = client.email.partition(",")[0]
    return str(client.code), client.name, client.document or None, email or None, client.active


def _entries(book: Book) -> Iterator[Row]:
    for entity, kind in _REGISTERS.items():
        for entry in book.registers[entity].values():
            yield kind.value, entry.code, entry.name, entry.active and not entry.totals
    for client in book.clients.values():
        if "Fornecedor" in client.tags:
            yield ReferenceKind.FORNECEDOR.value, str(client.code), client.name, client.active
